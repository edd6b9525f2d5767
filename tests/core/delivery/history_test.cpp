/// Where a recipient's events are looked for, and when they are all there.

#include "stentor/core/delivery/history.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace stentor::core {
namespace {

constexpr std::int64_t minute_ms = 60'000;

delivery folded(const std::vector<delivery_event>& events) {
  delivery row;
  for (const auto& e : events)
    fold(row, e);
  return row;
}

const std::vector<delivery_event> a_history{
    {.attempt = 0,
     .kind = event_kind::rejected,
     .code = 131016,
     .at_ms = 1'000'000,
     .text = "busy"},
    {.attempt = 1, .kind = event_kind::accepted, .at_ms = 9'000'000, .text = "wamid.1"},
    {.attempt = 1, .kind = event_kind::delivered, .at_ms = 9'002'000, .text = "wamid.1"}};

TEST(history, is_looked_for_around_the_rows_times) {
  const auto spans = commit_times(folded(a_history));
  ASSERT_EQ(spans.size(), 2U) << "two of three times are near each other";
  EXPECT_EQ(spans[0].from_ms, 1'000'000 - minute_ms);
  EXPECT_EQ(spans[1].to_ms, 9'002'000 + 5 * minute_ms);
  EXPECT_TRUE(commit_times({}).empty());
}

TEST(history, is_complete_when_it_folds_to_the_row) {
  const auto row = folded(a_history);
  EXPECT_TRUE(explained_by(row, a_history));
  for (std::size_t left_out = 0; left_out < a_history.size(); ++left_out) {
    auto some = a_history;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_FALSE(explained_by(row, some)) << left_out;
  }
}

TEST(history, may_be_newer_than_the_row) {
  auto more = a_history;
  more.push_back({.attempt = 1, .kind = event_kind::read, .at_ms = 9'100'000, .text = {}});
  EXPECT_TRUE(explained_by(folded(a_history), more));
}

TEST(history, misses_an_attempt_whose_refusal_the_row_has_forgotten) {
  const std::vector<delivery_event> all{
      {.attempt = 0, .kind = event_kind::rejected, .code = 1, .at_ms = 1'000},
      {.attempt = 1, .kind = event_kind::rejected, .code = 1, .at_ms = 2'000}};
  EXPECT_FALSE(explained_by(folded(all), std::vector{all[1]}));
}

TEST(history, does_not_ask_more_of_a_row_than_was_kept_when_it_was_written) {
  auto row = folded(a_history);
  row.tries = told_tries::unknown();
  EXPECT_TRUE(explained_by(row, a_history));
}

TEST(history, what_is_gone_is_told_by_the_row_in_the_order_of_time) {
  const auto row = folded(a_history);
  const auto told = told_by_row(row, {});
  ASSERT_EQ(told.size(), 3U);
  EXPECT_EQ(told[0].kind, event_kind::rejected);
  EXPECT_EQ(told[1].kind, event_kind::accepted);
  EXPECT_EQ(told[2].kind, event_kind::delivered);
  EXPECT_EQ(told[2].at_ms, 9'002'000);
  EXPECT_EQ(told_by_row(row, std::vector{a_history[2]}).size(), 2U) << "what is found is not told";
}

TEST(history, a_time_beyond_all_calendars_is_looked_for_at_their_end) {
  delivery row;
  row.accepted_at = std::numeric_limits<std::int64_t>::max();
  EXPECT_LE(commit_times(row).at(0).to_ms, time_span::forever);
}

} // namespace
} // namespace stentor::core
