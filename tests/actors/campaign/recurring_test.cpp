/// Who makes and launches the runs of recurring campaigns, and what becomes of one that can't
/// start.
#include "tests/actors/support/fixture.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

namespace stentor::test {

namespace {

using core::campaign_status;

/// Runs that come due, as one thread sees them.
struct fake_runs final : ports::run_store, ports::campaign_launch {
  core::result<ports::made_runs> make_due(core::wall_time, std::size_t) override {
    if (fails)
      return core::error{core::errc::unavailable, "the database is away"};
    ports::made_runs made;
    made.made = due;
    made.notes = std::exchange(notes, {});
    for (; due > 0; --due)
      waiting_ones.push_back(run(++last));
    return made;
  }
  core::result<std::vector<ports::waiting_run>> waiting(core::wall_time, std::size_t) override {
    return waiting_ones;
  }
  core::status refuse(const ports::waiting_run& run, const core::sentence& why) override {
    refused.push_back(why);
    gone(run.id);
    return core::ok{};
  }
  core::result<core::launch_facts> facts(const ports::principal&, std::string_view) override {
    return core::launch_facts{};
  }
  core::result<std::optional<ports::counted_audience>> count(const ports::principal&,
                                                             std::string_view) override {
    return std::optional<ports::counted_audience>{};
  }
  core::result<ports::launched_campaign> launch(const ports::principal& who, std::string_view id,
                                                const check& obstacles) override {
    launched.emplace_back(id);
    actor = who.actor;
    if (const auto problem = problems.find(std::string{id}); problem != problems.end())
      return problem->second;
    auto found = obstacles(known);
    if (!found.empty())
      return ports::launched_campaign{1, campaign_status::draft, std::move(found)};
    gone(id);
    return ports::launched_campaign{1, campaign_status::sending, {}};
  }

  static ports::waiting_run run(int no) {
    return {.no = static_cast<core::campaign_no>(no),
            .id = "run " + std::to_string(no),
            .organization = 1,
            .parent = 100,
            .parent_id = "parent",
            .at = core::wall_time{}};
  }
  void gone(std::string_view id) {
    std::erase_if(waiting_ones, [&](const auto& run) { return run.id == id; });
  }

  std::size_t due = 0;
  int last = 0;
  bool fails = false;
  std::vector<ports::run_note> notes;
  std::vector<ports::waiting_run> waiting_ones;
  std::map<std::string, core::error> problems; ///< of a launch, by the run's id
  core::launch_facts known;
  std::vector<std::string> launched;
  std::vector<core::sentence> refused;
  std::string actor;
};

class recurring_runs : public engine_test {
protected:
  void SetUp() override {
    engine_test::SetUp();
    runs->known.numbers = {{"1", "w1", 80, true, std::nullopt, "APPROVED"}};
    runs->known.recipients = 10;
    context_->stores.open_recurring = [runs = runs] {
      return core::result<actors::recurring_stores>{{.runs = runs, .launches = runs}};
    };
  }

  std::shared_ptr<fake_runs> runs = std::make_shared<fake_runs>();
};

TEST_F(recurring_runs, are_launched_one_after_the_other) {
  start();
  runs->due = 3;
  run_for(1s);
  EXPECT_EQ(runs->launched, (std::vector<std::string>{"run 1", "run 2", "run 3"}));
  EXPECT_EQ(runs->actor, "scheduler");
  EXPECT_TRUE(runs->refused.empty());
}

TEST_F(recurring_runs, that_cannot_start_raise_an_alarm_until_one_does) {
  runs->known.numbers[0].template_status = "PAUSED";
  start();
  runs->due = 1;
  run_for(1s);
  ASSERT_EQ(runs->refused.size(), 1U);
  EXPECT_EQ(runs->refused[0].code, "run_refused");
  EXPECT_NE(runs->refused[0].text.find("is PAUSED in"), std::string::npos);
  EXPECT_TRUE(has_alarm("campaign parent: Its run of 1970-01-01"));
  runs->known.numbers[0].template_status = "APPROVED";
  runs->due = 1;
  run_for(1s);
  EXPECT_FALSE(has_alarm("campaign parent"));
}

TEST_F(recurring_runs, wait_for_what_is_only_busy_and_keep_nobody) {
  runs->problems = {{"run 1", {core::errc::conflict, "the list is held"}},
                    {"run 2", {core::errc::invalid, "the segment can't be read"}},
                    {"run 3", {core::errc::not_found, "there is no campaign with this id"}}};
  start();
  runs->due = 4;
  run_for(2s);
  EXPECT_EQ(std::count(runs->launched.begin(), runs->launched.end(), "run 1"), 1);
  EXPECT_EQ(std::count(runs->launched.begin(), runs->launched.end(), "run 4"), 1);
  ASSERT_EQ(runs->refused.size(), 1U);
  EXPECT_NE(runs->refused[0].text.find("the segment can't be read"), std::string::npos);
  runs->problems.clear();
  run_for(5s);
  EXPECT_EQ(std::count(runs->launched.begin(), runs->launched.end(), "run 1"), 2);
}

TEST_F(recurring_runs, that_nobody_launched_in_time_are_missed) {
  auto late = fake_runs::run(1);
  late.too_late = true;
  runs->waiting_ones = {late};
  start();
  run_for(1s);
  EXPECT_TRUE(runs->launched.empty());
  ASSERT_EQ(runs->refused.size(), 1U);
  EXPECT_EQ(runs->refused[0].code, "run_missed");
}

TEST_F(recurring_runs, go_on_when_the_database_is_back) {
  runs->fails = true;
  start();
  runs->due = 1;
  run_for(2s);
  EXPECT_TRUE(runs->launched.empty());
  runs->fails = false;
  run_for(1s);
  EXPECT_EQ(runs->launched.size(), 1U);
}

TEST_F(recurring_runs, say_when_a_person_has_to_mend_a_rule) {
  runs->notes = {{.parent_id = "p",
                  .organization = 1,
                  .what = core::make_sentence("recurrence_unusable", "No such zone."),
                  .paused = true}};
  start();
  run_for(1s);
  EXPECT_TRUE(has_alarm("campaign p: It is paused: No such zone."));
}

} // namespace

} // namespace stentor::test
