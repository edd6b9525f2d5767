/// Templates on their way from Meta into the store.
#include "tests/actors/support/fixture.hpp"

namespace stentor::test {

namespace {

class template_sync_test : public engine_test {};

TEST_F(template_sync_test, templates_are_fetched_of_own_accounts_and_not_too_often) {
  context_->settings.numbers[1].waba_id = "another";
  context_->settings.numbers[1].organization = 2;
  start();
  auto& questions = management_.questions;
  std::vector<std::string> asked;
  const auto answer_all = [&](const core::result<ports::template_page>& page) {
    for (run(); !questions.empty(); run()) {
      asked.push_back(questions.front().account.waba_id);
      auto then = std::move(questions.front().then);
      questions.pop_front();
      then(page);
    }
  };
  const auto sync = [&](int organization) {
    return ask(actors::atom::sync_v, core::organization_no{organization});
  };
  run_until([&] { return !questions.empty(); });
  answer_all(core::error{core::errc::unavailable, "HTTP 500"});
  EXPECT_EQ(asked, (std::vector<std::string>{"waba", "another"})) << "one fault stops no other";
  for (const auto& alarm : context_->alarms.all())
    EXPECT_EQ(alarm.organization, alarm.what.text.find("another") == std::string::npos ? 1 : 2);
  EXPECT_TRUE(has_alarm("templates of account another"));

  asked.clear();
  const auto first = sync(2);
  const auto second = sync(2);
  const auto stranger = sync(3);
  answer_all(ports::template_page{.templates = {"1"}, .next = {}});
  EXPECT_TRUE(*stranger && (*stranger)->ok());
  EXPECT_TRUE(asked.empty()) << "the last time is too short ago";
  EXPECT_FALSE(*first);
  run_for(10s);
  answer_all(ports::template_page{.templates = {"1"}, .next = {}});
  EXPECT_EQ(asked, std::vector<std::string>{"another"}) << "once for both who asked";
  EXPECT_TRUE(*first && (*first)->ok());
  EXPECT_TRUE(*second && (*second)->ok());
  EXPECT_FALSE(has_alarm("templates of account another"));
  EXPECT_TRUE(has_alarm("templates of account waba"));
}

TEST_F(template_sync_test, template_pages_are_saved_as_one_list) {
  start();
  auto& questions = management_.questions;
  run_until([&] { return questions.size() == 1; }); // one account, although two numbers
  const auto answer_next = [&](core::result<ports::template_page> page) {
    auto then = std::move(questions.front().then);
    questions.pop_front();
    then(std::move(page));
    run();
  };
  EXPECT_EQ(questions.front().account.token, "token");
  answer_next(ports::template_page{.templates = {"1", "2"}, .next = "/next"});
  EXPECT_TRUE(world_.saved_templates.empty());
  ASSERT_EQ(questions.size(), 1U);
  EXPECT_EQ(questions.front().page, "/next");
  answer_next(ports::template_page{.templates = {}, .next = "/last"});
  answer_next(ports::template_page{.templates = {"3"}, .next = {}});
  ASSERT_EQ(world_.saved_templates.size(), 1U);
  EXPECT_EQ(world_.saved_templates[0].second, "[1,2,3]");

  const auto synced = ask(actors::atom::sync_v, core::organization_no{1});
  run_until([&] { return !questions.empty(); });
  answer_next(ports::template_page{.templates = {"1"}, .next = "/next"});
  answer_next(core::error{core::errc::unavailable, "HTTP 500"});
  ASSERT_TRUE(*synced);
  EXPECT_FALSE((*synced)->ok());
  EXPECT_EQ(world_.saved_templates.size(), 1U) << "half a list would mark the others as deleted";
  EXPECT_TRUE(has_alarm("templates"));
}

} // namespace

} // namespace stentor::test
