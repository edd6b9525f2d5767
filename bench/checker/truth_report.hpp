#pragma once
/// The checker: holds the ground truth of a simulator, the database of the daemon under test and
/// what whoever drove the run saw against each other, and counts every promise that was broken.
/// Pure functions; any thread.

#include "bench/checker/history.hpp"
#include "bench/simulator/ground_truth.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace stentor::load {

struct truth_report {
  std::uint64_t requests = 0; ///< sends that came, with whatever answer
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t foreign = 0; ///< accepted, but of no campaign of this database
  std::uint64_t recipients = 0;
  std::uint64_t screened = 0;
  std::uint64_t in_doubt = 0;        ///< according to the database, held ones included
  std::uint64_t in_doubt_unsent = 0; ///< of these, people of whom the simulator has no request
  std::uint64_t in_doubt_cut = 0;    ///< of these, people whose request a cut threw away on its way
  std::uint64_t unfinished = 0;      ///< without an end, in a campaign that goes on
  std::uint64_t resent = 0; ///< a second acceptance, in doubt and under the policy `resend`
  std::uint64_t rate_violations_strict = 0; ///< by the moments of reading, which queueing can bunch
  double utilisation =
      0; ///< requests as a share of what the numbers' limits allowed between first and last
  double seconds = 0; ///< from the first to the last acceptance

  // Promises that were broken, each so often; promises() says what they mean.
  std::uint64_t duplicates = 0;
  std::uint64_t lost = 0;
  std::uint64_t missing = 0;
  std::uint64_t unknown_acceptances = 0;
  std::uint64_t wrong_states = 0;
  std::uint64_t wrong_counters = 0;
  std::uint64_t rate_violations = 0;
  std::uint64_t stop_violations = 0;
  std::uint64_t forgotten_stops = 0;
  std::uint64_t forgotten_messages = 0;
  std::uint64_t after_pause = 0;
  std::uint64_t after_cancel = 0;
  std::uint64_t unaudited = 0;
  std::uint64_t stuck = 0;
  std::uint64_t leaks = 0;
};

/// What must not happen, and what to say and to look at when it has.
struct promise {
  std::uint64_t truth_report::*count;
  std::string_view name;    ///< in JSON and tables
  std::string_view meaning; ///< of one that is broken
  std::string_view look_at; ///< where its cause shows
};
[[nodiscard]] std::span<const promise> promises();

/// @param campaign 0: all campaigns of the database
[[nodiscard]] truth_report compare(const ground_truth& facts, const database_rows& database,
                                   std::int32_t campaign, const witness& beside = {});

/// True when everything that must be 0 is 0.
[[nodiscard]] bool clean(const truth_report& report);

/// The first parts of `v1:<campaign>:<seq>:<attempt>:…`, numbers to the base of 36. @return false
/// for other texts
bool parse_callback_data(std::string_view text, std::int32_t& campaign, std::int32_t& seq,
                         std::int32_t& attempt);

[[nodiscard]] std::string to_text(const truth_report& report);
/// One object: figures and promises as numbers, `promises` with the names of those, and `broken`
/// with name, count, meaning and look_at of each that is not kept.
[[nodiscard]] std::string to_json(const truth_report& report);

} // namespace stentor::load
