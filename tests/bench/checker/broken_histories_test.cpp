/// The checker's own test: a history in which everything went well, and for each promise the same
/// history broken in exactly that. Each must be told, by its name, and nothing else.

#include "bench/checker/leaks.hpp"
#include "bench/checker/truth_report.hpp"
#include "tests/bench/checker/support/facts.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <ostream>
#include <set>

using namespace stentor::load;
using namespace stentor::testing;

namespace {

constexpr std::int64_t second = 1'000'000;
using kind = operator_act::kind;

/// Three people, of whom the third said stop before her turn came; the campaign was paused and
/// resumed meanwhile, and another one was cancelled.
struct history {
  facts truth;
  database_rows database;
  witness beside;

  history() {
    truth.all.numbers[0].rate = 2;
    const auto one = truth.accept(4911, "v1:1:1:0:aa", 1 * second);
    const auto two = truth.accept(4912, "v1:1:2:0:aa", 9 * second);
    truth.acknowledge(one, timer_kind::sent, 2 * second);
    truth.acknowledge(two, timer_kind::delivered, 10 * second);
    truth.all.stops.push_back({4913, 3 * second});
    auto third = row('o');
    third.opted_out_ms = 3000;
    database = campaign({row('s'), row('d'), third, row('p')});
    auto& all = database.at(1);
    for (std::size_t i = 0; i < all.by_seq.size(); ++i)
      all.by_seq[i].phone = 4911 + i;
    all.by_seq[3].screen = 3;
    all.counters = {.total = 4, .screened = 1, .sent = 2, .delivered = 1, .opted_out = 1};
    database[2] = {"cancelled", "hold", {row('p')}, campaign_counters{.total = 1}};
    beside.acts = {{kind::pause, 1, 0, 4 * second, 5 * second},
                   {kind::resume, 1, 0, 8 * second, 9 * second},
                   {kind::cancel, 2, 0, 4 * second, 5 * second},
                   {kind::stop_person, 0, 4914, 6 * second, 7 * second}};
    beside.lists = {{1, {4911, 4912, 4913, 4914}}};
    beside.over = true;
    beside.knows_stops = true;
    beside.stopped = {4913, 4914};
    beside.messages = {"wamid.a", "wamid.b"};
    beside.known_messages = {"wamid.b", "wamid.a", "wamid.c"};
    database.at(1).id = "one";
    database.at(2).id = "two";
    beside.audits = audit_counts{{{"campaign.pause", "one"}, 1},
                                 {{"campaign.resume", "one"}, 1},
                                 {{"campaign.cancel", "two"}, 1},
                                 {{"suppression.add", ""}, 2}};
  }
  [[nodiscard]] recipient_row& person(std::size_t seq) { return database.at(1).by_seq[seq - 1]; }
  [[nodiscard]] std::set<std::string> broken() const {
    const auto report = compare(truth.all, database, 0, beside);
    std::set<std::string> names;
    for (const auto& each : promises())
      if (report.*each.count != 0)
        names.insert(std::string{each.name});
    EXPECT_EQ(clean(report), names.empty());
    return names;
  }
};

struct breach {
  const char* name;
  std::function<void(history&)> happens;
  friend std::ostream& operator<<(std::ostream& to, const breach& b) { return to << b.name; }
};

class broken_history : public ::testing::TestWithParam<breach> {};

} // namespace

TEST(whole_history, keeps_every_promise) {
  EXPECT_EQ(history{}.broken(), std::set<std::string>{});
}

TEST_P(broken_history, is_told_by_name) {
  history h;
  GetParam().happens(h);
  EXPECT_EQ(h.broken(), std::set<std::string>{GetParam().name});
}

