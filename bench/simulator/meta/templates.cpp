#include "bench/simulator/meta/templates.hpp"

#include "adapters/process/text_file.hpp"
#include "bench/simulator/meta/template_reader.hpp"
#include "stentor/core/base/percent.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace stentor::load {
namespace {

using nlohmann::json;

constexpr const char* built_in = R"json([
{"id":"1689556908129801","name":"tour_package_marketing","language":"en_US","status":"APPROVED","category":"MARKETING",
 "parameter_format":"POSITIONAL","quality_score":{"score":"GREEN","date":1760000000},
 "components":[{"type":"BODY","text":"Hello {{1}}, our tour to {{2}} is on offer this week.","example":{"body_text":[["Ana","Lisbon"]]}},
  {"type":"FOOTER","text":"Reply STOP to opt out."},
  {"type":"BUTTONS","buttons":[{"type":"URL","text":"See the tour","url":"https://tours.example/p/{{1}}","example":["lisbon"]},
   {"type":"QUICK_REPLY","text":"Stop promotions"}]}]},
{"id":"1689556908129802","name":"order_update","language":"en_US","status":"APPROVED","category":"UTILITY",
 "parameter_format":"NAMED","quality_score":{"score":"GREEN","date":1760000000},
 "components":[{"type":"BODY","text":"Hello {{first_name}}, your order {{order_id}} is on its way.",
  "example":{"body_text_named_params":[{"param_name":"first_name","example":"Ana"},{"param_name":"order_id","example":"42"}]}}]},
{"id":"1689556908129803","name":"hello_world","language":"en_US","status":"APPROVED","category":"UTILITY",
 "parameter_format":"POSITIONAL","quality_score":{"score":"GREEN","date":1760000000},
 "components":[{"type":"HEADER","format":"TEXT","text":"Hello World"},
  {"type":"BODY","text":"Welcome and congratulations!"},{"type":"FOOTER","text":"WhatsApp Business Platform sample message"}]},
{"id":"1689556908129804","name":"season_sale","language":"en_US","status":"APPROVED","category":"MARKETING",
 "parameter_format":"NAMED","quality_score":{"score":"GREEN","date":1760000000},
 "components":[{"type":"HEADER","format":"IMAGE","example":{"header_handle":["4::aW"]}},
  {"type":"BODY","text":"{{name}}, the sale begins.","example":{"body_text_named_params":[{"param_name":"name","example":"Ana"}]}}]},
{"id":"1689556908129805","name":"paused_promotion","language":"en_US","status":"PAUSED","category":"MARKETING",
 "parameter_format":"POSITIONAL","quality_score":{"score":"RED","date":1760000000},
 "components":[{"type":"BODY","text":"A promotion that nobody liked."}]}
])json";

/// The names of the slots `{{…}}` of a text, in order of their first appearance.
std::vector<std::string> slots_of(const std::string& text) {
  std::vector<std::string> names;
  for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 2)) {
    const auto end = text.find("}}", at);
    if (end == std::string::npos)
      break;
    auto name = text.substr(at + 2, end - at - 2);
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return names;
}

void read_component(const json& component, message_template& to) {
  const auto type = component.value("type", std::string{});
  if (type == "BODY") {
    to.body_names = slots_of(component.value("text", std::string{}));
    to.body_parameters = static_cast<std::uint32_t>(to.body_names.size());
  } else if (type == "HEADER") {
    const auto format = component.value("format", std::string{"TEXT"});
    to.media_header = format != "TEXT";
    to.header_parameters =
        to.media_header
            ? 1
            : static_cast<std::uint32_t>(slots_of(component.value("text", std::string{})).size());
  } else if (type == "BUTTONS") {
    for (const auto& button : component.value("buttons", json::array()))
      if (button.value("type", std::string{}) == "URL" &&
          !slots_of(button.value("url", std::string{})).empty())
        ++to.button_parameters;
  }
}

} // namespace

