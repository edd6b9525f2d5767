#include "bench/load/harness/campaigns.hpp"

#include "adapters/process/interrupt.hpp"
#include "bench/load/harness/progress.hpp"

#include <nlohmann/json.hpp>

#include <istream>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* campaigns_path = "/api/whatsapp/campaigns";

} // namespace

core::result<std::unique_ptr<app::remote>> connect_to(app::local_stack& stack) {
  return stack.connect(30min);
}

core::result<std::string> make_campaign(app::remote& daemon, const std::string& changes) {
  json draft{{"name", "Load"},
             {"templateName", template_name},
             {"templateLanguage", "en_US"},
             {"targetType", "imported"},
             {"templateVariables",
              {{"1", "{{name|friend}}"},
               {"2", "{{destination|the sea}}"},
               {"button.0", "{{destination|sea}}"}}}};
  draft.update(json::parse(changes));
  const auto made = app::ask(daemon, "POST", campaigns_path, draft.dump());
  if (!made)
    return made.error();
  return json::parse(*made, nullptr, false).value("id", "");
}

core::result<std::string> import_csv(app::remote& daemon, const std::string& campaign,
                                     std::streambuf& list) {
  return upload_csv(daemon, path_of(campaign) + "/recipients", list);
}

core::result<std::string> upload_csv(app::remote& daemon, const std::string& target,
                                     std::streambuf& list) {
  std::istream csv{&list};
  auto answer = daemon.upload(target, "text/csv", csv, [](std::uint64_t sent) {
    show_progress(std::to_string(sent / 1'000'000) + " MB");
  });
  if (process::interrupted())
    return core::error{core::errc::unavailable, "interrupted"};
  return app::body_of(std::move(answer), "POST " + target);
}

std::string path_of(const std::string& campaign) {
  return std::string{campaigns_path} + "/" + campaign;
}

} // namespace stentor::load
