#include "tests/simulation/run/canaries.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace stentor::simulation {

std::optional<std::string_view> canary_in(std::string_view text) noexcept {
  for (const auto canary : {canary_token, canary_phone})
    if (text.find(canary) != std::string_view::npos)
      return canary;
  return std::nullopt;
}

class canaries::sink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
public:
  std::optional<std::string> found;

private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    const std::string_view text{line.payload.data(), line.payload.size()};
    if (!found && canary_in(text))
      found = std::string{text};
  }
  void flush_() override {}
};

canaries::canaries() : sink_{std::make_shared<sink>()} {
  auto log = std::make_shared<spdlog::logger>("", sink_);
  log->set_level(spdlog::level::debug);
  spdlog::set_default_logger(std::move(log));
}

canaries::~canaries() {
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(""));
}

const std::optional<std::string>& canaries::found() const noexcept {
  return sink_->found;
}

} // namespace stentor::simulation
