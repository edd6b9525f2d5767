/// Meta's messaging limit: whatever is claimed, never more people than the portfolio may write to.

#include "adapters/postgres/delivery/backlog.hpp"
#include "tests/adapters/postgres/support/stores_fixture.hpp"

#include <future>
#include <set>
#include <thread>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using core::event_kind;

namespace {

class tier : public with_stores {
protected:
  /// 5 % of it stay unused.
  void limit(int people) {
    base.run("INSERT INTO portfolio (organization_no, told_limit) VALUES (1, " +
             std::to_string(people) + "); UPDATE number SET portfolio_no = 1");
    leases_ = hold("a");
  }
  std::vector<ports::claim_order> orders(std::int32_t count) {
    return {{1, leases_[0].epoch, count}, {2, leases_[1].epoch, count}};
  }
  /// Until the limit cuts it off or nobody is left. @return whom
  std::multiset<core::recipient_seq> claim_all(ports::claim_store& from,
                                               core::campaign_no campaign = 1) {
    std::multiset<core::recipient_seq> all;
    for (bool more = true; more;) {
      const auto r = need(from.claim(campaign, orders(7), {}));
      for (const auto& chunk : r.chunks)
        for (const auto& row : chunk.rows)
          all.insert(row.seq);
      more = !r.dry && !r.limit_reached;
    }
    return all;
  }
  void a_day_passes() {
    base.run("UPDATE tier_person SET minute = minute - 1500; UPDATE tier_minute SET minute = "
             "minute - 1500");
  }
  std::int64_t used() { return base.number("SELECT coalesce(sum(people), 0) FROM tier_minute"); }
  void expect_sums_to_fit() {
    EXPECT_EQ(base.number("SELECT count(*) FROM (SELECT minute, count(*) AS n FROM tier_person "
                          "GROUP BY minute) p FULL JOIN (SELECT * FROM tier_minute WHERE people "
                          "<> 0) m USING (minute) WHERE p.n IS DISTINCT FROM m.people"),
              0);
  }
  void fail_for_good(core::recipient_seq seq) {
    core::event_batch events;
    events.add(1, seq, 0, event_kind::failed, 131026, 1, now_ms, "undeliverable");
    record(events);
    fold_all();
  }

  std::vector<ports::lease> leases_;
};

TEST_F(tier, a_claim_ends_where_the_limit_does_and_the_rest_goes_out_the_next_day) {
  limit(40);
  const auto today = claim_all(*claims);
  EXPECT_EQ(today.size(), 38U);
  EXPECT_EQ(used(), 38);
  expect_sums_to_fit();
  EXPECT_TRUE(claim_all(*claims).empty());
  std::set<core::recipient_seq> all{today.begin(), today.end()};
  for (int day = 0; day < 2; ++day) {
    a_day_passes();
    const auto next = claim_all(*claims);
    EXPECT_LE(next.size(), 38U);
    for (const auto seq : next)
      EXPECT_TRUE(all.insert(seq).second) << seq;
  }
  EXPECT_EQ(all.size(), 90U); // every tenth is screened
}

TEST_F(tier, a_portfolio_without_limit_writes_nothing_down) {
  hold("a");
  leases_ = hold("a");
  EXPECT_EQ(claim_all(*claims).size(), 90U);
  EXPECT_EQ(used(), 0);
  EXPECT_EQ(base.number("SELECT count(*) FROM tier_person"), 0);
}

TEST_F(tier, who_counts_already_costs_nothing_and_counts_from_now_on) {
  make_campaign(base, 2, 100, true); // of the same people
  limit(40);
  ASSERT_EQ(claim_all(*claims).size(), 38U);
  base.run("UPDATE tier_person SET minute = minute - 1000; UPDATE tier_minute SET minute = minute "
           "- 1000");
  EXPECT_EQ(claim_all(*claims, 2).size(), 38U);
  EXPECT_EQ(used(), 38);
  expect_sums_to_fit();
  // Those of the first campaign would have stopped counting now.
  base.run("UPDATE tier_person SET minute = minute - 600; UPDATE tier_minute SET minute = minute - "
           "600");
  EXPECT_TRUE(claim_all(*claims).empty());
}

TEST_F(tier, who_wrote_lately_costs_nothing) {
  limit(40);
  base.run(
      "INSERT INTO service_window SELECT n.no, 491510000000 + s, now() + interval '1 hour', 'w' "
      "FROM number n, generate_series(1, 20) s");
  const auto all = claim_all(*claims);
  EXPECT_EQ(all.size(), 18U + 38U);
  EXPECT_EQ(used(), 38);
}

TEST_F(tier, a_window_that_closes_before_the_message_leaves_is_closed) {
  limit(40);
  base.run("INSERT INTO service_window SELECT n.no, 491510000000 + s, now() + interval '1 minute', "
           "'w' FROM number n, generate_series(1, 20) s");
  EXPECT_EQ(claim_all(*claims).size(), 38U);
}

TEST_F(tier, who_said_stop_costs_nothing) {
  limit(40);
  base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) SELECT 1, "
           "491510000000 + s, 'stop_word', now() FROM generate_series(1, 9) s");
  EXPECT_EQ(claim_all(*claims).size(), 9U + 38U);
}

