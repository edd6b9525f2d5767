#pragma once
/// What becomes of recipients in doubt. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::core {

/// What happens to a recipient in doubt whom nothing settled in time.
enum class in_doubt_policy : std::uint8_t { hold, resend, fail };

[[nodiscard]] std::string_view to_string(in_doubt_policy p) noexcept;
[[nodiscard]] std::optional<in_doubt_policy> in_doubt_policy_from(std::string_view text) noexcept;

/// A doubt whose wait is over.
struct old_doubt {
  in_doubt_policy policy = in_doubt_policy::hold; ///< the campaign's
  std::int16_t attempt = 0;
  std::int32_t code = 0;  ///< Meta's, when its answer was an error that may have sent; 0: no answer
  bool reached = false;   ///< an earlier try has arrived since
  bool may_retry = false; ///< the campaign retries, and the recipient's retries are not used up
};

/// What is done about it.
[[nodiscard]] in_doubt_policy settle(const old_doubt& doubt) noexcept;

} // namespace stentor::core
