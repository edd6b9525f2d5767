#pragma once
/// Which daemon sends from which number. Every daemon asks with what it sees and comes to the same
/// answer; where two see different things, a number's lease decides, and this only what is wanted.
/// Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <string>
#include <vector>

namespace stentor::core {

/// A daemon that is alive, and the numbers it may send from.
struct living_node {
  std::string id;
  std::vector<number_no> numbers;
};

struct placed_number {
  number_no number{};
  double per_second = 0;
  std::string holder; ///< id of the daemon that holds the lease now; empty: nobody does
};

/// The daemon in the owner of a lease, which is <id>#<start>.
[[nodiscard]] std::string node_of(const std::string& owner);

/// The numbers that this daemon is to send from, ascending. A number stays where it is unless the
/// rates become more even by a move; what nobody has goes to the daemon with the least.
[[nodiscard]] std::vector<number_no> numbers_of(const std::string& node,
                                                const std::vector<living_node>& nodes,
                                                const std::vector<placed_number>& numbers);

} // namespace stentor::core
