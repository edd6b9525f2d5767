/// Who gets which message, before it is sent.
#include "adapters/postgres/campaign/preview.hpp"
#include "stentor/core/base/white_space.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace stentor::postgres {

namespace {

using testing::need;
using names = std::vector<std::vector<std::string>>;
using counts = std::vector<std::pair<std::string, std::int64_t>>;

class previews : public testing::admin_side {
protected:
  std::string make(const std::vector<std::string>& languages) {
    auto d = testing::campaign_stores::draft();
    d.template_languages = languages;
    return campaigns.make(who, d);
  }
  static std::string phone(int i) { return "+4915112345" + std::to_string(600 + i); }
  void add(const std::string& id, const std::vector<std::pair<std::string, std::string>>& people) {
    std::vector<ports::contact_input> all;
    for (const auto& [language, variables] : people)
      all.push_back({.phone_number = phone(static_cast<int>(all.size())),
                     .user_id = {},
                     .name = {},
                     .variables = variables,
                     .marketing_opt_in = {},
                     .language = language});
    need(recipients->add(who, id, all));
  }

  testing::campaign_stores campaigns{base.options(), *phones};
  std::unique_ptr<ports::campaign_preview> store =
      make_campaign_preview(campaigns.queries, *phones, "DE");
};

TEST_F(previews, count_languages_and_what_each_lacks) {
  const auto id = make({"en_US", "pt_BR"});
  EXPECT_FALSE(need(store->outline(who, id, {{}, {}})).has_value()) << "there is no list";
  base.run("INSERT INTO customer (organization_no, phone, language) VALUES (1, " +
           phone(5).substr(1) + ", 'pt_PT')");
  add(id, {{"fr", R"({"city":"Oslo"})"},
           {"pt", R"({"city":"Oslo"})"},
           {"pt", R"({"name":"Rui"})"},
           {"", "{}"},
           {"pt", R"({"city":" ","name":"Ana"})"},
           {"", R"({"city":null})"}});
  base.run("UPDATE campaign_recipient SET screen = 4 WHERE seq = 4");
  const auto seen = need(store->outline(who, id, {{"name"}, {"city", "name"}})).value();
  EXPECT_EQ(seen.people, (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(seen.lacking, (counts{{"city", 3}, {"name", 3}}));
  ASSERT_EQ(seen.first.size(), 2U);
  EXPECT_EQ(seen.first[0].to, phone(0));
  EXPECT_EQ(seen.first[0].lang, 0);
  EXPECT_EQ(seen.first[1].to, phone(1));
  EXPECT_EQ(seen.first[1].lang, 1);
  EXPECT_EQ(seen.first[1].variables.text, R"({"city":"Oslo"})");
}

TEST_F(previews, of_one_language_count_everybody) {
  const auto id = make({"en_US"});
  add(id, {{"pt", R"({"city":"Oslo"})"}, {"", "{}"}});
  const auto seen = need(store->outline(who, id, {{"city"}})).value();
  EXPECT_EQ(seen.people, std::vector<std::int64_t>{2});
  EXPECT_EQ(seen.lacking, (counts{{"city", 1}}));
}

TEST_F(previews, count_what_was_chosen_once_it_has_started) {
  base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, status) "
           "VALUES ('7', 1, 'w1', 'offer', 'pt_BR', 'MARKETING', 'APPROVED')");
  const auto id = make({"en_US", "pt_BR"});
  add(id, {{"pt", "{}"}, {"", "{}"}});
  ASSERT_TRUE(need(campaigns.launch(who, id)).obstacles.empty());
  base.run("UPDATE campaign_recipient SET language = 'en'");
  const auto seen = need(store->outline(who, id, {{}, {"city"}})).value();
  EXPECT_EQ(seen.people, (std::vector<std::int64_t>{1, 1}));
  EXPECT_EQ(seen.lacking, (counts{{"city", 1}}));
}

TEST_F(previews, show_one_by_place_phone_and_id) {
  const auto id = make({"en_US", "pt_BR"});
  add(id, {{"", "{}"}, {"pt", R"({"city":"Oslo"})"}});
  const auto by_place = need(store->recipient(who, id, "2"));
  EXPECT_EQ(by_place.whom.lang, 1);
  EXPECT_EQ(core::languages_of(by_place.campaign).size(), 2U);
  EXPECT_EQ(need(store->recipient(who, id, phone(1))).whom.id, by_place.whom.id);
  EXPECT_EQ(need(store->recipient(who, id, by_place.whom.id)).whom.variables.text,
            R"({"city":"Oslo"})");
  for (const auto* nobody : {"3", "99999999999999", "+4915199999999", "x", ""})
    EXPECT_EQ(store->recipient(who, id, nobody).error().code, core::errc::not_found) << nobody;
  EXPECT_EQ(store->recipient(stranger, id, "1").error().code, core::errc::not_found);
  EXPECT_EQ(store->outline(stranger, id, {}).error().code, core::errc::not_found);
}

/// As messages are made: of texts white space and what nobody sees is no value.
bool is_value(const nlohmann::json& value) {
  std::string storage;
  return value.is_string() ? !core::tidy_white_space(value.get<std::string>(), storage).empty()
                           : value.is_number() || value.is_boolean();
}

TEST_F(previews, lack_what_a_message_would_lack) {
  std::vector<std::pair<std::string, std::string>> people;
  for (const auto* value : {"\"x\"",
                            "\"\"",
                            "\" \"",
                            "\"\\t\\n\"",
                            "null",
                            "0",
                            "false",
                            "true",
                            "1.5e3",
                            "{}",
                            "[\"x\"]",
                            "\"\u00A0\u200B\"",
                            "\"\u2060\uFEFF\"",
                            "\"\u2800\"",
                            "\"\u3000a\"",
                            "\"\u00AD\"",
                            "\"\u202E\"",
                            "\"\U0001F600\"",
                            "\"\u0301\"",
                            "\"\\u0001\"",
                            "\"null\""})
    people.emplace_back("", std::string{R"({"v":)"} + value + "}");
  people.emplace_back("", R"({"V":"x"})");
  people.emplace_back("", "{}");
  const auto id = make({"en_US"});
  add(id, people);
  for (std::size_t i = 0; i < people.size(); ++i) {
    base.run("UPDATE campaign_recipient SET screen = CASE WHEN seq = " + std::to_string(i + 1) +
             " THEN 0 ELSE 4 END");
    const auto lacks = !need(store->outline(who, id, {{"v"}})).value().lacking.empty();
    const auto all = nlohmann::json::parse(people[i].second);
    EXPECT_EQ(lacks, !all.contains("v") || !is_value(all["v"])) << people[i].second;
  }
}

} // namespace

} // namespace stentor::postgres
