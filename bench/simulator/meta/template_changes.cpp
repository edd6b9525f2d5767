/// Templates that are made, changed and taken away, with Meta's review.

#include "bench/simulator/meta/template_reader.hpp"
#include "bench/simulator/meta/templates.hpp"

#include <algorithm>

namespace stentor::load {
namespace {

using nlohmann::json;

constexpr std::uint64_t first_id = 2'000'000'000'000'000U;
constexpr int invalid = 100;
constexpr int language_exists = 2388024;

template_change refused(std::string title, std::string words, int subcode = 0) {
  return {.answer = {},
          .code = invalid,
          .subcode = subcode,
          .title = std::move(title),
          .words = std::move(words)};
}

bool holds(const json& components, std::string_view word) {
  for (const auto& one : components)
    if (one.is_object() && one.value("text", std::string{}).find(word) != std::string::npos)
      return true;
  return false;
}

std::string language_of(const json& wanted) {
  return wanted.value("language", std::string{});
}

} // namespace

message_template* template_catalog::find_id(std::string_view id) {
  for (auto& each : all_)
    if (each->id == id && each->status != "DELETED")
      return each.get();
  return nullptr;
}

template_change template_catalog::create(std::string_view body, std::int64_t now_ms) {
  auto wanted = json::parse(body, nullptr, false);
  if (!wanted.is_object() || !wanted.contains("components") || !wanted["components"].is_array() ||
      !wanted.contains("category"))
    return refused("Invalid parameter", "name, language, category and components are required");
  for (const auto& each : all_)
    if (each->name == wanted.value("name", std::string{}) && each->status != "DELETED" &&
        each->language == language_of(wanted))
      return refused("Content in this language already exists",
                     "There is already content in this language for this template.",
                     language_exists);
  // What sounds like an offer is marketing, whoever says otherwise.
  if (wanted["category"] == "UTILITY" && holds(wanted["components"], "offer"))
    wanted["category"] = "MARKETING";
  wanted["id"] = std::to_string(first_id + all_.size());
  wanted["status"] = "PENDING";
  wanted["quality_score"] = {{"score", "UNKNOWN"}};
  auto made = read_template(wanted);
  made->decided_at_ms = now_ms + review_ms;
  all_.push_back(std::move(made));
  const json answer{
      {"id", wanted["id"]}, {"status", wanted["status"]}, {"category", wanted["category"]}};
  return {.answer = answer.dump(), .title = {}, .words = {}};
}

template_change template_catalog::edit(message_template& which, std::string_view body,
                                       std::int64_t now_ms) {
  const auto wanted = json::parse(body, nullptr, false);
  if (!wanted.is_object())
    return refused("Invalid parameter", "the body is no JSON object");
  auto changed = json::parse(which.json);
  for (const auto* member : {"category", "components"})
    if (wanted.contains(member))
      changed[member] = wanted[member];
  changed["status"] = "PENDING";
  auto next = read_template(changed);
  next->decided_at_ms = now_ms + review_ms;
  which = std::move(*next);
  return {.answer = R"({"success":true})", .title = {}, .words = {}};
}

template_change template_catalog::remove(std::string_view name, std::string_view id) {
  bool found = false;
  for (auto& each : all_)
    if (each->name == name && (id.empty() || each->id == id) && each->status != "DELETED") {
      each->status = "DELETED";
      found = true;
    }
  last_ = nullptr;
  if (!found)
    return refused("Message template not found", "There is no template with this name and id.");
  return {.answer = R"({"success":true})", .title = {}, .words = {}};
}

template_change template_catalog::unpause(message_template& which) {
  if (which.status != "PAUSED")
    return refused("Invalid parameter", "The template is not paused.");
  set_status(which, "APPROVED");
  return {.answer = R"({"success":true})", .title = {}, .words = {}};
}

void template_catalog::review(std::int64_t now_ms) {
  for (auto& each : all_)
    if (each->status == "PENDING" && each->decided_at_ms != 0 && each->decided_at_ms <= now_ms)
      set_status(*each, holds(json::parse(each->json)["components"], "forbidden") ? "REJECTED"
                                                                                  : "APPROVED");
}

} // namespace stentor::load
