#pragma once
/// Notice when answers say something of everybody instead of one message: the same refusal again
/// and again, or answers that are not Meta's. What to stop then is scope_action's. Pure; each is
/// used by one thread.

#include "stentor/core/base/sentence.hpp"
#include "stentor/core/delivery/outcome.hpp"

#include <cstdint>
#include <string_view>

namespace stentor::core {

/// One per campaign (and whoever hears its answers). A campaign of which so many messages in a row
/// are refused for good with one code would burn its whole list; one bad row in fifty costs that
/// row only.
class refusal_guard {
public:
  static constexpr std::int32_t same_in_a_row_max = 30;
  /// Once it has spoken, it speaks again after so many more: the campaign was resumed, and the
  /// cause was not mended.
  static constexpr std::int32_t more_in_a_row_max = 10;

  /// Meta accepted a message, or a receipt says so.
  void accepted() noexcept { *this = {}; }
  /// A final refusal with Meta's code. True: stop the campaign.
  [[nodiscard]] bool refused(std::int32_t code) noexcept;

private:
  std::int32_t code_ = 0;
  std::int32_t in_a_row_ = 0;
};

/// Why a campaign was stopped, and what to do. @param explanation of Meta's answer
[[nodiscard]] sentence same_refusal_for_all(std::int32_t code, std::string_view explanation);

/// One per number. Something between us and Meta answers in its place, and every message that is
/// sent meanwhile waits or is in doubt.
class foreign_answer_guard {
public:
  static constexpr std::int32_t in_a_row_max = 5;

  /// Hears of every request that was answered, with Meta's code or local_code::answer_unreadable.
  /// True: pause the number.
  [[nodiscard]] bool answered(outcome_class kind, std::int32_t code) noexcept;

private:
  std::int32_t in_a_row_ = 0;
};

} // namespace stentor::core
