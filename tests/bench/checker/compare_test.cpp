/// The comparison of truth and database, on facts made by hand: every kind of fault must be
/// counted, and nothing else.

#include "bench/checker/rates.hpp"
#include "bench/checker/truth_report.hpp"
#include "tests/bench/checker/support/facts.hpp"

#include <gtest/gtest.h>

using namespace stentor::load;
using namespace stentor::testing;

TEST(report, finds_nothing_wrong_where_nothing_is) {
  facts f;
  f.acknowledge(f.accept(1, "v1:1:1:0:aa", 100), timer_kind::sent, 200);
  f.acknowledge(f.accept(2, "v1:1:2:0:aa", 110), timer_kind::read, 210);
  auto screened = row('p');
  screened.screen = 2;
  const auto r = compare(f.all, campaign({row('s'), row('r'), row('f'), screened, row('o')}), 0);
  EXPECT_EQ(r.accepted, 2U);
  EXPECT_EQ(r.recipients, 5U);
  EXPECT_EQ(r.screened, 1U);
  EXPECT_EQ(r.duplicates + r.lost + r.unknown_acceptances + r.wrong_states + r.rate_violations +
                r.stop_violations + r.foreign,
            0U);
}

TEST(report, counts_duplicates_of_recipient_and_of_person) {
  facts f;
  f.accept(1, "v1:1:1:0:aa", 100);
  f.accept(1, "v1:1:1:1:aa", 200);
  f.accept(2, "v1:1:2:0:aa", 300);
  f.accept(2, "v1:1:3:0:aa", 400);
  const auto rows = std::vector<recipient_row>{row('s'), row('s'), row('s')};
  EXPECT_EQ(compare(f.all, campaign(rows), 0).duplicates, 2U);
  const auto resent = compare(f.all, campaign(rows, "completed", "resend"), 0);
  EXPECT_EQ(resent.duplicates, 1U);
  EXPECT_EQ(resent.resent, 1U);
}

TEST(report, a_retry_after_a_failure_is_no_duplicate) {
  facts f;
  f.acknowledge(f.accept(1, "v1:1:1:0:aa", 100'000), timer_kind::failed, 150'000);
  f.accept(1, "v1:1:1:1:aa", 200'000);
  EXPECT_EQ(compare(f.all, campaign({row('f')}), 0).duplicates, 0U);
  facts early;
  early.acknowledge(early.accept(1, "v1:1:1:0:aa", 100'000), timer_kind::failed, 250'000);
  early.accept(1, "v1:1:1:1:aa", 200'000);
  EXPECT_EQ(compare(early.all, campaign({row('f')}), 0).duplicates, 1U);
  early.all.statuses[0].at_ms = 150;
  EXPECT_EQ(compare(early.all, campaign({row('f')}), 0).duplicates, 0U)
      << "it was posted at 150, and its first answer was lost behind the commit";
}

TEST(report, counts_what_is_lost_on_either_side) {
  facts f;
  f.accept(1, "v1:1:1:0:aa", 100);
  f.accept(9, "somebody else's", 100);
  const auto r = compare(f.all, campaign({row('p'), row('p'), row('d'), row('i')}), 0);
  EXPECT_EQ(r.unknown_acceptances, 1U) << "accepted, and the database knows nothing";
  EXPECT_EQ(r.lost, 2U) << "one never sent, one that the database believes to be delivered";
  EXPECT_EQ(r.in_doubt, 1U);
  EXPECT_EQ(r.foreign, 1U);
  const auto running =
      compare(f.all, campaign({row('s'), row('p'), row('q'), row('i')}, "sending"), 0);
  EXPECT_EQ(running.lost, 0U);
  EXPECT_EQ(running.unfinished, 2U);
  EXPECT_EQ(compare(f.all, campaign({row('s'), row('p')}, "cancelled"), 0).lost, 0U);
}

TEST(report, counts_states_lower_than_what_was_acknowledged) {
  facts f;
  const auto one = f.accept(1, "v1:1:1:0:aa", 100);
  f.acknowledge(one, timer_kind::delivered, 200);
  const auto two = f.accept(2, "v1:1:2:0:aa", 100);
  f.acknowledge(two, timer_kind::failed, 200);
  EXPECT_EQ(compare(f.all, campaign({row('s'), row('s')}), 0).wrong_states, 2U);
  EXPECT_EQ(compare(f.all, campaign({row('r'), row('f')}), 0).wrong_states, 0U);
}

TEST(report, counts_writing_after_an_answered_stop) {
  facts f;
  f.accept(1, "v1:1:1:0:aa", 100);
  f.all.stops.push_back({1, 150});
  f.all.stops.push_back({1, 400});
  f.accept(1, "v1:1:2:0:aa", 155); // may have been written before the answer
  f.accept(1, "v1:1:3:0:aa", 300);
  f.accept(2, "v1:1:4:0:aa", 300);
  EXPECT_EQ(compare(f.all, campaign(std::vector<recipient_row>(4, row('s'))), 0).stop_violations,
            1U);
}

TEST(report, blames_for_rates_only_what_is_certain) {
  const auto count = [](std::vector<std::pair<std::int64_t, std::int64_t>> moments, double rate) {
    std::vector<ground_truth::request> requests(moments.size());
    std::vector<const ground_truth::request*> pointers;
    for (std::size_t i = 0; i < moments.size(); ++i) {
      requests[i].earliest_us = moments[i].first;
      requests[i].latest_us = moments[i].second;
      pointers.push_back(&requests[i]);
    }
    return count_rate_violations(pointers, rate);
  };
  // Three in a second at a limit of two.
  EXPECT_EQ(count({{0, 10}, {300'000, 300'010}, {900'000, 900'010}}, 2).certain, 1U);
  EXPECT_EQ(count({{0, 10}, {300'000, 300'010}, {1'000'010, 1'000'010}}, 2).certain, 0U);
  // Read together after a pause of this machine: strictly too fast, but nobody can know.
  const auto bunched =
      count({{0, 950'000}, {0, 950'000}, {900'000, 950'000}, {900'000, 1'200'000}}, 2);
  EXPECT_EQ(bunched.strict, 2U);
  EXPECT_EQ(bunched.certain, 1U) << "three surely came within 0.95 s";
}

TEST(report, reads_our_callback_data_only) {
  std::int32_t campaign_no = 0;
  std::int32_t seq = 0;
  std::int32_t attempt = 0;
  EXPECT_TRUE(parse_callback_data("v1:2s:1z4:3:0123456789abcdef", campaign_no, seq, attempt));
  EXPECT_EQ(campaign_no, 100);
  EXPECT_EQ(seq, 2560);
  EXPECT_EQ(attempt, 3);
  for (const char* text : {"", "v1", "v1:", "v1:1:2", "v2:1:2:3:00", "v1:1::3:00", "c=17;u=991"})
    EXPECT_FALSE(parse_callback_data(text, campaign_no, seq, attempt)) << text;
}