std::unique_ptr<message_template> read_template(const json& from) {
  auto to = std::make_unique<message_template>();
  to->id = from.value("id", std::string{});
  to->name = from.at("name").get<std::string>();
  to->language = from.at("language").get<std::string>();
  to->category = from.at("category").get<std::string>();
  to->pricing = to->category;
  std::transform(to->pricing.begin(), to->pricing.end(), to->pricing.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  to->status = from.value("status", std::string{"APPROVED"});
  to->named = from.value("parameter_format", std::string{"POSITIONAL"}) == "NAMED";
  for (const auto& component : from.value("components", json::array()))
    read_component(component, *to);
  to->json = from.dump();
  return to;
}

std::string query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.size() <= key.size() || pair.substr(0, key.size()) != key || pair[key.size()] != '=')
      continue;
    pair.remove_prefix(key.size() + 1);
    return core::percent_decode(pair, core::plus_sign::space).value_or("");
  }
  return {};
}

core::result<template_catalog> template_catalog::load(const std::string& file) {
  std::string text = built_in;
  if (!file.empty()) {
    if (!std::filesystem::exists(file))
      return core::error{core::errc::not_found,
                         "the template file " + file + " could not be opened"};
    text = process::text_of(file);
  }
  template_catalog catalog;
  try {
    auto list = json::parse(text);
    if (list.is_object() && list.contains("data"))
      list = list["data"];
    for (const auto& each : list)
      catalog.all_.push_back(read_template(each));
  } catch (const json::exception& problem) {
    return core::error{core::errc::invalid,
                       "the template file " + file +
                           " is not a list of templates as Meta lists them: " + problem.what()};
  }
  return catalog;
}

const message_template* template_catalog::find(std::string_view name,
                                               std::string_view language) const {
  if (last_ != nullptr && last_->name == name && last_->language == language)
    return last_;
  for (const auto& each : all_)
    if (each->name == name && each->language == language && each->status != "DELETED")
      return last_ = each.get();
  return nullptr;
}

std::size_t template_catalog::index_of(const message_template& which) const {
  return static_cast<std::size_t>(
      std::find_if(all_.begin(), all_.end(),
                   [&](const auto& each) { return each.get() == &which; }) -
      all_.begin());
}

std::string template_catalog::list(std::string_view path, std::string_view query) const {
  const auto name = query_value(query, "name");
  const auto status = query_value(query, "status");
  const auto language = query_value(query, "language");
  const auto category = query_value(query, "category");
  const auto number = [&](std::string_view key, std::size_t otherwise) {
    const auto text = query_value(query, key);
    std::size_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  };
  const auto limit = std::max<std::size_t>(1, number("limit", 25));
  const auto begin = number("after", 0);
  std::string data;
  std::size_t at = begin;
  std::size_t listed = 0;
  for (; at < all_.size() && listed < limit; ++at) {
    const auto& each = *all_[at];
    if (each.status == "DELETED" || (!name.empty() && each.name != name) ||
        (!status.empty() && each.status != status) ||
        (!language.empty() && each.language != language) ||
        (!category.empty() && each.category != category))
      continue;
    data += (listed++ == 0 ? "" : ",") + each.json;
  }
  auto answer = R"({"data":[)" + data + R"(],"paging":{"cursors":{"before":")" +
                std::to_string(begin) + R"(","after":")" + std::to_string(at) + "\"}";
  if (at < all_.size())
    answer += R"(,"next":"https://graph.facebook.com)" + std::string{path} +
              "?limit=" + std::to_string(limit) + "&after=" + std::to_string(at) + "\"";
  return answer + "}}";
}

void template_catalog::set_status(message_template& which, std::string_view status) {
  which.status = status;
  auto listed = json::parse(which.json);
  listed["status"] = which.status;
  which.json = listed.dump();
}

bool template_catalog::set_status(std::string_view name, std::string_view status) {
  bool found = false;
  for (auto& each : all_)
    if (each->name == name) {
      set_status(*each, status);
      found = true;
    }
  return found;
}

} // namespace stentor::load
