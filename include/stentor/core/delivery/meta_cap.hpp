#pragma once
/// Meta's word that a person had enough marketing (131049), as the fold sees it: what became of
/// those who were tried again, and whether trying is worth it. Pure; any thread.

#include "stentor/core/base/sentence.hpp"
#include "stentor/core/delivery/delivery.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::core {

/// After so many refusals of a person in a row everybody leaves him alone for longer.
inline constexpr int caps_in_a_row = 3;
/// So many times longer: a week in place of a day.
inline constexpr int long_closure = 7;

/// What a change of somebody's delivery says of his tries after a 131049.
enum class cap_step : std::uint8_t {
  none,
  capped,       ///< it is his first
  recovered,    ///< a later try was delivered
  failed_again, ///< a later try came to nothing
};

[[nodiscard]] cap_step cap_step_of(const delivery& before, const delivery& after) noexcept;

/// Later tries of one kind: first ones, second ones.
struct cap_tries {
  std::int32_t tried = 0;     ///< with an end
  std::int32_t recovered = 0; ///< of these, delivered

  friend bool operator==(const cap_tries&, const cap_tries&) = default;
};

/// What a campaign has seen.
struct cap_record {
  std::int32_t capped = 0, recovered = 0, failed_again = 0;
  /// The ends of its latest tries, the latest last: '1' delivered, '0' not.
  std::string latest;
  std::vector<cap_tries> by_try; ///< the first ones first; the last holds those behind it too

  /// @param which of the person's later tries it was, from 1 on
  void note(cap_step step, int which = 1);
  /// Once the latest 200 are known.
  [[nodiscard]] bool is_hopeless(std::int32_t least_delivered_percent) const noexcept;

  friend bool operator==(const cap_record&, const cap_record&) = default;
};

/// For people: why the campaign tries nobody of them again.
[[nodiscard]] sentence why_recovery_ends(const cap_record& record,
                                         std::int32_t least_delivered_percent);

} // namespace stentor::core
