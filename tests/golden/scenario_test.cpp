/// The scenario as one test, its parts in order, and the tools of its steps.

#include "tests/golden/scenario.hpp"

#include <gtest/gtest.h>

#include <ctime>

namespace stentor::testing {

json draft_of(const std::string& name, const json& changes) {
  json draft{{"name", name},
             {"templateName", "tour_package_marketing"},
             {"templateLanguage", "en_US"},
             {"targetType", "imported"},
             {"numberIds", {sender}},
             {"templateVariables",
              {{"1", "{{name|friend}}"}, {"2", "{{destination}}"}, {"button.0", "sea"}}}};
  draft.merge_patch(changes);
  return draft;
}

json closed_window() {
  const std::time_t now = now_us() / 1'000'000;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  const int iso_day = parts.tm_wday == 0 ? 7 : parts.tm_wday;
  const int in_three_days = (iso_day + 2) % 7 + 1;
  return {{"days", {in_three_days}}, {"from", "10:00"}, {"until", "10:01"}, {"timeZone", "UTC"}};
}

std::string scenario::create(const std::string& name, const json& draft) {
  const auto made = golden_.ask("campaign_create_" + name, "POST", campaigns_path, draft,
                                {.varying = {{"days"}}});
  const auto id = json::parse(made.body, nullptr, false).value("id", "");
  golden_.values().name(id, "<" + name + ">");
  return id;
}

std::string scenario::campaign(const std::string& id, std::string_view rest) {
  return std::string{campaigns_path} + "/" + id + std::string{rest};
}

void scenario::upload(const std::string& name, const std::string& id, const std::string& csv) {
  golden_.ask(name, {.method = "POST",
                     .target = campaign(id, "/recipients"),
                     .token = golden_.token(),
                     .body = csv,
                     .type = "text/csv"});
}

json scenario::read(const std::string& target) {
  return json::parse(
      exchange(env_.daemon.port(), {.method = "GET", .target = target, .token = golden_.token()})
          .body,
      nullptr, false);
}

void scenario::start(const std::string& id) {
  const auto sent =
      exchange(env_.daemon.port(),
               {.method = "POST", .target = campaign(id, "/send"), .token = golden_.token()});
  EXPECT_EQ(sent.status, 202) << sent.body;
}

void scenario::wait_for(const std::string& id, const std::string& state, int count) {
  env_.daemon.wait(
      std::to_string(count) + " recipients to be " + state, std::chrono::seconds{60}, [&] {
        return read(campaign(id, "/recipients?status=" + state)).value("total", -1) == count;
      });
}

void scenario::wait_until_explained(const std::string& id, const std::string& status) {
  env_.daemon.wait("the campaign to be " + status, std::chrono::seconds{60},
                   [&] { return read(campaign(id)).value("status", "") == status; });
  env_.daemon.wait("every recipient to be explained", std::chrono::seconds{60}, [&] {
    const auto stats = read(campaign(id, "/stats"));
    return stats["balance"].value("explained", false) &&
           stats["projection"].value("batchesBehind", -1) == 0;
  });
}

void scenario::run() {
  look_at_the_system();
  look_at_templates_and_numbers();
  keep_media();
  keep_customers();
  keep_suppressions();
  keep_segments();
  look_at_jobs();
  make_drafts();
  change_drafts();
  import_lists();
  check_before_sending();
  send_to_completion();
  look_at_recipients();
  hear_replies();
  look_at_reports();
  hold_pause_and_cancel();
  schedule();
  fail();
  recur();
  delete_campaigns();
  verify_webhooks();
  make_tokens();
  look_at_the_audit_log();
}

TEST(golden_scenario, every_answer_is_the_golden_one) {
  auto& env = test_environment::one();
  env.reset();
  env.simulator.faults({{"delivered", 1.0},
                        {"read", 0},
                        {"reply", 0},
                        {"stop", 0},
                        {"duplicate", 0},
                        {"reorder", 0}});
  scenario{env, golden_answers::one()}.run();
}

} // namespace stentor::testing
