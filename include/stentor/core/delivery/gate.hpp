#pragma once
/// Gates: shares of a campaign's people that say whether it does harm. They decide about the people
/// who go first, its canary, and stop one that runs. What chance explains decides nothing. Pure;
/// any thread.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace stentor::core {

/// In the API's spelling.
enum class gate_kind : std::uint8_t {
  failed,    ///< of those with an end; who had enough marketing is counted by `capped`
  opted_out, ///< of the same
  capped, ///< of the same: Meta kept the message back, as the person has enough marketing (131049)
  read,   ///< of those delivered; the only one with a least share
};

[[nodiscard]] std::string_view to_string(gate_kind kind) noexcept;
[[nodiscard]] std::optional<gate_kind> gate_kind_from(std::string_view text) noexcept;

struct gate {
  gate_kind kind = gate_kind::failed;
  double bound = 0; ///< the greatest share that is let pass, of `read` the least; 0 to 1

  [[nodiscard]] bool is_least() const noexcept { return kind == gate_kind::read; }
  friend bool operator==(const gate&, const gate&) = default;
};

/// People of whom it is counted. Whom Meta keeps back is among the failed.
struct gate_counts {
  std::int64_t ended = 0; ///< delivered, failed or opted out
  std::int64_t delivered = 0, read = 0, failed = 0, opted_out = 0, capped = 0;

  gate_counts& operator+=(const gate_counts& other) noexcept;
  gate_counts& operator-=(const gate_counts& other) noexcept; ///< never below 0
  friend bool operator==(const gate_counts&, const gate_counts&) = default;
};

/// Where the true share lies with 95 % on both sides together.
struct share_bounds {
  double lower = 0, upper = 1;
};

/// Wilson's interval (E. B. Wilson, 1927): right for small counts and for shares near 0 and 1,
/// which those of gates are. Nobody at all says nothing: 0 to 1.
[[nodiscard]] share_bounds wilson(std::int64_t hits, std::int64_t of) noexcept;

enum class gate_verdict : std::uint8_t {
  passes,
  fails,
  leans_to_pass, ///< what was seen would pass; chance may explain it
  leans_to_fail, ///< the same the other way, or nothing was seen
};

struct gate_reading {
  gate by;
  std::int64_t hits = 0, of = 0;
  share_bounds bounds;
  gate_verdict verdict = gate_verdict::leans_to_fail;

  [[nodiscard]] double share() const noexcept;
};

[[nodiscard]] gate_reading read_gate(const gate& by, const gate_counts& counts) noexcept;

enum class canary_step : std::uint8_t { wait, open, stop, ask };

struct canary_facts {
  std::vector<gate> gates;
  gate_counts counts;      ///< of its people
  std::int64_t people = 0; ///< who belong to it
  bool settled = false;    ///< the time to settle has passed since the last of them was claimed
  bool overdue = false;    ///< twice that time
};

struct canary_decision {
  canary_step step = canary_step::wait;
  std::optional<gate_reading> by; ///< the gate that decided; none when all are passed
};

/// Once nine of ten have an end, or it is overdue: it stops if one gate surely fails and opens if
/// all surely pass. What is not sure yet waits for the time to settle; then what was seen counts,
/// and a gate that leans to fail asks a person.
[[nodiscard]] canary_decision decide(const canary_facts& facts);

/// Fewer ends than this stop no campaign that runs.
inline constexpr std::int64_t kill_ends_least = 200;

/// The gate that stops a campaign, if there is one: it surely fails.
/// @param recent of those accepted in this hour and the last one
/// @param last of those accepted in the last hour: others had no time to read
[[nodiscard]] std::optional<gate_reading>
killed_by(const std::vector<gate>& gates, const gate_counts& recent, const gate_counts& last);

} // namespace stentor::core