INSTANTIATE_TEST_SUITE_P(
    all, broken_history,
    ::testing::Values(
        breach{"duplicates", [](history& h) { h.truth.accept(4912, "v1:1:2:1:aa", 12 * second); }},
        breach{"lost",
               [](history& h) {
                 h.truth.all.requests.pop_back();
                 h.truth.all.statuses.pop_back();
               }},
        breach{"missing", [](history& h) { h.beside.lists[0].people.push_back(4999); }},
        breach{"missing",
               [](history& h) {
                 h.database.at(1).by_seq.push_back(h.person(4));
                 h.database.at(1).counters->total = 5;
                 h.database.at(1).counters->screened = 2;
               }},
        breach{"unknown_acceptances",
               [](history& h) {
                 h.truth.all.statuses.clear();
                 h.person(1) = row('p');
                 h.person(1).phone = 4911;
                 h.database.at(1).counters->sent = 1;
               }},
        breach{"wrong_states",
               [](history& h) { h.truth.acknowledge(1, timer_kind::read, 11 * second); }},
        breach{"wrong_counters", [](history& h) { ++h.database.at(1).counters->failed; }},
        breach{"rate_violations",
               [](history& h) {
                 for (int i = 1; i < 3; ++i)
                   h.truth.accept(4800, "another app's", 9 * second + i * 1000, 131026);
               }},
        breach{"stop_violations",
               [](history& h) { h.truth.accept(4913, "v1:1:3:0:aa", 3 * second + 11, 131026); }},
        breach{"stop_violations",
               [](history& h) { h.truth.accept(4914, "v1:1:4:0:aa", 9 * second + 11, 131026); }},
        breach{"forgotten_stops", [](history& h) { h.beside.stopped.erase(4913); }},
        breach{"forgotten_stops", [](history& h) { h.beside.stopped.erase(4914); }},
        breach{"forgotten_messages", [](history& h) { h.beside.known_messages.erase("wamid.a"); }},
        breach{"after_pause",
               [](history& h) { h.truth.accept(4911, "v1:1:1:1:aa", 6 * second, 131026); }},
        breach{"after_cancel",
               [](history& h) { h.truth.accept(4920, "v1:2:1:0:aa", 6 * second, 131026); }},
        breach{"unaudited",
               [](history& h) {
                 h.beside.audits->erase({"campaign.pause", "one"});
               }},
        breach{"unaudited", [](history& h) { h.beside.audits->clear(); }},
        breach{"stuck",
               [](history& h) {
                 h.database[3] = {"sending", "hold", {row('i')}, campaign_counters{1}};
                 h.database[3].counters->in_doubt = 1;
               }},
        breach{"leaks", [](history& h) { h.beside.leaks = 1; }}),
    [](const auto& info) { return std::string{info.param.name} + std::to_string(info.index); });

TEST(checker, breaks_every_promise_somewhere) {
  // The list above must grow with the promises: 15 of them have a history of their own.
  EXPECT_EQ(promises().size(), 15U);
}

