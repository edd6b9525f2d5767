#include "bench/load/harness/admin_client.hpp"

#include "bench/load/harness/progress.hpp"

#include <nlohmann/json.hpp>

#include <istream>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* campaigns = "/api/whatsapp/campaigns";

core::result<std::string> body_of(core::result<http_server::client_answer> answer,
                                  const std::string& target) {
  if (!answer)
    return answer.problem();
  if (answer->status < 200 || answer->status > 299)
    return core::error{core::errc::internal, target + ": " + http_server::explain(*answer)};
  return std::move(answer->body);
}

} // namespace

core::result<std::unique_ptr<house_client>> house_client::open(daemon_house& house) {
  auto token = house.make_token();
  if (!token)
    return token.problem();
  http_server::client_settings to;
  to.url = house.url();
  to.token = std::move(*token);
  to.timeout = 30min; // the answer to an import of millions takes its time
  return std::unique_ptr<house_client>{new house_client{http_server::client{std::move(to)}}};
}

core::result<std::string> house_client::ask(std::string_view method, const std::string& target,
                                            const std::string& body) {
  return body_of(client_.request(method, target, body), target);
}

core::result<std::string> house_client::make_campaign() {
  const json draft{{"name", "Load"},
                   {"templateName", template_name},
                   {"templateLanguage", "en_US"},
                   {"targetType", "imported"},
                   {"templateVariables",
                    {{"1", "{{name|friend}}"},
                     {"2", "{{destination|the sea}}"},
                     {"button.0", "{{destination|sea}}"}}}};
  const auto made = ask("POST", campaigns, draft.dump());
  if (!made)
    return made.problem();
  return json::parse(*made, nullptr, false).value("id", "");
}

core::result<std::string> house_client::import_csv(const std::string& campaign,
                                                   std::streambuf& list) {
  const auto target = path_of(campaign) + "/recipients";
  std::istream csv{&list};
  auto answer = body_of(client_.upload(target, "text/csv", csv,
                                       [](std::uint64_t sent) {
                                         show_progress(std::to_string(sent / 1'000'000) + " MB");
                                       }),
                        target);
  if (interrupted())
    return core::error{core::errc::unavailable, "interrupted"};
  return answer;
}

std::string house_client::path_of(const std::string& campaign) {
  return std::string{campaigns} + "/" + campaign;
}

} // namespace stentor::load
