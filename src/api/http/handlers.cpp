/// See handlers.hpp.

#include "api/http/handlers.hpp"

#include <spdlog/spdlog.h>

namespace stentor::api {

void audit(const call& c, std::string_view action, std::string_view subject,
           std::string_view detail) {
  const auto written = c.stores().audit->write(
      {c.who, std::string{action}, std::string{subject}, std::string{detail}});
  if (!written)
    spdlog::error("{} was done, but its row of the audit log is missing: {}", action,
                  written.error().message);
}

} // namespace stentor::api
