#pragma once
/// What a run has left behind besides the simulator's ground truth: the rows of the database, and
/// what whoever drove the run saw and did. Plain values; any thread.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
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
  std::int64_t doubted_ms = 0; ///< when the latest doubt about a try began
  char state = 'p';            ///< the first letter of delivery_state(), see state_letter()
};

/// A campaign's own figures, which people see.
struct campaign_counters {
  std::int64_t total = 0;
  std::int64_t screened = 0;
  std::int64_t sent = 0;
  std::int64_t delivered = 0;
  std::int64_t read = 0;
  std::int64_t responded = 0;
  std::int64_t failed = 0;
  std::int64_t opted_out = 0;
  std::int64_t in_doubt = 0; ///< held ones included

  friend bool operator==(const campaign_counters&, const campaign_counters&) = default;
};

struct campaign_rows {
  std::string status;
  std::string in_doubt_policy;
  std::vector<recipient_row> by_seq;              ///< [0] is seq 1
  std::optional<campaign_counters> counters = {}; ///< nothing: not read, so not compared
  std::string id = {};                            ///< UUID
};

using database_rows = std::unordered_map<std::int32_t, campaign_rows>;

/// One letter for each state: p(ending) q(sending) s(ent) d(elivered) r(ead) a(nswered) f(ailed)
/// o(pted_out) i(n_doubt) h(eld) c(ancelled) e(xpired).
[[nodiscard]] char state_letter(std::string_view state);

/// What an operator ordered by the API. Times are Unix microseconds.
struct operator_act {
  enum class kind : std::uint8_t { pause, resume, cancel, stop_person };
  kind what = kind::pause;
  std::int32_t campaign = 0;    ///< of the first three
  std::uint64_t person = 0;     ///< of the last one
  std::int64_t asked_us = 0;    ///< from when on it may have been done
  std::int64_t answered_us = 0; ///< when it was said to be done; 0: no such answer came
};

/// A time in which what the simulator received says nothing about when it was written: bytes were
/// held back on the way. Unix microseconds.
struct blurred_time {
  std::int64_t from_us = 0;
  std::int64_t until_us = 0;
};

/// Whom a campaign was to be sent to, as the imported file says.
struct imported_list {
  std::int32_t campaign = 0;
  std::vector<std::uint64_t> people; ///< E.164 digits; each must be in the database
};

/// How often the audit log says what was done, by action and the campaign's UUID (empty for what is
/// done to no campaign).
using audit_counts = std::map<std::pair<std::string, std::string>, std::uint64_t>;

/// Of each line of a CSV the first number that is written with a plus; lines without one have none.
[[nodiscard]] std::vector<std::uint64_t> listed_people(std::string_view csv);

/// What whoever drove a run knows. Empty parts prove nothing.
struct witness {
  std::vector<operator_act> acts;
  std::vector<blurred_time> blurs;
  /// When connections to Meta were cut, and what was on its way was lost. Unix microseconds.
  std::vector<std::int64_t> cuts = {};
  std::vector<imported_list> lists;
  bool over = false; ///< all troubles were over and the daemon had its time: nobody may still wait
  /// How much later than its answer an order must be obeyed; on another node than the one that
  /// answered, both take up to a second.
  std::int64_t stop_grace_us = 0;
  std::int64_t pause_grace_us = 100'000;
  bool knows_stops = false;                       ///< `stopped` was read
  std::unordered_set<std::uint64_t> stopped = {}; ///< people whom the database will not write to
  /// Ids of messages that people wrote and that were answered with 200.
  std::vector<std::string> messages = {};
  std::unordered_set<std::string> known_messages = {}; ///< those of the database
  std::optional<audit_counts> audits = {};             ///< nothing: was not read
  std::uint64_t leaks = 0; ///< secrets and phone numbers found where none may be, see count_leaks()
};

/// Reads what compare() needs. Waits until the projection has folded everything, at most `wait_s`.
/// @param campaign UUID, or empty for all; @param campaign_no set to its number, or 0
core::result<database_rows> read_recipients(const std::string& conninfo,
                                            const std::string& campaign, int wait_s,
                                            std::int32_t& campaign_no);
[[nodiscard]] core::result<audit_counts> read_audits(const std::string& conninfo);
/// Ids of everything that people wrote, also of what was kept as it came.
core::result<std::unordered_set<std::string>> read_messages(const std::string& conninfo);
/// Who is on the stop list, by phone number.
core::result<std::unordered_set<std::uint64_t>> read_stopped(const std::string& conninfo);

} // namespace stentor::load
