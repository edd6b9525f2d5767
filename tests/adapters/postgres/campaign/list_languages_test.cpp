/// In which language everybody on a list gets his message.
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "stentor/core/contact/language.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>

namespace stentor::postgres {

namespace {

using testing::need;
using languages = std::vector<std::string>;

class list_languages : public testing::admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    for (const auto* language : {"pt_BR", "pt_PT", "hi", "zh_CN"})
      base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
               "status) VALUES ('" +
               std::string{language} + "', 1, 'w1', 'offer', '" + language +
               "', 'MARKETING', 'APPROVED')");
  }

  std::string make(const languages& offered) {
    auto d = testing::campaign_stores::draft();
    d.template_languages = offered;
    return campaigns.make(who, d);
  }
  /// "+49151123456" and two digits.
  static std::string phone(int i) { return "+4915112345" + std::to_string(600 + i); }

  void import(const std::string& id, const std::string& csv) {
    auto into = need(recipients->import_csv(who, id, {}));
    ASSERT_TRUE(into->feed(csv).ok());
    need(into->finish());
  }
  void launch(const std::string& id) {
    const auto launched = need(campaigns.launch(who, id));
    for (const auto& one : launched.obstacles)
      ADD_FAILURE() << one.text;
  }
  /// Of everybody, in the order of their phone numbers.
  std::string got() {
    return base.text("SELECT string_agg(coalesce(language, '-'), ' ' ORDER BY phone_number) FROM "
                     "recipient");
  }
  void customer(int i, const std::string& language) {
    base.run("INSERT INTO customer (organization_no, phone, language) VALUES (1, " +
             phone(i).substr(1) + ", nullif('" + language + "', ''))");
  }

  testing::campaign_stores campaigns{base.options(), *phones};
};

TEST_F(list_languages, come_from_a_column) {
  const auto id = make({"en_US", "pt_BR", "hi"});
  import(id, "phone,Language\n" + phone(0) + ",pt_BR\n" + phone(1) + ",PT-br\n" + phone(2) +
                 ",hi\n" + phone(3) + ",en_GB\n" + phone(4) + ",fr\n" + phone(5) + ",\n");
  EXPECT_EQ(got(), "- - - - - -") << "a draft's are not chosen yet";
  launch(id);
  EXPECT_EQ(got(), "pt_BR pt_BR hi en_US en_US en_US");
  EXPECT_EQ(base.text("SELECT variables::jsonb ->> 'Language' FROM campaign_recipient WHERE seq = "
                      "2"),
            "PT-br")
      << "it stays a variable";
}

TEST_F(list_languages, come_from_the_customer_where_the_list_says_nothing) {
  customer(0, "pt_PT");
  customer(1, "hi");
  customer(2, "");
  customer(3, "english");
  const auto id = make({"en_US", "pt_BR", "hi"});
  import(id, "phone,sprache\n" + phone(0) + ",\n" + phone(1) + ",pt\n" + phone(2) + ",\n" +
                 phone(3) + ",\n" + phone(4) + ",Hindi\n");
  launch(id);
  EXPECT_EQ(got(), "pt_BR pt_BR en_US en_US en_US");
}

TEST_F(list_languages, of_hostile_values_are_the_first) {
  const auto id = make({"en_US", "pt_BR"});
  import(id, "phone,language\n" + phone(0) + "," + std::string(200, 'p') + "\n" + phone(1) +
                 ",\"pt_BR\x01\"\n" + phone(2) + ",'=pt_BR\n" + phone(3) + ",\"  pt_BR \"\n");
  need(recipients->add(who, id,
                       {{.phone_number = phone(4),
                         .user_id = {},
                         .name = {},
                         .variables = {},
                         .marketing_opt_in = {},
                         .language = std::string("pt_BR\0x", 7)},
                        {.phone_number = phone(5),
                         .user_id = {},
                         .name = {},
                         .variables = {},
                         .marketing_opt_in = {},
                         .language = "pt-BR"}}));
  launch(id);
  EXPECT_EQ(got(), "en_US pt_BR en_US pt_BR en_US pt_BR") << "what nobody sees does not count";
}

TEST_F(list_languages, are_chosen_for_customers) {
  customer(0, "pt_BR");
  customer(1, "hi");
  customer(2, "fr");
  auto d = testing::campaign_stores::draft();
  d.template_languages = languages{"hi", "pt_BR"};
  d.target = core::target_type::all;
  launch(campaigns.make(who, d));
  EXPECT_EQ(got(), "pt_BR hi hi");
}