TEST(checker, gives_orders_their_grace) {
  history pause;
  pause.truth.accept(4911, "v1:1:1:1:aa", 5 * second + 90'000, 131026);
  EXPECT_EQ(pause.broken(), std::set<std::string>{}) << "within 100 ms of the answer";
  history resumed;
  resumed.truth.accept(4911, "v1:1:1:1:aa", 8 * second + 1, 131026);
  EXPECT_EQ(resumed.broken(), std::set<std::string>{}) << "a resume was asked for";
  history unanswered;
  unanswered.beside.acts[0].answered_us = 0;
  unanswered.truth.accept(4911, "v1:1:1:1:aa", 6 * second, 131026);
  EXPECT_EQ(unanswered.broken(), std::set<std::string>{}) << "nobody said that it is paused";
  history disputed;
  disputed.beside.acts.insert(disputed.beside.acts.begin(), {kind::resume, 1, 0, 3 * second, 0});
  disputed.truth.accept(4911, "v1:1:1:1:aa", 6 * second, 131026);
  EXPECT_EQ(disputed.broken(), std::set<std::string>{}) << "an older resume may have come late";
  history elsewhere;
  elsewhere.beside.stop_grace_us = second;
  elsewhere.truth.accept(4913, "v1:1:3:0:aa", 3 * second + 900'000, 131026);
  EXPECT_EQ(elsewhere.broken(), std::set<std::string>{}) << "on another node, within a second";
}

TEST(checker, blames_nobody_for_bytes_that_were_held_back) {
  history h;
  h.truth.accept(4913, "v1:1:3:0:aa", 6 * second, 131026); // stopped at 3, paused from 5 on
  EXPECT_EQ(h.broken(), (std::set<std::string>{"stop_violations", "after_pause"}));
  h.beside.blurs = {{2 * second, 7 * second}};
  EXPECT_EQ(h.broken(), std::set<std::string>{}) << "it may have been written at 2";
  h.beside.blurs = {{4 * second, 7 * second}};
  EXPECT_EQ(h.broken(), std::set<std::string>{"stop_violations"}) << "not before 4";
}

TEST(checker, tells_held_ones_that_nobody_ever_saw) {
  history h;
  h.database[3] = {"completed", "hold", {row('h'), row('h')}, campaign_counters{2}};
  h.database[3].counters->in_doubt = 2;
  h.truth.accept(4930, "v1:3:1:0:aa", 20 * second, 131000);
  const auto report = compare(h.truth.all, h.database, 0, h.beside);
  EXPECT_EQ(report.in_doubt, 2U);
  EXPECT_EQ(report.in_doubt_unsent, 1U);
  EXPECT_EQ(report.in_doubt_cut, 0U);
  EXPECT_TRUE(clean(report)) << "a figure, no broken promise";
}

TEST(checker, tells_whose_request_a_cut_threw_away) {
  history h;
  auto cut = row('h');
  cut.doubted_ms = 10'050;
  auto other = row('h');
  other.doubted_ms = 12'000;
  h.database[3] = {"completed", "hold", {cut, cut, other}, campaign_counters{3}};
  h.database[3].counters->in_doubt = 3;
  h.truth.accept(4930, "v1:3:1:0:aa", 20 * second, 131000);
  h.beside.cuts = {10 * second, 15 * second};
  const auto report = compare(h.truth.all, h.database, 0, h.beside);
  EXPECT_EQ(report.in_doubt_unsent, 2U) << "Meta has seen the first one";
  EXPECT_EQ(report.in_doubt_cut, 1U);
}

TEST(checker, says_what_is_broken_and_where_to_look) {
  history h;
  h.beside.stopped.clear();
  const auto report = compare(h.truth.all, h.database, 0, h.beside);
  const auto told = nlohmann::json::parse(to_json(report));
  ASSERT_EQ(told["broken"].size(), 1U);
  EXPECT_EQ(told["broken"][0]["name"], "forgotten_stops");
  EXPECT_EQ(told["broken"][0]["count"], 2);
  EXPECT_FALSE(told["broken"][0].value("meaning", "").empty());
  EXPECT_FALSE(told["broken"][0].value("look_at", "").empty());
  EXPECT_EQ(told["promises"].size(), promises().size());
  EXPECT_NE(to_text(report).find("people whose stop was acknowledged"), std::string::npos);
}

TEST(leaks, are_secrets_and_whole_phone_numbers) {
  const secrets known{{"s3cret-token", ""}, {4915112345678}};
  EXPECT_EQ(count_leaks("all is well\n+49***78 stopped\n", known).count, 0U);
  EXPECT_EQ(count_leaks("number 49151123456789 and 14915112345678\n", known).count, 0U)
      << "other numbers";
  const auto found = count_leaks("fine\nto +4915112345678 now\nAuthorization: s3cret-token", known);
  EXPECT_EQ(found.count, 2U);
  ASSERT_EQ(found.places.size(), 2U);
  EXPECT_EQ(found.places[0], "line 2: to +…") << "the place, not what leaked";
  EXPECT_EQ(found.places[1], "line 3: Authorization: …");
}

TEST(lists, name_the_first_number_with_a_plus_of_each_line) {
  EXPECT_EQ(listed_people("phone,name\n+4911,Ana +1\n,nobody\n\"+4912\";x\r\n+4913"),
            (std::vector<std::uint64_t>{4911, 4912, 4913}));
}
