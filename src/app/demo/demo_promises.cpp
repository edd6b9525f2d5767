#include "app/demo/demo_promises.hpp"

#include "app/cli/console.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace stentor::app {

std::vector<std::string> broken_promises(const nlohmann::json& report) {
  std::vector<std::string> sentences;
  for (const auto& each : report.value("broken", nlohmann::json::array()))
    sentences.push_back(each.value("name", "") + " is " +
                        grouped(each.value("count", std::int64_t{0})) +
                        " and must be 0: " + each.value("meaning", "") + ".\n    Look at " +
                        each.value("look_at", "") + ".");
  return sentences;
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
