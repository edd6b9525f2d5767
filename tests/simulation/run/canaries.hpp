#pragma once
/// Listens to the log of every process of a run for what must never be in it: tokens and phone
/// numbers. One thread; one at a time.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::simulation {

/// A token of the runs; every one begins so.
inline constexpr std::string_view canary_token = "canary-token-";
/// The phone numbers of the runs begin so.
inline constexpr std::string_view canary_phone = "491510000";

/// The secret that a text holds, if it does.
[[nodiscard]] std::optional<std::string_view> canary_in(std::string_view text) noexcept;

class canaries {
public:
  /// From now on the log goes here, and nowhere else.
  canaries();
  ~canaries();
  canaries(const canaries&) = delete;
  canaries& operator=(const canaries&) = delete;

  /// The first line that tells a secret.
  [[nodiscard]] const std::optional<std::string>& found() const noexcept;

private:
  class sink;
  std::shared_ptr<sink> sink_;
};

} // namespace stentor::simulation
