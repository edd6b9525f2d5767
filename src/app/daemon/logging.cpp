#include "app/daemon/logging.hpp"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

#include <memory>

namespace stentor::app {

namespace {

/// One JSON object a line. The message is escaped by the JSON library, which a pattern cannot do.
class json_formatter final : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& to) override {
    const auto ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(message.time.time_since_epoch());
    const auto level = spdlog::level::to_string_view(message.level);
    const nlohmann::json line{
        {"time_ms", ms.count()},
        {"level", std::string{level.data(), level.size()}},
        {"message", std::string{message.payload.data(), message.payload.size()}}};
    const auto text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    to.append(text.data(), text.data() + text.size());
    to.push_back('\n');
  }
  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<json_formatter>();
  }
};

} // namespace

void set_log_level(ports::log_level level) {
  switch (level) {
  case ports::log_level::trace:
    return spdlog::set_level(spdlog::level::trace);
  case ports::log_level::debug:
    return spdlog::set_level(spdlog::level::debug);
  case ports::log_level::info:
    return spdlog::set_level(spdlog::level::info);
  case ports::log_level::warning:
    return spdlog::set_level(spdlog::level::warn);
  case ports::log_level::error:
    return spdlog::set_level(spdlog::level::err);
  }
}

void start_logging(const ports::log_settings& settings) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("stentor"));
  if (settings.format == ports::log_format::json)
    spdlog::set_formatter(std::make_unique<json_formatter>());
  else
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
  set_log_level(settings.level);
}

void tell_failover(std::uint32_t timeline) {
  spdlog::critical("PostgreSQL failed over: it writes on timeline {} now. If that standby was not "
                   "synchronous (synchronous_standby_names), its last commits may be missing, and "
                   "people whom they named may be written to again: look at what was sent lately.",
                   timeline);
}

} // namespace stentor::app
