/// What one daemon's session hears of what others write, on PostgreSQL.

#include "adapters/postgres/cluster/node_feed.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <algorithm>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using namespace std::chrono_literals;

namespace {

class node_feeds : public with_stores {
protected:
  void SetUp() override {
    with_stores::SetUp();
    feed = need(node_feed::open(base.options(), "me"));
    need_ok(feed->wait(0ms));
    static_cast<void>(look());
  }
  ports::node_news look() { return need(feed->look({})); }
  void stop(core::person_key person, bool lift = false) {
    ports::ledger_write w;
    w.suppressions.push_back({.organization = 1,
                              .person = person,
                              .user_id = {},
                              .reason = "operator",
                              .evidence = {},
                              .at_ms = lift ? now_ms + 1 : now_ms,
                              .lift = lift});
    need(book->commit(w));
  }
  static void need_ok(const core::status& s) { ASSERT_TRUE(s.ok()) << s.error().message; }

  std::unique_ptr<node_feed> feed;
};

TEST_F(node_feeds, hears_a_stop_at_once_and_its_lift) {
  stop(4915123456789);
  const auto begin = std::chrono::steady_clock::now();
  need_ok(feed->wait(10s));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s) << "nobody told";
  auto news = look();
  ASSERT_EQ(news.stops.size(), 1U);
  EXPECT_EQ(news.stops[0], (ports::stop_effect{1, 4915123456789, false}));
  stop(4915123456789, true);
  news = look();
  ASSERT_EQ(news.stops.size(), 1U);
  EXPECT_TRUE(news.stops[0].lifted);
}

TEST_F(node_feeds, knows_what_holds_of_several_words_on_one_person) {
  stop(4915123456789);
  stop(4915123456789, true);
  const auto news = look();
  ASSERT_EQ(news.stops.size(), 1U);
  EXPECT_TRUE(news.stops[0].lifted);
}

/// The transaction that began first commits last: whoever remembered the highest number that he saw
/// would never hear of it.
TEST_F(node_feeds, misses_no_stop_that_commits_behind_a_later_one) {
  auto slow = need(connection::open(base.options()));
  need_ok(slow.run("BEGIN; INSERT INTO suppression (organization_no, phone, reason, stopped_at) "
                   "VALUES (1, 491111, 'stop_word', now())"));
  stop(4915123456789);
  auto news = look();
  ASSERT_EQ(news.stops.size(), 1U);
  static_cast<void>(look());
  need_ok(slow.run("COMMIT"));
  news = look();
  EXPECT_TRUE(std::any_of(news.stops.begin(), news.stops.end(),
                          [](const auto& each) { return each.person == 491111; }));
  static_cast<void>(look());
  EXPECT_TRUE(look().stops.empty()) << "it goes on for ever";
}

TEST_F(node_feeds, hears_of_orders_campaigns_leases_and_others) {
  need(stores.numbers->order({.phone_number_id = base.text("SELECT phone_number_id FROM number "
                                                           "WHERE no = 1"),
                              .organization = 1,
                              .pause = true,
                              .reason = core::bare_text("An operator paused it.")}));
  auto news = look();
  ASSERT_EQ(news.words.size(), 1U);
  EXPECT_TRUE(news.words[0].paused);
  EXPECT_TRUE(look().words.empty());

  base.run("UPDATE campaign SET status = 'paused' WHERE no = 1");
  need_ok(feed->wait(10s));
  news = need(feed->look({1}));
  ASSERT_EQ(news.campaigns.size(), 1U);
  EXPECT_EQ(news.campaigns[0].status, core::campaign_status::paused);

  EXPECT_EQ(news.others, 0);
  need(stores.numbers->show(
      {.owner = "other#1", .host = "h", .version = "1", .numbers = {1}, .duration = 30s}));
  need_ok(feed->wait(10s));
  news = look();
  EXPECT_EQ(news.others, 1);
  EXPECT_TRUE(news.leases);
  hold("other#1");
  static_cast<void>(look());
  ASSERT_TRUE(stores.numbers->release_leases("other#1").ok());
  need_ok(feed->wait(10s));
  news = look();
  EXPECT_EQ(news.others, 0);
  EXPECT_TRUE(news.leases);
}

TEST_F(node_feeds, misses_nothing_when_its_session_dies) {
  base.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = "
           "'stentor feed' AND datname = current_database()");
  stop(4915123456789);
  for (int i = 0; i < 50 && !feed->wait(20ms).ok(); ++i) {
  }
  EXPECT_EQ(look().stops.size(), 1U);
}

} // namespace
