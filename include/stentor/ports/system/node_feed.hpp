#pragma once
/// What the daemons on one database tell each other: stops, orders, campaigns, leases. Used from
/// one thread; every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace stentor::ports {

/// What an operator last said to a number, here or elsewhere.
struct number_word {
  core::number_no number{};
  std::int64_t order_no = 0; ///< grows with every order
  bool paused = false;
};

/// What the database says of a campaign, whoever wrote it.
struct campaign_standing {
  core::campaign_no no{};
  core::campaign_status status = core::campaign_status::sending;
  std::int64_t pacing_changed_ms = 0; ///< of its template; 0: never
};

struct node_news {
  std::vector<stop_effect> stops;           ///< what holds of each key that was told of
  std::vector<number_word> words;           ///< of numbers with a newer order than at the last look
  std::int32_t others = 0;                  ///< daemons besides this one that are alive
  std::vector<campaign_standing> campaigns; ///< those that were asked for
  bool leases = false;                      ///< one was given up, or a daemon came or went
};

class node_feed {
public:
  virtual ~node_feed() = default;

  /// Until something is told, at most for so long.
  [[nodiscard]] virtual core::status wait(std::chrono::milliseconds patience) = 0;
  /// What is new since the last look, told or not. The first look tells of no stop that was before.
  /// @param running campaigns of which the standing is asked
  [[nodiscard]] virtual core::result<node_news>
  look(const std::vector<core::campaign_no>& running) = 0;
};

} // namespace stentor::ports
