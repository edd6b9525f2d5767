/// What a running campaign may do, as a table of what has happened to it.
#include "stentor/core/campaign/run_state.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace stentor::core {

namespace {

struct story {
  const char* what;
  std::function<void(run_state&)> happened;
  bool held, may_claim, may_retry, may_end;
};

void PrintTo(const story& s, std::ostream* out) {
  *out << s.what;
}

class after : public ::testing::TestWithParam<story> {};

TEST_P(after, it_may) {
  const auto& p = GetParam();
  run_state s;
  p.happened(s);
  EXPECT_EQ(s.is_held(), p.held);
  EXPECT_EQ(s.may_claim(), p.may_claim);
  EXPECT_EQ(s.may_retry(), p.may_retry);
  EXPECT_EQ(s.may_end(), p.may_end);
}

INSTANTIATE_TEST_SUITE_P(
    table, after,
    ::testing::Values(
        story{"start", [](run_state&) {}, false, true, true, false},
        story{"claim under way", [](run_state& s) { s.claim_asked(); }, false, false, true, false},
        story{"claim answered",
              [](run_state& s) {
                s.claim_asked();
                s.claim_answered();
              },
              false, true, true, false},
        story{"retries under way", [](run_state& s) { s.retries_asked(); }, false, true, false,
              false},
        story{"list exhausted", [](run_state& s) { s.list_exhausted(true); }, false, true, true,
              true},
        story{"exhausted, then a part was freed",
              [](run_state& s) {
                s.list_exhausted(true);
                s.list_exhausted(false);
              },
              false, true, true, false},
        story{"exhausted and a claim under way",
              [](run_state& s) {
                s.list_exhausted(true);
                s.claim_asked();
              },
              false, false, true, false},
        story{"exhausted and the end asked",
              [](run_state& s) {
                s.list_exhausted(true);
                s.end_asked();
              },
              false, true, true, false},
        story{"pause asked", [](run_state& s) { s.pause_asked(); }, true, false, false, false},
        story{"pause written",
              [](run_state& s) {
                s.pause_asked();
                s.pause_written();
              },
              true, false, false, false},
        story{"pause refused",
              [](run_state& s) {
                s.pause_asked();
                s.pause_refused();
              },
              false, true, true, false},
        story{"a second pause refused",
              [](run_state& s) {
                s.pause_asked();
                s.pause_written();
                s.pause_asked();
                s.pause_refused();
              },
              true, false, false, false},
        story{"resumed",
              [](run_state& s) {
                s.pause_asked();
                s.pause_written();
                s.resumed();
              },
              false, true, true, false},
        story{"exhausted and paused",
              [](run_state& s) {
                s.list_exhausted(true);
                s.pause_asked();
              },
              true, false, false, false},
        story{"outside its window", [](run_state& s) { s.window_moved(true); }, true, false, false,
              false},
        story{"exhausted outside its window",
              [](run_state& s) {
                s.list_exhausted(true);
                s.window_moved(true);
              },
              true, false, false, true},
        story{"resumed outside its window",
              [](run_state& s) {
                s.window_moved(true);
                s.pause_asked();
                s.resumed();
              },
              true, false, false, false},
        story{"cancel asked", [](run_state& s) { s.cancel_asked(); }, false, false, false, false},
        story{"cancel asked of an exhausted one",
              [](run_state& s) {
                s.list_exhausted(true);
                s.cancel_asked();
              },
              false, false, false, false},
        story{"cancel refused",
              [](run_state& s) {
                s.cancel_asked();
                s.cancel_refused();
              },
              false, true, true, false},
        story{"expired", [](run_state& s) { s.expired(); }, false, false, false, true},
        story{"expired while paused",
              [](run_state& s) {
                s.pause_asked();
                s.expired();
              },
              true, false, false, true},
        story{"over",
              [](run_state& s) {
                s.list_exhausted(true);
                s.over();
              },
              false, false, false, false}));

TEST(run_state, tells_a_window_that_moved_from_one_that_did_not) {
  run_state s;
  EXPECT_FALSE(s.window_moved(false));
  EXPECT_TRUE(s.window_moved(true));
  EXPECT_FALSE(s.window_moved(true));
  EXPECT_TRUE(s.window_moved(false));
}

TEST(run_state, a_refused_pause_lifts_only_what_it_held) {
  run_state s;
  EXPECT_FALSE(s.pause_refused());
  s.pause_asked();
  EXPECT_TRUE(s.pause_refused());
  s.pause_asked();
  s.pause_written();
  EXPECT_FALSE(s.pause_refused());
}

} // namespace

} // namespace stentor::core
