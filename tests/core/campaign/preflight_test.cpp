#include "stentor/core/campaign/preflight.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace stentor::core {
namespace {

using std::chrono::milliseconds;

constexpr wall_time now{milliseconds{1'000'000}};

struct launch_case {
  launch_facts facts;
  sample_renderings renderings;
};

/// Nothing is in its way.
launch_case fine() {
  launch_case c;
  c.facts.what.template_name = "offer";
  c.facts.numbers = {{"111", "w1", 80, true, std::nullopt, "APPROVED"},
                     {"112", "w1", 20, true, std::nullopt, "APPROVED"}};
  c.facts.recipients = 10;
  c.facts.screened = 2;
  c.renderings.rendered = 8;
  return c;
}

std::vector<std::string> codes(const std::vector<sentence>& sentences) {
  std::vector<std::string> all;
  for (const auto& one : sentences)
    all.push_back(one.code);
  return all;
}

struct launch_row {
  const char* name;
  std::function<void(launch_case&)> make;
  std::vector<std::string> obstacles;
  std::vector<std::string> warnings;
};

const std::vector<launch_row> launches{
    {"fine", [](auto&) {}, {}, {}},
    {"scheduled", [](auto& c) { c.facts.what.status = campaign_status::scheduled; }, {}, {}},
    {"to whoever had enough", [](auto& c) { c.facts.ignores_caps = true; }, {}, {"caps_ignored"}},
    {"for no marketing, to which no caps apply",
     [](auto& c) {
       c.facts.ignores_caps = true;
       c.facts.for_marketing = false;
     },
     {},
     {}},
    {"sending",
     [](auto& c) { c.facts.what.status = campaign_status::sending; },
     {"started_already"},
     {}},
    {"over",
     [](auto& c) { c.facts.what.status = campaign_status::completed; },
     {"started_already"},
     {}},
    {"no numbers", [](auto& c) { c.facts.numbers.clear(); }, {"no_number"}, {}},
    {"one gone", [](auto& c) { c.facts.numbers[0].active = false; }, {"number_not_configured"}, {}},
    {"one stopped",
     [](auto& c) { c.facts.numbers[0].stopped_reason = bare_text("Its quality is low."); },
     {},
     {"number_stopped"}},
    {"all stopped",
     [](auto& c) {
       for (auto& n : c.facts.numbers)
         n.stopped_reason = bare_text("Its quality is low.");
     },
     {"no_number_sends"},
     {"number_stopped", "number_stopped"}},
    {"unknown template: once an account, and no word about its slots",
     [](auto& c) {
       for (auto& n : c.facts.numbers)
         n.template_status = "";
       c.renderings = {.compile_problem = "there is no slot 1", .rendered = 0, .problems = {}};
     },
     {"template_unknown"},
     {}},
    {"two accounts, one of them without the template",
     [](auto& c) { c.facts.numbers[1] = {"112", "w2", 20, true, std::nullopt, ""}; },
     {"template_unknown"},
     {}},
    {"paused template",
     [](auto& c) {
       c.facts.numbers[0].template_status = c.facts.numbers[1].template_status = "PAUSED";
     },
     {"template_not_approved"},
     {}},
    {"in all of its languages",
     [](auto& c) {
       c.facts.what.translations = {{"pt_BR", "[]"}};
       for (auto& n : c.facts.numbers)
         n.translation_statuses = {"APPROVED"};
     },
     {},
     {}},
    {"one language unknown in one of two accounts, and no word about its slots",
     [](auto& c) {
       c.facts.what.translations = {{"pt_BR", "[]"}, {"hi", "[]"}};
       c.facts.numbers[0].translation_statuses = {"APPROVED", ""};
       c.facts.numbers[1] = {"112", "w2", 20, true, std::nullopt, "APPROVED", {"APPROVED", ""}};
       c.renderings = {.compile_problem = "In hi: no slot 1", .rendered = 0, .problems = {}};
     },
     {"template_unknown", "template_unknown"},
     {}},
    {"one language paused",
     [](auto& c) {
       c.facts.what.translations = {{"pt_BR", "[]"}};
       for (auto& n : c.facts.numbers)
         n.translation_statuses = {"PAUSED"};
     },
     {"template_not_approved"},
     {}},
    {"no list", [](auto& c) { c.facts.recipients = c.facts.screened = 0; }, {"no_recipients"}, {}},
    {"no list yet",
     [](auto& c) {
       c.facts.recipients = c.facts.screened = 0;
       c.facts.list_is_made_at_launch = true;
     },
     {},
     {"list_made_at_launch"}},
    {"picked people beside customers",
     [](auto& c) {
       c.facts.recipients = c.facts.screened = 10;
       c.facts.list_is_made_at_launch = true;
     },
     {},
     {"list_is_union"}},
    {"nobody for the list",
     [](auto& c) {
       c.facts.recipients = c.facts.screened = 0;
       c.facts.list_is_made_at_launch = c.facts.list_of_nobody = true;
     },
     {"no_customers"},
     {}},
    {"nobody for a list that is no marketing",
     [](auto& c) {
       c.facts.recipients = c.facts.screened = 0;
       c.facts.list_is_made_at_launch = c.facts.list_of_nobody = true;
       c.facts.for_marketing = false;
     },
     {"no_customers_at_all"},
     {}},
    {"no segment",
     [](auto& c) {
       c.facts.recipients = c.facts.screened = 0;
       c.facts.list_is_made_at_launch = c.facts.lacks_segment = true;
     },
     {"segment_missing"},
     {}},
    {"all screened", [](auto& c) { c.facts.screened = 10; }, {"all_screened_out"}, {}},
    {"kept refusals", [](auto& c) { c.facts.holds_refusals = true; }, {"consent_missing"}, {}},
    {"kept refusals of a utility template",
     [](auto& c) {
       c.facts.holds_refusals = true;
       c.facts.for_marketing = false;
     },
     {},
     {}},
    {"expired", [](auto& c) { c.facts.what.expires_at = now; }, {"expires_before_start"}, {}},
    {"expires later", [](auto& c) { c.facts.what.expires_at = now + milliseconds{1}; }, {}, {}},
    {"its time has passed",
     [](auto& c) { c.facts.what.scheduled_for = now - std::chrono::minutes{2}; },
     {"time_has_passed"},
     {}},
    {"its time has just passed",
     [](auto& c) { c.facts.what.scheduled_for = now - std::chrono::seconds{30}; },
     {},
     {}},
    {"scheduled, and started by hand",
     [](auto& c) {
       c.facts.what.status = campaign_status::scheduled;
       c.facts.what.scheduled_for = now - std::chrono::hours{1};
     },
     {},
     {}},
    {"expires before its time",
     [](auto& c) {
       c.facts.what.scheduled_for = now + milliseconds{5};
       c.facts.what.expires_at = now + milliseconds{5};
     },
     {"expires_before_start"},
     {}},
    {"its time is past",
     [](auto& c) {
       c.facts.what.scheduled_for = now - milliseconds{5};
       c.facts.what.expires_at = now + milliseconds{5};
     },
     {},
     {}},
    {"no message can be made",
     [](auto& c) {
       c.renderings = {.compile_problem = "There is no slot 9.", .rendered = 0, .problems = {}};
     },
     {"message_cannot_be_made"},
     {}},
    {"nobody's can be rendered",
     [](auto& c) {
       c.renderings = {
           .compile_problem = "", .rendered = 0, .problems = {"\"1\" has no value.", "x"}};
     },
     {"nothing_can_be_rendered"},
     {}},
    {"one can't be rendered",
     [](auto& c) { c.renderings.problems = {"\"1\" has no value."}; },
     {},
     {"some_cannot_be_rendered"}},
};

TEST(a_preflight, tells_every_obstacle_by_its_code) {
  for (const auto& r : launches) {
    auto c = fine();
    r.make(c);
    const auto result = check_launch(c.facts, c.renderings, now);
    EXPECT_EQ(codes(result.obstacles), r.obstacles) << r.name;
    EXPECT_EQ(codes(result.warnings), r.warnings) << r.name;
    EXPECT_EQ(result.ready(), r.obstacles.empty()) << r.name;
    for (const auto& one : result.obstacles)
      EXPECT_EQ(one.text.find('{'), std::string::npos) << one.text;
  }
}

TEST(a_preflight, names_language_and_account_of_a_missing_template) {
  auto c = fine();
  c.facts.what.template_language = "en_US";
  c.facts.what.translations = {{"pt_BR", "[]"}};
  c.facts.numbers[0].translation_statuses = {"APPROVED"};
  c.facts.numbers[1] = {"112", "w2", 20, true, std::nullopt, "APPROVED", {""}};
  const auto found = check_launch(c.facts, c.renderings, now).obstacles;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].text, "The template \"offer\" in pt_BR is not known in the WhatsApp business "
                           "account w2: synchronise templates, or check its name and language.");
}

