#pragma once
/// The one road by which a list becomes what is sent to: drawn of the customers where that is
/// wanted, screened, capped, put in the order of its parts. A launch goes it on the list of a
/// campaign that it has locked; a freeze on a bare table, beside the campaign. Functions on a
/// connection of the caller's thread, inside its transaction; every call blocks.

#include "adapters/postgres/audience/list_parts.hpp"
#include "adapters/postgres/audience/partition.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <functional>
#include <string>
#include <vector>

namespace stentor::postgres {

struct list_tools {
  const ports::phone_numbers& phones;
  const ports::time_zones& zones;
  /// Called between two steps; an error ends it.
  std::function<core::status()> stepped = [] { return core::status{core::ok{}}; };
};

/// How many people PostgreSQL thinks the audience of the campaign to be. invalid, with paths, when
/// its query can't be asked any more.
[[nodiscard]] core::result<std::int64_t> expected_people(connection& db, const locked_campaign& c,
                                                         const ports::time_zones& zones);

/// Makes the table c.list and fills it: whoever was picked by hand, then the customers of the
/// audience. @param c gets its total. @return those who were picked
[[nodiscard]] core::result<core::recipient_seq> fill_list(connection& db, locked_campaign& c,
                                                          const list_tools& with);
/// The same, written down as an import.
[[nodiscard]] core::result<core::recipient_seq> draw_people(connection& db, locked_campaign& c,
                                                            const list_tools& with);

struct prepared_list {
  list_order order;
  std::vector<core::campaign_no> giving; ///< campaigns that give it people (arbitration.hpp)
};

/// Screens the list for a launch now, and puts it in order. Touches the list alone, and unseen by
/// anybody those that it gets people of.
[[nodiscard]] core::result<prepared_list> prepare_list(connection& db, const locked_campaign& c,
                                                       const list_tools& with);

/// Screens a list as a launch now would, to be counted and thrown away. Locks nothing.
[[nodiscard]] core::status screen_to_count(connection& db, const locked_campaign& c,
                                           const list_tools& with);

/// What of it stands beside the list: whom others give up, the campaign's counts, parts and their
/// times. The campaign is locked, the list its own.
[[nodiscard]] core::status write_list(connection& db, const locked_campaign& c,
                                      const prepared_list& list, const ports::time_zones& zones);

/// The bare list becomes the campaign's own, which is locked.
[[nodiscard]] core::status take_list(connection& db, locked_campaign& c);

/// Of a campaign that is locked and whose start was taken back: what was drawn goes, and whoever
/// was picked by hand stays.
[[nodiscard]] core::status drop_drawn(connection& db, const locked_campaign& c);

} // namespace stentor::postgres