TEST_F(list_languages, of_whom_somebody_picked_show_before_the_list_is_drawn) {
  customer(1, "hi");
  customer(2, "pt");
  auto d = testing::campaign_stores::draft();
  d.template_languages = languages{"en_US", "pt_BR", "hi"};
  d.target = core::target_type::all;
  d.scheduled_for.emplace(testing::campaign_stores::now() + std::chrono::hours{24});
  const auto id = campaigns.make(who, d);
  import(id, "phone,language\n" + phone(0) + ",pt\n" + phone(1) + ",\n");
  ASSERT_TRUE(need(campaigns.queue(who, id)).obstacles.empty());
  EXPECT_EQ(got(), "pt_BR hi");
  import(id, "phone,language\n" + phone(3) + ",hi\n");
  EXPECT_EQ(got(), "pt_BR hi hi");
  base.run("UPDATE customer SET language = 'pt' WHERE language = 'hi'");
  launch(id);
  EXPECT_EQ(base.text("SELECT string_agg(language, ' ' ORDER BY phone_number) FROM recipient WHERE "
                      "status = 'pending'"),
            "pt_BR pt_BR pt_BR hi")
      << "what is known when it is drawn";
}

TEST_F(list_languages, follow_a_draft_that_is_changed) {
  const auto id = make({"en_US", "pt_BR", "hi"});
  import(id, "phone,language\n" + phone(0) + ",pt\n" + phone(1) + ",hi\n" + phone(2) + ",zh\n");
  base.run("UPDATE campaign SET scheduled_for = now() + interval '1 day'");
  launch(id);
  EXPECT_EQ(got(), "pt_BR hi en_US");
  core::campaign_draft back;
  back.scheduled_for = std::optional<core::wall_time>{};
  need(campaigns.admin->update(who, id, back));
  EXPECT_EQ(got(), "- - -");

  core::campaign_draft changed;
  changed.template_languages = languages{"zh_CN", "hi"};
  EXPECT_TRUE(need(campaigns.admin->update(who, id, changed)).problems.empty());
  launch(id);
  EXPECT_EQ(got(), "zh_CN hi zh_CN");
}

TEST_F(list_languages, of_one_alone_are_the_one) {
  const auto id = make({"en_US", "pt_BR"});
  import(id, "phone,language\n" + phone(0) + ",pt\n");
  base.run("UPDATE campaign SET scheduled_for = now() + interval '1 day'");
  launch(id);
  core::campaign_draft changed;
  changed.scheduled_for = std::optional<core::wall_time>{};
  need(campaigns.admin->update(who, id, changed));
  core::campaign_draft one;
  one.template_language = "hi";
  const auto saved = need(campaigns.admin->update(who, id, one));
  EXPECT_EQ(nlohmann::json::parse(saved.campaign.text)["templateLanguages"],
            nlohmann::json({"hi"}));
  launch(id);
  EXPECT_EQ(got(), "hi");
}

TEST_F(list_languages, of_people_who_are_added_later_are_chosen_at_once) {
  const auto id = make({"en_US", "pt_BR"});
  import(id, "phone,language\n" + phone(0) + ",pt\n");
  base.run("UPDATE campaign SET scheduled_for = now() + interval '1 day'");
  launch(id);
  customer(1, "pt_PT");
  import(id, "phone,language\n" + phone(1) + ",\n" + phone(2) + ",pt\n" + phone(3) + ",de\n");
  EXPECT_EQ(got(), "pt_BR pt_BR pt_BR en_US");
}

TEST_F(list_languages, stay_with_their_people_in_a_list_that_is_divided) {
  ASSERT_TRUE(make_policy_store(campaigns.queries)->save("Acme", {}).ok());
  const auto id = make({"en_US", "pt_BR", "hi"});
  std::string csv = "phone,language\n";
  for (int i = 0; i < 10; ++i)
    csv += phone(i) + ",pt\n+9199787832" + std::to_string(10 + i) + ",hi\n";
  import(id, csv);
  launch(id);
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part"), 2);
  EXPECT_EQ(base.number("SELECT count(*) FROM recipient WHERE language = CASE WHEN phone_number "
                        "LIKE '+91%' THEN 'hi' ELSE 'pt_BR' END"),
            20);
}

TEST_F(list_languages, that_an_account_lacks_are_an_obstacle) {
  base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
           "VALUES (1, '222', 'w2', 80)");
  base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, status) "
           "VALUES ('9', 1, 'w2', 'offer', 'en_US', 'MARKETING', 'APPROVED'), ('10', 1, 'w2', "
           "'offer', 'hi', 'MARKETING', 'PAUSED')");
  const auto id = make({"en_US", "pt_BR", "hi"});
  import(id, "phone\n" + phone(0) + "\n");
  const auto launched = need(campaigns.launch(who, id));
  ASSERT_EQ(launched.obstacles.size(), 2U);
  EXPECT_EQ(launched.obstacles[0].text,
            "The template \"offer\" in pt_BR is not known in the WhatsApp business account w2: "
            "synchronise templates, or check its name and language.");
  EXPECT_EQ(launched.obstacles[1].text,
            "The template \"offer\" in hi is PAUSED in the WhatsApp business account w2; Meta must "
            "have approved it.");
}

