/// What people are told of an answer, whatever is missing in it or is of another kind than it
/// should be: a daemon of another version, or something between that answers in its place.
#include "app/cli/campaign_text.hpp"
#include "app/cli/operate_text.hpp"
#include "app/cli/plan_text.hpp"
#include "app/cli/template_text.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace stentor::app {
namespace {

using nlohmann::json;

std::function<std::string(const json&)> from_text(std::string (*of)(std::string_view)) {
  return [of](const json& answer) { return of(answer.dump()); };
}

/// By the beginnings of the golden answers' names.
const std::vector<std::pair<std::string, std::function<std::string(const json&)>>> texts{
    {"campaign_get", from_text(campaign_text)},
    {"campaign_create", from_text(campaign_text)},
    {"campaign_send", from_text(started_text)},
    {"campaigns_list", from_text(campaign_list_text)},
    {"campaign_runs", from_text(campaign_runs_text)},
    {"campaign_plan", from_text(plan_text)},
    {"preflight", from_text(preflight_text)},
    {"recipients_import", from_text(import_text)},
    {"customers_import", from_text(people_text)},
    {"customer_events", from_text(events_text)},
    {"recipient_timeline", from_text(timeline_text)},
    {"system_status", status_text},
    {"templates_list", templates_text},
    {"template_show", template_text},
    {"template_create", created_template_text},
    {"template_preview", template_preview_text},
    {"numbers_list", numbers_text},
    {"nodes_list", nodes_text},
    {"portfolios_list", portfolios_text},
    {"quality_history", quality_history_text},
    {"segments", segments_text},
    {"segment_preview", segment_count_text},
    {"jobs_list", jobs_text},
    {"job_show", job_text},
    {"suppressions", suppressions_text}};

/// The places of the answer, from the outermost. The entries of a list are alike.
void places_in(const json& value, const json::json_pointer& here,
               std::vector<json::json_pointer>& all) {
  all.push_back(here);
  if (value.is_object())
    for (const auto& [key, inner] : value.items())
      places_in(inner, here / key, all);
  else if (value.is_array())
    for (std::size_t i = 0; i < std::min<std::size_t>(value.size(), 1); ++i)
      places_in(value[i], here / i, all);
}

TEST(hostile_answers, cost_no_text_its_life) {
  const json others[] = {nullptr, -7, "text", json::array({1, nullptr}), {{"data", 3}}};
  std::size_t tried = 0;
  for (const auto& [beginning, text_of_answer] : texts) {
    auto found = 0;
    for (const auto& file : std::filesystem::directory_iterator{std::string{STENTOR_SOURCE_DIR} +
                                                                "/tests/golden/answers"}) {
      const auto name = file.path().stem().string();
      if (!name.starts_with(beginning) || found == 2)
        continue;
      ++found;
      const auto golden = json::parse(std::ifstream{file.path()});
      const auto body = golden.value("body", json{});
      std::vector<json::json_pointer> places;
      places_in(body, json::json_pointer{}, places);
      for (const auto& place : places)
        for (const auto& other : others) {
          auto answer = body;
          answer[place] = other;
          ++tried;
          EXPECT_NO_THROW((void)text_of_answer(answer))
              << name << " with " << other << " at " << place.to_string();
        }
    }
    EXPECT_GT(found, 0) << "no golden answer begins with " << beginning;
  }
  EXPECT_GT(tried, 1'000U);
}

} // namespace
} // namespace stentor::app
