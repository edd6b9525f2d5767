#pragma once
/// Compares the ground truth of a simulator with the database of the daemon under test: what was
/// lost, what came twice, what the database believes wrongly, and which limits and stops were
/// broken. Pure functions, besides read_recipients().

#include "bench/simulator/ground_truth.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::load {

/// What the database says of one recipient. Times are Unix milliseconds, 0 = not set.
struct recipient_row {
  std::int32_t screen = 0; ///< not 0: kept back at import
  std::uint64_t phone = 0;
  std::int32_t attempt = -1;
  std::int64_t accepted_ms = 0;
  std::int64_t sent_ms = 0;
  std::int64_t delivered_ms = 0;
  std::int64_t read_ms = 0;
  std::int64_t failed_ms = 0;
  std::int64_t responded_ms = 0;
  std::int64_t rejected_ms = 0;
  std::int64_t opted_out_ms = 0;
  char state = 'p'; ///< the first letter of delivery_state(), see state_letter()
};

struct campaign_rows {
  std::string status;
  std::string in_doubt_policy;
  std::vector<recipient_row> by_seq; ///< [0] is seq 1
};

using database_rows = std::unordered_map<std::int32_t, campaign_rows>;

/// One letter for each state: p(ending) q(sending) s(ent) d(elivered) r(ead) a(nswered) f(ailed)
/// o(pted_out) i(n_doubt) h(eld) c(ancelled) e(xpired).
[[nodiscard]] char state_letter(std::string_view state);

struct truth_report {
  std::uint64_t requests = 0; ///< sends that came, with whatever answer
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t foreign = 0; ///< accepted, but of no campaign of this database
  std::uint64_t recipients = 0;
  std::uint64_t screened = 0;
  std::uint64_t in_doubt = 0;   ///< according to the database, held ones included
  std::uint64_t unfinished = 0; ///< without an end, in a campaign that goes on
  std::uint64_t duplicates = 0; ///< accepted again although an earlier acceptance had not failed
  std::uint64_t resent = 0;     ///< the same, in doubt and under the policy `resend`
  std::uint64_t lost =
      0; ///< to be sent, in a finished campaign, and neither accepted nor explained
  std::uint64_t unknown_acceptances = 0; ///< accepted, and the database knows nothing of it
  std::uint64_t wrong_states =
      0; ///< statuses acknowledged with 200 that the database does not show
  std::uint64_t rate_violations = 0;        ///< certain ones, see count_rate_violations()
  std::uint64_t rate_violations_strict = 0; ///< by the moments of reading, which queueing can bunch
  std::uint64_t stop_violations = 0;
  double utilisation =
      0; ///< requests as a share of what the numbers' limits allowed between first and last
  double seconds = 0; ///< from the first to the last acceptance
};

/// @param campaign 0: all campaigns of the database
[[nodiscard]] truth_report compare(const ground_truth& facts, const database_rows& database,
                                   std::int32_t campaign);

/// True when everything that must be 0 is 0.
[[nodiscard]] bool clean(const truth_report& report);

/// Messages of one number that were too many in some second.
struct rate_count {
  std::uint64_t certain = 0;
  std::uint64_t strict = 0;
};
/// @param requests of one number, in order of reading
[[nodiscard]] rate_count
count_rate_violations(const std::vector<const ground_truth::request*>& requests, double rate);

/// The first parts of `v1:<campaign>:<seq>:<attempt>:…`, numbers to the base of 36. @return false
/// for other texts
bool parse_callback_data(std::string_view text, std::int32_t& campaign, std::int32_t& seq,
                         std::int32_t& attempt);

/// Reads what compare() needs. Waits until the projection has folded everything, at most `wait_s`.
/// @param campaign UUID, or empty for all; @param campaign_no set to its number, or 0
core::result<database_rows> read_recipients(const std::string& conninfo,
                                            const std::string& campaign, int wait_s,
                                            std::int32_t& campaign_no);

[[nodiscard]] std::string to_text(const truth_report& report);
[[nodiscard]] std::string to_json(const truth_report& report);

} // namespace stentor::load
