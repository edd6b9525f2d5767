#pragma once
/// The frequency caps of an organization: nobody gets more marketing than so many messages in any
/// such time. The lists themselves are the reservations: whoever stands on one that runs counts
/// before his message leaves.

#include "adapters/postgres/audience/partition.hpp"
#include "stentor/core/campaign/policy.hpp"

#include <optional>
#include <vector>

namespace stentor::postgres {

struct cap_terms {
  std::vector<core::frequency_cap> caps;
  core::wall_time starts{};                  ///< the campaign
  bool waits = false;                        ///< whoever had enough (core::on_cap)
  std::optional<core::wall_time> until = {}; ///< if he may get something before that
  /// Nobody is reserved or taken, so nobody is kept waiting.
  bool only_counts = false;
};

/// Marks on the list who has had, or will have, enough, and who waits for that. Until the
/// transaction ends no other launch of the organization counts, unless this one only counts.
/// @return campaigns of a lower priority that give it people (arbitration.hpp)
[[nodiscard]] core::result<std::vector<core::campaign_no>>
screen_frequency(connection& db, const locked_campaign& c, cap_terms terms);

} // namespace stentor::postgres
