#pragma once
/// People whom campaigns of a lower priority give up to one that starts, since the frequency caps
/// leave no room for all (core/campaign/arbitration). It is decided beside them, written into their
/// lists unseen, and stands once they are locked, which is at the very end: whom they claimed
/// meanwhile they keep. Functions on a connection of the caller's thread, inside its transaction.

#include "adapters/postgres/campaign/frequency.hpp"
#include "stentor/core/campaign/arbitration.hpp"

#include <cstdint>
#include <vector>

namespace stentor::postgres {

/// What counts for the caps of a campaign.
struct counted_campaigns {
  std::vector<core::rival> all;
  std::vector<std::int64_t> distance_ms; ///< of each, at least
};

/// Of campaigns that would give people up, those whose lists nobody changes now; until the
/// transaction ends nobody will.
[[nodiscard]] core::result<std::vector<core::campaign_no>>
hold_lists(connection& db, const std::vector<core::campaign_no>& of);

/// Marks on the list who has had enough whatever others give up, and who waits for that; notes whom
/// they give up. The organization's lock is held.
/// @param terms its caps are in order
[[nodiscard]] core::status screen_and_note(connection& db, const locked_campaign& c,
                                           const counted_campaigns& others,
                                           const std::vector<core::campaign_no>& giving,
                                           const cap_terms& terms);

/// Writes into their lists whom they give up, when nobody is left out any more for another reason.
/// @return those that give up anybody
[[nodiscard]] core::result<std::vector<core::campaign_no>>
take_people(connection& db, const locked_campaign& c, const std::vector<core::campaign_no>& giving);

/// Locks them and settles it. Whoever can't be had any more gets nothing from this campaign. Never
/// waits for long: one that somebody else keeps locked gives nobody up.
[[nodiscard]] core::status settle_taken(connection& db, const locked_campaign& c,
                                        const std::vector<core::campaign_no>& giving);

} // namespace stentor::postgres
