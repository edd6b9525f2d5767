/// Who draws lists, and what becomes of one that can't be drawn.
#include "tests/actors/support/fixture.hpp"

#include <algorithm>
#include <map>
#include <vector>

namespace stentor::test {

namespace {

using core::campaign_status;
using ports::freeze_end;

/// Jobs that are due, as one thread sees them.
struct fake_freezes final : ports::freeze_store {
  core::result<std::optional<ports::due_freeze>> take(core::wall_time,
                                                      const std::set<std::int64_t>& but) override {
    if (fails)
      return core::error{core::errc::unavailable, "the database is away"};
    for (const auto& one : due)
      if (!but.contains(one.job)) {
        held = one.job;
        return std::optional{one};
      }
    return std::optional<ports::due_freeze>{};
  }
  core::result<freeze_end> draw(const ports::due_freeze& what,
                                const ports::campaign_launch::check& obstacles) override {
    EXPECT_EQ(held, what.job);
    drawn.push_back(what.campaign_id);
    if (what.expires_at) // whoever looks at times lets it expire
      gone(what);
    if (const auto problem = problems.find(what.campaign_id); problem != problems.end())
      return problem->second;
    freeze_end end{.what = freeze_end::kind::drawn,
                   .status = campaign_status::sending,
                   .people = known.recipients,
                   .late = late,
                   .obstacles = obstacles(known)};
    if (!end.obstacles.empty())
      end.what = freeze_end::kind::refused;
    else
      gone(what);
    return end;
  }
  core::status give_up(const ports::due_freeze& what, const core::sentence& why) override {
    given_up.push_back(why);
    gone(what);
    return core::ok{};
  }
  core::status release(const ports::due_freeze& what) override {
    EXPECT_EQ(std::exchange(held, 0), what.job);
    return core::ok{};
  }

  static ports::due_freeze one(int no) {
    return {.job = no,
            .job_id = "job " + std::to_string(no),
            .campaign = static_cast<core::campaign_no>(no),
            .campaign_id = "c" + std::to_string(no),
            .organization = 1};
  }
  void gone(const ports::due_freeze& what) {
    std::erase_if(due, [&](const auto& each) { return each.job == what.job; });
  }

  std::vector<ports::due_freeze> due;
  std::map<std::string, core::error> problems; ///< of a drawing, by the campaign's id
  core::launch_facts known;
  std::chrono::milliseconds late{0};
  std::vector<std::string> drawn;
  std::vector<core::sentence> given_up;
  std::int64_t held = 0;
  bool fails = false;
};

/// What the engine holds is the test's.
struct lent_freezes final : ports::freeze_store {
  explicit lent_freezes(std::shared_ptr<fake_freezes> of) : of_{std::move(of)} {}
  core::result<std::optional<ports::due_freeze>> take(core::wall_time now,
                                                      const std::set<std::int64_t>& but) override {
    return of_->take(now, but);
  }
  core::result<freeze_end> draw(const ports::due_freeze& what,
                                const ports::campaign_launch::check& obstacles) override {
    return of_->draw(what, obstacles);
  }
  core::status give_up(const ports::due_freeze& what, const core::sentence& why) override {
    return of_->give_up(what, why);
  }
  core::status release(const ports::due_freeze& what) override { return of_->release(what); }

private:
  std::shared_ptr<fake_freezes> of_;
};

class freezer : public engine_test {
protected:
  void SetUp() override {
    engine_test::SetUp();
    lists->known.numbers = {{"1", "w1", 80, true, std::nullopt, "APPROVED"}};
    lists->known.recipients = 10;
    context_->stores.open_freezes = [lists = lists] {
      return core::result<std::unique_ptr<ports::freeze_store>>{
          std::make_unique<lent_freezes>(lists)};
    };
  }

