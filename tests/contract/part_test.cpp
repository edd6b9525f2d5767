/// Parts of a list: only what is open is handed out.
#include "tests/contract/store_factory.hpp"

namespace stentor::test {

namespace {

using core::event_kind;

class parts : public store_contract {
protected:
  void SetUp() override {
    store_contract::SetUp();
    world->add({.no = 1, .recipients = 100});
    world->divide(1, 30);
    leases_ = lease("a");
  }
  ports::claim_result claim_open(std::int32_t count, std::vector<core::part_no> open) {
    return claim({{1, leases_[0].epoch, count}}, 1, {.all = false, .open = std::move(open)});
  }
  std::vector<core::claimed_chunk> due(std::vector<core::part_no> open) {
    return value_of(world->claims().claim_retries(
        1, {{1, leases_[0].epoch, 50}}, {.all = false, .open = std::move(open)}, at(now_ms)));
  }
  std::vector<ports::lease> leases_;
};

TEST_P(parts, of_which_none_is_open_give_nobody) {
  const auto r = claim_open(10, {});
  EXPECT_TRUE(r.chunks.empty());
  EXPECT_TRUE(r.dry);
  EXPECT_FALSE(r.exhausted);
  ASSERT_EQ(r.left.size(), 2U);
  EXPECT_EQ(r.left[1].next, 31);
}

TEST_P(parts, are_claimed_from_while_they_are_open) {
  const auto r = claim_open(40, {2});
  ASSERT_EQ(r.chunks.size(), 1U);
  EXPECT_EQ(r.chunks[0].from_seq, 31);
  EXPECT_EQ(r.chunks[0].to_seq, 70);
  EXPECT_FALSE(r.dry);
  const auto rest = claim_open(40, {2});
  ASSERT_EQ(rest.chunks.size(), 1U);
  EXPECT_EQ(rest.chunks[0].to_seq, 100);
  EXPECT_TRUE(rest.dry);
  EXPECT_FALSE(rest.exhausted);
  ASSERT_EQ(rest.left.size(), 1U);
  EXPECT_EQ(rest.left[0].part, 1);
  const auto first = claim_open(100, {1, 2});
  ASSERT_EQ(first.chunks.size(), 1U);
  EXPECT_EQ(first.chunks[0].to_seq, 30);
  EXPECT_TRUE(first.exhausted);
}

TEST_P(parts, no_claim_goes_over_a_border) {
  std::vector<std::pair<core::recipient_seq, core::recipient_seq>> ranges;
  for (;;) {
    const auto r = claim({{1, leases_[0].epoch, 50}});
    if (r.chunks.empty())
      break;
    for (const auto& chunk : r.chunks)
      ranges.emplace_back(chunk.from_seq, chunk.to_seq);
  }
  for (const auto& [from, to] : ranges)
    EXPECT_EQ(from <= 30, to <= 30) << from << " to " << to;
  EXPECT_EQ(ranges.front().first, 1);
  EXPECT_EQ(ranges.back().second, 100);
}

TEST_P(parts, keep_what_a_dead_owner_left_until_they_open_again) {
  ASSERT_EQ(claim_open(30, {1}).chunks.size(), 1U);
  ASSERT_TRUE(world->numbers().release_leases("a").ok());
  leases_ = lease("b");
  ASSERT_EQ(value_of(world->claims().recover(leases_, now_ms, no_flights)).reclaimed, 30);
  const auto second = claim_open(100, {2});
  ASSERT_EQ(second.chunks.size(), 1U);
  EXPECT_EQ(second.chunks[0].from_seq, 31);
  EXPECT_TRUE(second.dry);
  EXPECT_FALSE(second.exhausted) << "somebody of the first part waits";
  const auto first = claim_open(100, {1});
  ASSERT_EQ(first.chunks.size(), 1U);
  EXPECT_EQ(first.chunks[0].from_seq, 1);
  EXPECT_TRUE(first.exhausted);
}

TEST_P(parts, hold_their_retries_until_they_open_again) {
  const auto all = claim({{1, leases_[0].epoch, 100}});
  ports::ledger_write w;
  for (const auto seq : {5, 50})
    w.retries.push_back({.campaign = 1,
                         .seq = seq,
                         .attempt = 1,
                         .retries = 1,
                         .due_ms = now_ms,
                         .number = {},
                         .claim = all.chunks.at(0).claim});
  commit(w);
  EXPECT_TRUE(due({}).empty());
  const auto second = due({2});
  ASSERT_EQ(second.size(), 1U);
  ASSERT_EQ(second[0].rows.size(), 1U);
  EXPECT_EQ(second[0].rows[0].seq, 50);
  EXPECT_EQ(due({1, 2}).at(0).rows.at(0).seq, 5);
}

TEST_P(parts, are_what_the_planner_is_told) {
  claim_open(10, {2});
  const auto terms = value_of(world->campaigns().plan_terms_of(1));
  ASSERT_EQ(terms.parts.size(), 2U);
  EXPECT_EQ(terms.parts[0].left(), 30);
  EXPECT_EQ(terms.parts[1].left(), 60);
  EXPECT_EQ(terms.parts[1].from, 31);
}

INSTANTIATE_TEST_SUITE_P(all, parts, ::testing::ValuesIn(store_factories()), name_of_factory);

} // namespace

} // namespace stentor::test
