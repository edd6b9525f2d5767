#include "app/daemon/refusal_log.hpp"

namespace stentor::app {

std::optional<std::string> refusal_log::saw(api::refused_caller what, std::string_view client,
                                            time now) {
  constexpr std::chrono::minutes pause{1};
  const std::lock_guard lock{mutex_};
  auto& k = kinds_.at(static_cast<std::size_t>(what));
  ++k.since;
  if (k.told && now - *k.told < pause)
    return std::nullopt;
  const auto more = k.since > 1 ? " (" + std::to_string(k.since) + " since the last line)" : "";
  k.told = now;
  k.since = 0;
  if (what == api::refused_caller::signature)
    return "A webhook with a wrong signature came from " + std::string{client} + more +
           ". If it is Meta's, meta.app_secret is not that of the app that sends it.";
  return "A wrong, expired or revoked token came from " + std::string{client} + more + ".";
}

} // namespace stentor::app
