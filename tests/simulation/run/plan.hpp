#pragma once
/// What a seed means: who is written to, how Meta answers, and which incidents come. Values; any
/// thread.

#include "tests/model/world.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::simulation {

using std::chrono::milliseconds;

enum class incident_kind : std::uint8_t {
  // the process
  crash,       ///< kill -9
  crash_after, ///< kill -9 behind a commit, whose answer nobody hears
  restart,     ///< SIGTERM, and started again
  freeze,      ///< nothing runs for a while; its clocks go on
  suspend,     ///< the same, and its monotonic clock stands still
  wall_step,   ///< its wall clock jumps
  // the database
  lose_answer,    ///< committed, but the connection breaks
  refuse_once,    ///< the connection breaks before anything is written
  database_away,  ///< for a while
  slow_statement, ///< one store's thread waits for a lock
  slow_store,     ///< every statement of one store takes long
  database_hangs, ///< it takes questions and answers none
  // the way to Meta
  goaway,
  cut,             ///< every connection breaks, with bytes on the way
  unreachable,     ///< connections break and none can be made
  no_answers,      ///< requests arrive and are never answered
  foreign_answers, ///< something that isn't Meta answers
  throttle,        ///< 130429 to everybody
  server_errors,   ///< 5xx with a code of Meta's
  refused_streams,
  number_fault,  ///< a code that stops the number
  webhooks_held, ///< Meta posts none for a while
  refused_value, ///< Meta posts a message that the database refuses
  // operators
  pause,
  resume,
  cancel,
  stop_person,
  lift_stop,
  reload,
  resume_number,
  // another campaign of the organization
  give_up, ///< takes some of whom nobody has claimed
};

[[nodiscard]] std::string_view to_string(incident_kind kind) noexcept;

struct incident {
  incident_kind kind = incident_kind::crash;
  milliseconds at{0};      ///< from the beginning; with a moment: from then on
  std::string_view moment; ///< at the next transaction of this name, or "send"; empty: at once
  milliseconds lasts{0};
  std::uint32_t whom = 0; ///< campaign, number, person or variant, by kind

  [[nodiscard]] std::string text() const;
};

/// How Meta and the network are in this seed; shares of one.
struct weather {
  double throttled = 0, refused_later = 0, refused = 0, doubtful = 0, unanswered = 0, reset = 0,
         refused_stream = 0;
  double fails_later = 0;     ///< accepted, and a webhook says that it failed
  double stops_by_status = 0; ///< 131050 among those
  double fails_after_delivery = 0;
  double receipt_missing = 0, receipt_twice = 0, receipt_late = 0;
  double replies_stop = 0, replies_start = 0;
  bool receipts = true; ///< none at all: no webhook is configured
};

/// When a part's people get nothing, by the wall clock.
struct closed_hours {
  std::int64_t from_ms = 0, until_ms = 0;
};

struct planned_campaign {
  core::campaign terms;
  std::vector<recipient_row> people;
  std::vector<std::size_t> person; ///< of each recipient, in plan::people
  /// Its send window is closed meanwhile, by the wall clock; 0: it has none.
  std::int64_t closed_from_ms = 0, closed_until_ms = 0;
  std::vector<core::plan_part> parts; ///< none: the list is one
  std::vector<closed_hours> closed;   ///< of each
  std::vector<core::plan_place> places;
  /// Its first part goes first, and settles for so long; none: nobody does.
  std::optional<milliseconds> canary_settles;
  /// Its list is drawn so long behind the beginning; none: it is there.
  std::optional<milliseconds> list_due;
};

/// As the database has it when the run begins.
[[nodiscard]] campaign_row row_of(const planned_campaign& c);

struct planned_person {
  person who;
  bool linked = false; ///< a customer row knows both keys
};

/// Meta rates a number RED for a while: it may send no marketing, which all campaigns are.
struct rated_low {
  core::number_no number{};
  milliseconds at{0}; ///< from the beginning
  milliseconds lasts{0};
};

struct plan {
  std::uint64_t seed = 0;
  int nodes = 1;
  weather sky;
  std::vector<double> rates; ///< of the numbers
  std::vector<planned_person> people;
  std::vector<planned_campaign> campaigns;
  std::vector<incident> incidents;
  milliseconds faults_end{0};
  std::vector<rated_low> rated;
  milliseconds closed_for{0}; ///< whom Meta says to have had enough; 0: nobody is left alone
};

/// How a run may be told to differ from what the seed says.
struct plan_options {
  int nodes = 1;
  bool suspends = false; ///< also incidents in which the monotonic clock stands still
};

[[nodiscard]] plan plan_of(std::uint64_t seed, const plan_options& options = {});

} // namespace stentor::simulation
