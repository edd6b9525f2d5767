/// What a fold adds to a campaign's figures is the difference between its rows: in whatever steps
/// rows change, the sum is that of the last ones.

#include "stentor/core/delivery/roll_up.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <random>
#include <tuple>

namespace stentor::core {
namespace {

struct sums {
  std::map<part_hour, hour_figures> hours;
  std::map<number_hour, number_figures> numbers;
  std::map<std::int32_t, error_figures> errors;
  std::map<std::int64_t, number_figures> seconds;
  std::array<std::int32_t, delivery_states> states{};

  bool operator==(const sums&) const = default;
};

/// Without what has come to nothing.
sums sums_of(const roll_ups& all) {
  sums s;
  for (const auto& [campaign, c] : all.campaigns()) {
    for (const auto& [key, of_hour] : c.hours)
      if (of_hour.figures != hour_figures{})
        s.hours[key] = of_hour.figures;
    for (const auto& [key, f] : c.numbers)
      if (f != number_figures{})
        s.numbers[key] = f;
    for (const auto& [code, f] : c.errors)
      if (f != error_figures{})
        s.errors[code] = f;
    for (const auto& [second, f] : c.seconds)
      if (f != number_figures{})
        s.seconds[second] = f;
    s.states = c.states;
  }
  return s;
}

TEST(roll_ups_of_rows, steps_come_to_the_sum_of_the_last_rows) {
  std::mt19937 random{20240611};
  const auto pick = [&](int from, int to) {
    return std::uniform_int_distribution<int>{from, to}(random);
  };
  for (int round = 0; round < 300; ++round) {
    std::map<int, delivery> rows;
    roll_ups in_steps;
    for (int i = 0; i < 60; ++i) {
      const auto seq = pick(1, 8);
      const bool is_new = !rows.contains(seq);
      const auto before = rows[seq];
      for (int n = pick(1, 3); n > 0; --n)
        fold(rows[seq], {.attempt = static_cast<std::int16_t>(pick(0, 3)),
                         .kind = static_cast<event_kind>(pick(1, 17)),
                         .code = pick(0, 4) == 0 ? enough_marketing : pick(-4, 3),
                         .at_ms = std::int64_t{pick(0, 9)} * 1'800'000,
                         .number = number_no{pick(0, 2)},
                         .text = {}});
      in_steps.change(1, seq % 3, is_new ? nullptr : &before, rows[seq]);
    }
    roll_ups at_once;
    for (const auto& [seq, row] : rows)
      at_once.change(1, seq % 3, nullptr, row);
    EXPECT_EQ(sums_of(in_steps), sums_of(at_once)) << "round " << round;
  }
}

TEST(roll_ups_of_rows, who_is_kept_back_by_meta_has_an_end_until_the_next_try) {
  roll_ups all;
  delivery row;
  const auto becomes = [&](std::int16_t attempt, event_kind kind, std::int32_t code) {
    const auto before = row;
    fold(row, {.attempt = attempt, .kind = kind, .code = code, .at_ms = 1});
    all.change(1, 4, attempt == 0 && kind == event_kind::accepted ? nullptr : &before, row);
    return all.campaigns().begin()->second.hours.at({4, 0}).figures;
  };
  EXPECT_EQ(becomes(0, event_kind::accepted, 0).ended, 0);
  const auto refused = becomes(0, event_kind::rejected, enough_marketing);
  EXPECT_EQ(std::tuple(refused.ended, refused.failed, refused.capped), std::tuple(1, 1, 1));
  const auto arrived = becomes(1, event_kind::delivered, 0);
  EXPECT_EQ(std::tuple(arrived.ended, arrived.failed, arrived.capped), std::tuple(1, 0, 0));
}

TEST(roll_ups_of_rows, times_count_from_acceptance_where_both_ends_are_known) {
  delivery row;
  row.accepted_at = 10'000;
  row.delivered_at = 12'500;
  row.settled_attempt = 0;
  roll_ups all;
  all.change(1, 0, nullptr, row);
  delivery receipt_only;
  receipt_only.delivered_at = 7'000;
  all.change(1, 0, nullptr, receipt_only);
  const auto& f = all.campaigns().begin()->second.hours.at({0, 0}).figures;
  EXPECT_EQ(f.accepted, 2);
  EXPECT_EQ(f.delivered, 2);
  EXPECT_EQ(f.delivery_n, 1);
  EXPECT_EQ(f.delivery_ms, 2'500);
}

TEST(roll_ups_of_rows, a_receipt_that_is_older_than_its_acceptance_takes_no_negative_time) {
  delivery row;
  row.accepted_at = 10'000;
  row.read_at = 9'000;
  roll_ups all;
  all.change(1, 0, nullptr, row);
  const auto& f = all.campaigns().begin()->second.hours.at({0, 0}).figures;
  EXPECT_EQ(f.read_ms, 0);
  EXPECT_EQ(f.read_n, 1);
}

TEST(roll_ups_of_rows, the_span_of_acceptances_never_narrows) {
  delivery row;
  row.accepted_at = 5'000;
  roll_ups all;
  all.change(1, 0, nullptr, row);
  const auto before = row;
  row.accepted_at = 3'000;
  all.change(1, 0, &before, row);
  const auto& span = all.campaigns().begin()->second.hours.at({0, 0}).span;
  EXPECT_EQ(span.first_ms, 3'000);
  EXPECT_EQ(span.last_ms, 5'000);
}

TEST(roll_ups_of_rows, a_time_beyond_all_hours_has_the_last_one) {
  delivery row;
  row.accepted_at = std::numeric_limits<std::int64_t>::max();
  roll_ups all;
  all.change(1, 0, nullptr, row);
  EXPECT_EQ(all.campaigns().begin()->second.hours.begin()->first.hour,
            std::numeric_limits<std::int32_t>::max());
}

} // namespace
} // namespace stentor::core
