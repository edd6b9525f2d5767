/// Management answers are rare, so nlohmann's comfort wins over speed.
#include "adapters/meta/management/management.hpp"

#include "adapters/meta/json_fields.hpp"
#include "adapters/meta/json_text.hpp"
#include "adapters/meta/management/management_answer.hpp"
#include "stentor/core/base/url.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace stentor::meta {

namespace {

using nlohmann::json;

constexpr std::string_view template_fields =
    "id,name,language,status,category,quality_score,parameter_format,components";
constexpr std::string_view number_fields =
    "id,display_phone_number,verified_name,quality_rating,status,throughput,"
    "whatsapp_business_manager_messaging_limit";

std::string path_of(std::string_view version, std::string_view node, std::string_view rest) {
  std::string path = "/";
  path.append(version).append("/").append(node).append(rest);
  return path;
}

/// Meta repeats the access token in its links; it must get into no log and is sent as a header
/// anyway.
std::string without_token(const std::string& path) {
  const auto query = path.find('?');
  if (query == std::string::npos)
    return path;
  std::string clean = path.substr(0, query);
  char mark = '?';
  for (std::size_t at = query + 1; at <= path.size();) {
    const auto end = std::min(path.find('&', at), path.size());
    const auto part = path.substr(at, end - at);
    if (!part.empty() && !part.starts_with("access_token=")) {
      clean += mark + part;
      mark = '&';
    }
    at = end + 1;
  }
  return clean;
}

core::result<std::string> next_path_of(const json& answer, std::string_view host) {
  const auto paging = answer.find("paging");
  if (paging == answer.end() || !paging->is_object())
    return std::string{};
  const auto next = string_of(*paging, "next");
  if (next.empty())
    return std::string{};
  if (next.starts_with('/'))
    return without_token(next);
  const auto query = std::min(next.find('?'), next.size());
  const auto page = core::parse_url(std::string_view{next}.substr(0, query));
  if (!page || page->authority() != host)
    return core::error{core::errc::invalid,
                       "Meta's next page of templates is at another host than " +
                           std::string{host} + "; it was not asked for."};
  return without_token(page->path + next.substr(query));
}

class management_over_gateway final : public ports::management_api {
public:
  management_over_gateway(ports::gateway& gateway, std::string version, std::string host)
      : gateway_{gateway}, version_{std::move(version)}, host_{std::move(host)} {}

  void list_templates(const ports::business_account& account, const std::string& page,
                      std::function<void(core::result<ports::template_page>)> then) override {
    get<ports::template_page>(page.empty() ? templates_path(version_, account.waba_id) : page,
                              account.token, std::move(then),
                              [host = host_](int status, std::string_view body) {
                                return read_template_page(status, body, host);
                              });
  }

  void read_number(const std::string& phone_number_id, const std::string& token,
                   std::function<void(core::result<ports::number_facts>)> then) override {
    get<ports::number_facts>(phone_number_path(version_, phone_number_id), token, std::move(then),
                             read_phone_number);
  }

  [[nodiscard]] std::string messages_path(std::string_view phone_number_id) const override {
    return meta::messages_path(version_, phone_number_id);
  }

private:
  template <class T, class Read>
  void get(const std::string& path, const std::string& token,
           std::function<void(core::result<T>)> then, Read read) {
    gateway_.manage({.method = "GET", .path = path, .token = token, .body = {}},
                    handing_over(std::move(read), std::move(then)));
  }

  ports::gateway& gateway_;
  const std::string version_;
  const std::string host_;
};

} // namespace

std::unique_ptr<ports::management_api> make_management_api(ports::gateway& gateway,
                                                           std::string version, std::string host) {
  return std::make_unique<management_over_gateway>(gateway, std::move(version), std::move(host));
}

std::string messages_path(std::string_view version, std::string_view phone_number_id) {
  return path_of(version, phone_number_id, "/messages");
}

std::string templates_path(std::string_view version, std::string_view waba_id) {
  return path_of(version, waba_id, "/message_templates?limit=200&fields=").append(template_fields);
}

std::string phone_number_path(std::string_view version, std::string_view phone_number_id) {
  return path_of(version, phone_number_id, "?fields=").append(number_fields);
}

core::result<ports::template_page> read_template_page(int http_status, std::string_view body,
                                                      std::string_view host) {
  const auto answer = read_object(http_status, body);
  if (!answer)
    return answer.error();
  const auto data = answer.value().find("data");
  if (data == answer.value().end() || !data->is_array())
    return core::error{core::errc::invalid, "Meta's list of templates has no `data` array."};
  auto next = next_path_of(answer.value(), host);
  if (!next)
    return next.error();
  ports::template_page page;
  for (const auto& one : *data) {
    page.templates.push_back(one.dump(-1, ' ', false, json::error_handler_t::replace));
    clean_escapes(page.templates.back());
  }
  page.next = std::move(*next);
  return page;
}

core::result<ports::number_facts> read_phone_number(int http_status, std::string_view body) {
  const auto answer = read_object(http_status, body);
  if (!answer)
    return answer.error();
  const auto& number = answer.value();
  ports::number_facts info;
  info.display_phone_number = string_of(number, "display_phone_number");
  info.verified_name = string_of(number, "verified_name");
  info.quality_rating = string_of(number, "quality_rating");
  info.status = string_of(number, "status");
  info.messaging_limit = string_of(number, "whatsapp_business_manager_messaging_limit");
  if (const auto level = number.find("throughput"); level != number.end() && level->is_object())
    info.throughput = string_of(*level, "level");
  return info;
}

} // namespace stentor::meta
