#include "app/demo/demo_promises.hpp"

#include "app/cli/console.hpp"

namespace stentor::app {

std::string broken(const promise& p, std::int64_t value) {
  if (value == 0)
    return {};
  return std::string{p.name} + " is " + grouped(value) +
         " and must be 0: " + std::string{p.meaning} + ".\n    Look at " + std::string{p.look_at} +
         ".";
}

std::string unfinished(std::string_view status) {
  if (status == "completed")
    return {};
  return "The campaign is `" + std::string{status} +
         "` and must be `completed`.\n    Look at its statusReason (`stentor campaign status`), "
         "and "
         "at daemon.log.";
}

} // namespace stentor::app