TEST_F(tier, a_failure_for_good_gives_the_place_back_once) {
  limit(40);
  ASSERT_EQ(claim_all(*claims).size(), 38U);
  fail_for_good(1);
  fail_for_good(1);
  EXPECT_EQ(used(), 37);
  expect_sums_to_fit();
  EXPECT_EQ(claim_all(*claims).size(), 1U);
  a_day_passes();
  fail_for_good(2); // he has left the period; his row is still there
  expect_sums_to_fit();
  base.run("DELETE FROM tier_person; DELETE FROM tier_minute");
  fail_for_good(3);
  EXPECT_EQ(used(), 0);
}

TEST_F(tier, a_place_that_another_message_shares_is_not_given_back) {
  make_campaign(base, 2, 100, true);
  limit(40);
  ASSERT_EQ(claim_all(*claims).size(), 38U);
  ASSERT_EQ(claim_all(*claims, 2).size(), 38U);
  fail_for_good(1);
  EXPECT_EQ(used(), 38);
}

TEST_F(tier, who_was_reached_keeps_his_place) {
  limit(40);
  ASSERT_EQ(claim_all(*claims).size(), 38U);
  core::event_batch events;
  events.add(1, 1, 0, event_kind::delivered, 0, 1, now_ms, "wamid.1");
  events.add(1, 1, 0, event_kind::failed, 131026, 1, now_ms + 1, "undeliverable");
  record(events);
  fold_all();
  EXPECT_EQ(used(), 38);
}

TEST_F(tier, retries_keep_their_place_and_others_wait_for_one) {
  limit(40);
  ASSERT_EQ(claim_all(*claims).size(), 38U);
  ports::ledger_write w;
  for (const core::recipient_seq seq : {1, 2, 98, 99}) // the last two never had a place
    w.retries.push_back(
        {.campaign = 1, .seq = seq, .attempt = 1, .retries = 1, .due_ms = now_ms, .number = 1});
  need(book->commit(w));
  const auto got = need(claims->claim_retries(1, orders(10), {}, at(now_ms)));
  ASSERT_EQ(got.size(), 1U);
  ASSERT_EQ(got[0].rows.size(), 2U);
  EXPECT_EQ(got[0].to_seq, 2);
  EXPECT_EQ(got[0].rows[1].place, 1U);
  EXPECT_TRUE(need(claims->claim_retries(1, orders(10), {}, at(now_ms))).empty());
  EXPECT_EQ(base.number("SELECT count(*) FROM retry_queue WHERE state = 0"), 2);
  a_day_passes();
  EXPECT_EQ(need(claims->claim_retries(1, orders(10), {}, at(now_ms))).size(), 1U);
}

TEST_F(tier, what_a_dead_daemon_left_over_keeps_its_places) {
  limit(40);
  ASSERT_EQ(claim_all(*claims).size(), 38U);
  base.run("UPDATE number_lease SET owner = 'b', epoch = epoch + 1; UPDATE dispatch_claim SET free "
           "= true, owner = ''");
  for (auto& lease : leases_)
    lease.epoch = core::lease_epoch{lease.epoch + 1};
  EXPECT_EQ(claim_all(*claims).size(), 38U);
  EXPECT_EQ(used(), 38);
  base.run("UPDATE dispatch_claim SET free = true, owner = ''; DELETE FROM tier_person; DELETE "
           "FROM tier_minute; UPDATE portfolio SET told_limit = 20");
  const auto some = claim_all(*claims);
  EXPECT_EQ(some.size(), 19U);
  EXPECT_EQ(some.size(), std::set(some.begin(), some.end()).size());
  EXPECT_EQ(
      base.number(
          "SELECT count(*) FROM campaign_recipient r WHERE screen = 0 AND seq <= 42 AND NOT EXISTS "
          "(SELECT FROM dispatch_claim d WHERE r.seq BETWEEN d.from_seq AND d.to_seq)"),
      0)
      << "nobody is lost";
}