TEST_F(list_languages, bring_their_components) {
  base.run("UPDATE template SET components = '[{\"type\":\"BODY\",\"text\":\"Oi\"}]' WHERE "
           "language = 'pt_BR'");
  const auto id = make({"en_US", "pt_BR", "de"});
  auto db = need(connection::open(base.options()));
  const auto c = need(load_campaign(db, 1, id));
  EXPECT_EQ(core::languages_of(c), (languages{"en_US", "pt_BR", "de"}));
  EXPECT_EQ(nlohmann::json::parse(c.translations[0].components)[0]["text"], "Oi");
  EXPECT_EQ(c.translations[1].components, "[]");
  EXPECT_TRUE(need(load_campaign(db, 1, make({"en_US"}))).translations.empty());
}

TEST_F(list_languages, make_it_marketing_when_one_of_them_is) {
  base.run("UPDATE template SET category = 'UTILITY' WHERE language <> 'hi'");
  base.run("INSERT INTO customer (organization_no, phone, marketing_opt_in) VALUES (1, " +
           phone(0).substr(1) + ", false)");
  const auto both = make({"en_US", "hi"});
  import(both, "phone\n" + phone(0) + "\n" + phone(1) + "\n");
  EXPECT_EQ(base.number("SELECT count(*) FROM campaign_recipient WHERE screen = 3"), 1);
}

/// SQL and core::chosen_language agree on whatever people write.
TEST_F(list_languages, are_what_core_says) {
  std::mt19937 random{47};
  const auto pick = [&](const languages& of) {
    return of[std::uniform_int_distribution<std::size_t>{0, of.size() - 1}(random)];
  };
  const languages codes{"en",    "en_US", "en_GB", "pt",    "pt_BR", "pt_PT",   "hi", "zh_CN",
                        "zh_HK", "es_MX", "es",    "sr_RS", "fil",   "sr-Latn", "de"};
  const languages said{"",      "EN-us", " pt ", "Português", "e",  "pt_",   "zh-TW", "es_419",
                       "PT_AO", "de_AT", "xx",   "%",         "\\", "'; --", "null",  "hi_IN"};
  for (int round = 0; round < 12; ++round) {
    base.run("DROP TABLE IF EXISTS campaign_recipient_" + std::to_string(round));
    base.run("DELETE FROM customer");
    languages offered;
    while (offered.size() < 4)
      if (const auto one = pick(codes);
          std::none_of(offered.begin(), offered.end(), [&](const auto& other) {
            return core::language_key(other) == core::language_key(one);
          }))
        offered.push_back(one);
    for (const auto& one : offered)
      base.run("INSERT INTO template (id, organization_no, waba_id, name, language, category, "
               "status) VALUES ('r" +
               std::to_string(round) + one + "', 1, 'w1', 'offer', '" + one +
               "', 'MARKETING', 'APPROVED') ON CONFLICT DO NOTHING");
    const auto id = make(offered);
    std::vector<ports::contact_input> people;
    languages expected;
    for (int i = 0; i < 80; ++i) {
      const auto of_list = random() % 2 == 0 ? pick(codes) : pick(said);
      const auto of_customer = random() % 2 == 0 ? pick(codes) : pick(said);
      const bool is_customer = random() % 3 != 0;
      if (is_customer) {
        auto quoted = of_customer;
        for (auto at = quoted.find('\''); at != std::string::npos; at = quoted.find('\'', at + 2))
          quoted.insert(at, "'");
        customer(i, quoted);
      }
      people.push_back({.phone_number = phone(i),
                        .user_id = {},
                        .name = {},
                        .variables = {},
                        .marketing_opt_in = {},
                        .language = of_list});
      const bool says = !core::language_key(of_list).empty();
      expected.push_back(offered[core::chosen_language(offered, says          ? of_list
                                                                : is_customer ? of_customer
                                                                              : std::string{})]);
    }
    need(recipients->add(who, id, people));
    launch(id);
    for (int i = 0; i < 80; ++i)
      EXPECT_EQ(base.text("SELECT r.language FROM recipient r JOIN campaign c ON c.no = "
                          "r.campaign_no WHERE c.id = '" +
                          id + "' AND seq = " + std::to_string(i + 1)),
                expected[static_cast<std::size_t>(i)])
          << round << ": " << *people[static_cast<std::size_t>(i)].language;
  }
}

} // namespace

} // namespace stentor::postgres
