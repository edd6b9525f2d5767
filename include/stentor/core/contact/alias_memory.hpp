#pragma once
/// Which user id was lately seen beside which phone number. Meta names both in each of a message's
/// receipts, and only what is new has to be written. It forgets whom it has not heard of for
/// longest when it is full: then something known is told again. Not for use by several threads at
/// once.

#include "stentor/core/base/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace stentor::core {

class alias_memory {
public:
  /// @param people how many it remembers about; a power of two, 4 at least. 8 bytes each, taken
  /// with the first note
  explicit alias_memory(std::size_t people = std::size_t{1} << 20) : sets_{people / ways} {}

  /// Remembers it. @returns whether it is news. That it is taken for known by mistake has a chance
  /// of 2^-32 when a user id changes its number, and of 2^-60 otherwise.
  bool note(organization_no organization, person_key user, person_key phone);

private:
  static constexpr std::size_t ways = 4;
  struct pair {
    std::uint32_t user = 0; ///< hashes
    std::uint32_t phone = 0;
  };

  std::size_t sets_;
  std::vector<std::array<pair, ways>> known_; ///< the latest of a set first
};

} // namespace stentor::core