TEST_F(tier, a_limit_that_falls_counts_at_once) {
  limit(100);
  ASSERT_FALSE(need(claims->claim(1, orders(7), {})).chunks.empty());
  base.run("UPDATE number SET messaging_limit = 'TIER_10'; SELECT portfolio_refresh(1)");
  EXPECT_TRUE(need(claims->claim(1, orders(7), {})).limit_reached);
  base.run("UPDATE number SET messaging_limit = 'TIER_UNLIMITED'; SELECT portfolio_refresh(1)");
  EXPECT_FALSE(need(claims->claim(1, orders(7), {})).limit_reached);
  EXPECT_EQ(base.number("SELECT count(limited_by) FROM number_lease"), 0);
}

TEST_F(tier, several_daemons_and_campaigns_together_keep_the_limit) {
  make_campaign(base, 2, 100, true);
  base.run("UPDATE campaign_recipient SET phone = phone + 5000 WHERE campaign_no = 2");
  limit(60);
  std::vector<std::future<std::size_t>> daemons;
  for (int i = 0; i < 4; ++i)
    daemons.push_back(std::async(std::launch::async, [&, i] {
      auto mine = need(open_claim_store(base.options()));
      return claim_all(*mine, core::campaign_no{1 + i % 2}).size();
    }));
  std::size_t all = 0;
  for (auto& one : daemons)
    all += one.get();
  EXPECT_EQ(all, 57U);
  EXPECT_EQ(used(), 57);
  expect_sums_to_fit();
}

TEST_F(tier, a_refusal_near_the_limit_closes_it_for_an_hour) {
  limit(40);
  const auto refuse = [&](core::recipient_seq seq) {
    core::event_batch events;
    events.add(1, seq, 0, event_kind::failed, 131048, 1, now_ms, "spam rate limit");
    record(events);
    fold_all();
  };
  ASSERT_FALSE(need(claims->claim(1, orders(7), {})).chunks.empty());
  refuse(1); // far from it: something else is the reason
  EXPECT_EQ(base.number("SELECT count(closed_until) FROM portfolio"), 0);
  claim_all(*claims);
  refuse(2);
  EXPECT_EQ(base.number("SELECT count(*) FROM portfolio WHERE closed_until > now() + interval '59 "
                        "minutes'"),
            1);
  a_day_passes();
  EXPECT_TRUE(need(claims->claim(1, orders(7), {})).limit_reached);
  base.run("UPDATE portfolio SET closed_until = now()");
  EXPECT_FALSE(claim_all(*claims).empty());
}

TEST_F(tier, metrics_tell_how_much_is_used) {
  query_pool pool{base.options(), 1};
  EXPECT_TRUE(need(read_backlog(pool)).tiers.empty());
  limit(40);
  claim_all(*claims);
  const auto tiers = need(read_backlog(pool)).tiers;
  ASSERT_EQ(tiers.size(), 1U);
  EXPECT_EQ(tiers[0].portfolio, base.text("SELECT name FROM organization WHERE no = 1"));
  EXPECT_EQ(tiers[0].used, 38);
  EXPECT_EQ(tiers[0].limit, 40);
}

TEST_F(tier, who_counts_no_more_is_forgotten) {
  limit(40);
  claim_all(*claims);
  const ports::retention_terms terms{};
  need(fold->fold(1));
  need(fold->trim(terms));
  EXPECT_EQ(base.number("SELECT count(*) FROM tier_person"), 38);
  a_day_passes();
  base.run("UPDATE tier_person SET minute = minute - 61; UPDATE tier_minute SET minute = minute - "
           "61");
  need(fold->trim(terms));
  EXPECT_EQ(
      base.number("SELECT (SELECT count(*) FROM tier_person) + (SELECT count(*) FROM tier_minute)"),
      0);
}

TEST_F(tier, limits_are_read_as_meta_spells_them) {
  const auto of = [&](const std::string& tier) {
    return base.number("SELECT coalesce(tier_limit('" + tier + "'), -1)");
  };
  EXPECT_EQ(of("TIER_250"), 250);
  EXPECT_EQ(of("TIER_2K"), 2'000);
  EXPECT_EQ(of("TIER_10K"), 10'000);
  EXPECT_EQ(of("TIER_100K"), 100'000);
  EXPECT_EQ(of("2000"), 2'000);
  for (const auto* unlimited : {"TIER_UNLIMITED", "UNTIERED", "", "-1", "TIER_NEW", "9999999999"})
    EXPECT_EQ(of(unlimited), -1) << unlimited;
}

} // namespace