  std::shared_ptr<fake_freezes> lists = std::make_shared<fake_freezes>();
};

TEST_F(freezer, draws_one_list_after_the_other) {
  start();
  lists->due = {fake_freezes::one(1), fake_freezes::one(2), fake_freezes::one(3)};
  run_for(1s);
  EXPECT_EQ(lists->drawn, (std::vector<std::string>{"c1", "c2", "c3"}));
  EXPECT_TRUE(lists->given_up.empty());
  EXPECT_EQ(lists->held, 0);
}

TEST_F(freezer, gives_up_what_stands_in_the_way_and_says_so) {
  lists->known.numbers[0].template_status = "PAUSED";
  start();
  lists->due = {fake_freezes::one(1)};
  run_for(1s);
  ASSERT_EQ(lists->given_up.size(), 1U);
  EXPECT_EQ(lists->given_up[0].code, "list_not_drawn");
  EXPECT_TRUE(has_alarm("campaign c1: It is paused: Its list could not be drawn: The template"));
  lists->known.numbers[0].template_status = "APPROVED";
  lists->due = {fake_freezes::one(1)};
  run_for(1s);
  EXPECT_FALSE(has_alarm("campaign c1"));
}

TEST_F(freezer, lets_expire_what_is_over) {
  lists->known.numbers[0].template_status = "PAUSED";
  lists->problems = {{"c2", {core::errc::invalid, "the segment can't be read"}}};
  start();
  for (int no = 1; no <= 2; ++no) {
    lists->due.push_back(fake_freezes::one(no));
    lists->due.back().expires_at = context_->wall_clock();
  }
  run_for(1s);
  EXPECT_FALSE(lists->drawn.empty());
  EXPECT_TRUE(lists->given_up.empty());
  EXPECT_FALSE(has_alarm("campaign c"));
}

TEST_F(freezer, of_a_run_tells_the_recurring_campaign) {
  lists->known.recipients = 0;
  lists->known.list_of_nobody = true;
  start();
  auto run = fake_freezes::one(1);
  run.parent = 100;
  run.parent_id = "parent";
  lists->due = {run};
  run_for(1s);
  ASSERT_EQ(lists->given_up.size(), 1U);
  EXPECT_EQ(lists->given_up[0].code, "run_refused");
  EXPECT_TRUE(has_alarm("campaign parent: Its run of 1970-01-01"));
}

TEST_F(freezer, passes_over_what_is_only_busy_and_tries_it_again) {
  lists->problems = {{"c1", {core::errc::unavailable, "a lock was waited for"}},
                     {"c2", {core::errc::invalid, "the segment can't be read"}}};
  start();
  lists->due = {fake_freezes::one(1), fake_freezes::one(2), fake_freezes::one(3)};
  run_for(2s);
  EXPECT_EQ(std::count(lists->drawn.begin(), lists->drawn.end(), "c1"), 1);
  EXPECT_EQ(std::count(lists->drawn.begin(), lists->drawn.end(), "c3"), 1);
  ASSERT_EQ(lists->given_up.size(), 1U);
  EXPECT_NE(lists->given_up[0].text.find("the segment can't be read"), std::string::npos);
  lists->problems.clear();
  run_for(5s);
  EXPECT_EQ(std::count(lists->drawn.begin(), lists->drawn.end(), "c1"), 2);
  EXPECT_TRUE(lists->due.empty());
}

TEST_F(freezer, says_when_a_list_made_a_start_late) {
  lists->late = 90s;
  start();
  lists->due = {fake_freezes::one(1)};
  run_for(1s);
  EXPECT_TRUE(has_alarm("campaign c1: It starts 90 s late"));
  lists->late = 0s;
  lists->due = {fake_freezes::one(2)};
  run_for(1s);
  EXPECT_FALSE(has_alarm("It starts"));
}

TEST_F(freezer, goes_on_when_the_database_is_back) {
  lists->fails = true;
  start();
  lists->due = {fake_freezes::one(1)};
  run_for(2s);
  EXPECT_TRUE(lists->drawn.empty());
  lists->fails = false;
  run_for(1s);
  EXPECT_EQ(lists->drawn.size(), 1U);
}

} // namespace

} // namespace stentor::test