TEST(a_preflight, tells_all_of_them_at_once) {
  auto c = fine();
  c.facts.recipients = 0;
  c.facts.what.expires_at = now;
  c.facts.numbers[0].active = false;
  EXPECT_EQ(check_launch(c.facts, c.renderings, now).obstacles.size(), 3U);
}

TEST(a_preflight, warns_of_numbers_that_meta_rates_low) {
  auto c = fine();
  c.facts.numbers[0].quality = "YELLOW";
  c.facts.numbers[0].marketing_share = 0.5;
  c.facts.numbers[1].quality = "RED";
  c.facts.numbers[1].marketing_share = 0;
  const auto low = check_launch(c.facts, c.renderings, now);
  EXPECT_TRUE(low.ready());
  EXPECT_DOUBLE_EQ(low.messages_per_second, 40);
  EXPECT_EQ(codes(low.warnings),
            (std::vector<std::string>{"number_quality_low", "number_quality_bars"}));
  c.facts.for_marketing = false;
  EXPECT_TRUE(check_launch(c.facts, c.renderings, now).warnings.empty());
}

TEST(a_preflight, says_how_fast_it_would_go) {
  auto c = fine();
  EXPECT_DOUBLE_EQ(check_launch(c.facts, c.renderings, now).messages_per_second, 100);
  c.facts.numbers[1].stopped_reason = bare_text("paused");
  EXPECT_DOUBLE_EQ(check_launch(c.facts, c.renderings, now).messages_per_second, 80);
  c.facts.what.rate_limit_per_minute = 60;
  EXPECT_DOUBLE_EQ(check_launch(c.facts, c.renderings, now).messages_per_second, 1);
}

