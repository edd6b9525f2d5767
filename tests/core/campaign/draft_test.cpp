#include "stentor/core/campaign/draft.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace stentor::core {
namespace {

campaign_draft good() {
  campaign_draft d;
  d.name = "Spring";
  d.template_name = "offer";
  return d;
}

send_window window(std::int32_t from, std::int32_t until, std::string zone = "UTC",
                   std::vector<std::uint8_t> days = {}) {
  return {std::move(days), from, until, std::move(zone)};
}

struct wrong_draft {
  const char* path;
  const char* sentence; ///< empty: nothing is wrong
  std::function<void(campaign_draft&)> make;
};

using namespace draft_limits;

using languages = std::vector<std::string>;
constexpr const char* no_code =
    "expected the code of a language as Meta writes it, such as en or pt_BR";

const std::vector<wrong_draft> wrong_drafts{
    {"name", "is required", [](auto& d) { d.name = ""; }},
    {"name", "is required", [](auto& d) { d.name.reset(); }},
    {"name", "is longer than 200 bytes", [](auto& d) { d.name = std::string(201, 'n'); }},
    {"name", "", [](auto& d) { d.name = std::string(200, 'n'); }},
    {"name", "holds a NUL character", [](auto& d) { d.name = std::string("a\0b", 3); }},
    {"name", "holds a control character, such as a line break",
     [](auto& d) { d.name = "\x1b[31mred"; }},
    {"name", "holds a control character, such as a line break",
     [](auto& d) { d.name = "one\r\ntwo"; }},
    {"tags[0]", "holds a control character, such as a line break",
     [](auto& d) { d.tags = std::vector<std::string>{"\x07"}; }},
    {"description", "holds a control character, such as a line break",
     [](auto& d) { d.description = "\x1b[2J"; }},
    {"description", "", [](auto& d) { d.description = "two\nlines"; }},
    {"description", "", [](auto& d) { d.description = ""; }},
    {"description", "is longer than 10000 bytes",
     [](auto& d) { d.description = std::string(10'001, 'd'); }},
    {"templateId", "is longer than 100 bytes",
     [](auto& d) { d.template_id = std::string(101, '1'); }},
    {"templateName", "is required", [](auto& d) { d.template_name = ""; }},
    {"templateName", "is longer than 512 bytes",
     [](auto& d) { d.template_name = std::string(513, 't'); }},
    {"templateLanguage", "is required", [](auto& d) { d.template_language = ""; }},
    {"templateLanguage", "is longer than 15 bytes",
     [](auto& d) { d.template_language = std::string(16, 'e'); }},
    {"templateLanguages", "",
     [](auto& d) {
       d.template_languages = languages{"en_US", "pt_BR"};
     }},
    {"templateLanguages", "", [](auto& d) { d.template_languages = languages{"en_US"}; }},
    {"templateLanguages",
     "expected at least one language; the first is for whoever speaks none of them",
     [](auto& d) { d.template_languages = languages{}; }},
    {"templateLanguages", "holds more than 50 entries",
     [](auto& d) { d.template_languages = languages(51, "en"); }},
    {"templateLanguages[1]", no_code,
     [](auto& d) {
       d.template_languages = languages{"en", ""};
     }},
    {"templateLanguages[0]", no_code,
     [](auto& d) { d.template_languages = languages{std::string(200, 'e')}; }},
    {"templateLanguages[1]", no_code,
     [](auto& d) {
       d.template_languages = languages{"en", std::string("p\0", 2)};
     }},
    {"templateLanguages[0]", no_code, [](auto& d) { d.template_languages = languages{"English"}; }},
    {"templateLanguages[2]", "is there twice",
     [](auto& d) {
       d.template_languages = languages{"en", "pt_BR", "pt-br"};
     }},
    {"templateLanguage", "",
     [](auto& d) {
       d.template_language = "en";
       d.template_languages = languages{"en", "pt_BR"};
     }},
    {"templateLanguage", "is not the first of templateLanguages: leave one of both out",
     [](auto& d) {
       d.template_language = "pt_BR";
       d.template_languages = languages{"en", "pt_BR"};
     }},
    {"rateLimit", "expected 1 to 10000000", [](auto& d) { d.rate_limit_per_minute = 0; }},
    {"rateLimit", "expected 1 to 10000000", [](auto& d) { d.rate_limit_per_minute = 10'000'001; }},
    {"rateLimit", "", [](auto& d) { d.rate_limit_per_minute = std::optional<std::int32_t>{}; }},
    {"maxRetries", "expected 0 to 20", [](auto& d) { d.retries_max = 21; }},
    {"maxRetries", "expected 0 to 20", [](auto& d) { d.retries_max = -1; }},
    {"maxRetries", "", [](auto& d) { d.retries_max = 0; }},
    {"priority", "expected 1 to 9", [](auto& d) { d.priority = 0; }},
    {"priority", "expected 1 to 9", [](auto& d) { d.priority = 10; }},
    {"priority", "", [](auto& d) { d.priority = 9; }},
    {"sendWindow", "", [](auto& d) { d.window = window(540, 1440); }},
    {"sendWindow", "", [](auto& d) { d.window = std::optional<send_window>{}; }},
    {"sendWindow.from", "expected a time of day such as 09:00",
     [](auto& d) { d.window = window(1440, 60); }},
    {"sendWindow.until", "expected a time of day such as 21:00",
     [](auto& d) { d.window = window(0, 1441); }},
    {"sendWindow.timeZone", "is required", [](auto& d) { d.window = window(0, 60, ""); }},
    {"sendWindow.timeZone", "is longer than 100 bytes",
     [](auto& d) { d.window = window(0, 60, std::string(101, 'z')); }},
    {"sendWindow.days", "expected numbers from 1 (Monday) to 7 (Sunday)",
     [](auto& d) {
       d.window = window(0, 60, "UTC", {1, 8});
     }},
    {"numberIds", "holds more than 1000 entries",
     [](auto& d) { d.number_ids = std::vector<std::string>(1001, "1"); }},
    {"numberIds[1]", "is longer than 200 bytes",
     [](auto& d) {
       d.number_ids = std::vector<std::string>{"1", std::string(201, '1')};
     }},
    {"tags", "holds more than 100 entries",
     [](auto& d) { d.tags = std::vector<std::string>(101, "t"); }},
    {"tags[0]", "is longer than 200 bytes",
     [](auto& d) { d.tags = std::vector<std::string>{std::string(201, 't')}; }},
    {"tags[0]", "holds a NUL character",
     [](auto& d) { d.tags = std::vector<std::string>{std::string(1, '\0')}; }},
};

TEST(a_draft, has_one_list_of_limits) {
  EXPECT_TRUE(problems_of(good(), true).empty());
  for (const auto& row : wrong_drafts) {
    auto draft = good();
    row.make(draft);
    const auto found = problems_of(draft, true);
    if (*row.sentence == '\0') {
      EXPECT_TRUE(found.empty()) << row.path << ": " << found.front().sentence;
    } else {
      ASSERT_EQ(found.size(), 1U) << row.path << ' ' << row.sentence;
      EXPECT_EQ(found.front(), (draft_problem{row.path, row.sentence}));
    }
  }
}

TEST(a_draft, names_everything_that_is_wrong_at_once) {
  campaign_draft draft;
  draft.template_language = "";
  draft.retries_max = 99;
  const auto found = problems_of(draft, true);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].path, "name");
  EXPECT_EQ(found[1].path, "templateName");
  EXPECT_EQ(found[2].path, "templateLanguage");
  EXPECT_EQ(found[3].path, "maxRetries");
}

TEST(a_draft, of_a_change_needs_nothing) {
  EXPECT_TRUE(problems_of({}, false).empty());
  campaign_draft draft;
  draft.name = "";
  EXPECT_EQ(problems_of(draft, false).size(), 1U);
}

TEST(times_of_day, are_read_and_written) {
  struct {
    const char* text;
    std::optional<std::int32_t> minutes;
  } const table[] = {
      {"00:00", 0},
      {"09:00", 540},
      {"23:59", 1439},
      {"24:00", 1440},
      {"24:01", std::nullopt},
      {"25:00", std::nullopt},
      {"12:60", std::nullopt},
      {"9:00", std::nullopt},
      {"09:0", std::nullopt},
      {"ab:cd", std::nullopt},
      {"", std::nullopt},
      {"09-00", std::nullopt},
  };
  for (const auto& [text, minutes] : table) {
    EXPECT_EQ(minute_of_day(text), minutes) << text;
    if (minutes) {
      EXPECT_EQ(clock_text(*minutes), text);
    }
  }
}

TEST(a_draft, says_when_its_list_is_drawn_only_where_it_is) {
  schedule_terms terms;
  terms.target = target_type::segment;
  terms.plan.audience_at = audience_time::launch;
  EXPECT_TRUE(problems_of(terms).empty());
  terms.kind = campaign_kind::recurring;
  ASSERT_EQ(problems_of(terms).size(), 1U) << "each run draws its own";
  EXPECT_EQ(problems_of(terms)[0].path, "plan.audienceAt");
  terms.plan.audience_at = audience_time::start;
  EXPECT_TRUE(problems_of(terms).empty());
  terms.kind = campaign_kind::once;
  terms.target = target_type::manual;
  ASSERT_EQ(problems_of(terms).size(), 1U) << "its list is there";
  EXPECT_EQ(problems_of(terms)[0].path, "plan.audienceAt");
}

TEST(target_types, have_names) {
  for (const auto* name : {"all", "segment", "manual", "imported"})
    EXPECT_EQ(to_string(*target_type_from(name)), name);
  EXPECT_FALSE(target_type_from("everybody").has_value());
}

} // namespace
} // namespace stentor::core
