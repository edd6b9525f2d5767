#pragma once
/// How a list that is about to be sent to is divided into parts: the people of one place stand
/// together, so that the planner can open and close them. Inside a transaction.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace stentor::postgres {

/// Those of a list who may be sent to, by place; nobody when there is no list.
[[nodiscard]] core::result<std::map<std::int32_t, std::int64_t>>
people_by_place(connection& db, core::campaign_no campaign);

/// The same of a list that may be none of a campaign yet.
[[nodiscard]] core::result<std::map<std::int32_t, std::int64_t>>
people_by_place(connection& db, const locked_campaign& c);

/// A customer's own time zone is known better than his number's country.
[[nodiscard]] core::status place_customers(connection& db, const locked_campaign& c);

struct list_division {
  bool by_place = false;    ///< hours hold in each recipient's own time zone
  std::int64_t first = 0;   ///< so many people go first (core::stage::canary); 0: nobody does
  bool by_opening = false;  ///< some wait, as their rows say
  core::wall_time starts{}; ///< about when
};

/// The parts of a list, in their order.
struct list_order {
  std::vector<std::int32_t> from, to, place, stage;
  std::vector<std::int64_t> opens_ms; ///< 0: with the campaign

  /// Somebody goes first.
  [[nodiscard]] bool has_stages() const noexcept {
    return !stage.empty() && stage.front() != stage.back();
  }
};

/// Puts a list, screened already, in the order of its parts. One whose people are all in one place,
/// or for which it doesn't matter, keeps its order and has one part; otherwise it is written anew,
/// the screened ones last. Recipients have another seq, and so another id, afterwards. Nobody goes
/// first where there are no more people than would. Whose places are too many get one that they
/// share (list_places.hpp). Touches the list alone, and may make places.
[[nodiscard]] core::result<list_order> order_list(connection& db, const locked_campaign& c,
                                                  const list_division& wanted,
                                                  const ports::time_zones& zones);
/// The parts beside the list. The campaign is locked.
[[nodiscard]] core::status write_parts(connection& db, core::campaign_no campaign,
                                       const list_order& parts);

/// So many get it at most: chance chooses them, the same ones each time.
[[nodiscard]] core::status screen_over_maximum(connection& db, const locked_campaign& c,
                                               std::int64_t most);

} // namespace stentor::postgres