TEST(a_preflight, counts_what_it_rendered) {
  auto c = fine();
  c.renderings = {
      .compile_problem = "", .rendered = 0, .problems = {"\"button.0\" has no value.", "x"}};
  EXPECT_EQ(check_launch(c.facts, c.renderings, now).obstacles.at(0).text,
            "None of the first 2 recipients' messages can be rendered: \"button.0\" has no value.");
}

TEST(a_preflight, looks_at_the_media_of_headers) {
  const auto told = [](std::vector<launch_media> media) {
    auto c = fine();
    c.facts.media = std::move(media);
    const auto result = check_launch(c.facts, c.renderings, now);
    for (const auto& one : result.obstacles)
      EXPECT_EQ(one.text.find('{'), std::string::npos) << one.text;
    auto all = codes(result.obstacles);
    all.emplace_back("|");
    for (auto& code : codes(result.warnings))
      all.push_back(std::move(code));
    return all;
  };
  using texts = std::vector<std::string>;
  const launch_media ready{"header.image", "id", "image/png", "111", true, std::nullopt};
  auto awaited = ready;
  awaited.is_there = false;
  auto refused = awaited;
  refused.refused = bare_text("too blue");
  auto unknown = awaited;
  unknown.mime = "";
  auto other = ready;
  other.mime = "application/pdf";
  EXPECT_EQ(told({ready, ready}), (texts{"|"}));
  EXPECT_EQ(told({ready, awaited, awaited}), (texts{"|", "media_not_uploaded"}));
  EXPECT_EQ(told({refused, ready}), (texts{"media_missing", "|"}));
  EXPECT_EQ(told({unknown, unknown}), (texts{"media_unknown", "|"}));
  EXPECT_EQ(told({other, other}), (texts{"media_of_other_kind", "|"}));
  auto nobody = awaited;
  nobody.number = "";
  EXPECT_EQ(told({nobody}), (texts{"|"})) << "that there is no number is told elsewhere";
}

} // namespace
} // namespace stentor::core
