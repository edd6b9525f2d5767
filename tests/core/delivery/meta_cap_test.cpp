/// Meta's "had enough marketing": what the fold makes of it.
#include "stentor/core/delivery/meta_cap.hpp"

#include <gtest/gtest.h>

#include <initializer_list>

using namespace stentor::core;

namespace {

using k = event_kind;

delivery folded(std::initializer_list<delivery_event> events) {
  delivery row;
  for (const auto& e : events)
    fold(row, e);
  return row;
}

const delivery_event refused{0, k::rejected, enough_marketing, 10, number_no{}, {}};
const delivery_event accepted_first{0, k::accepted, 0, 5, number_no{1}, "m0"};
const delivery_event accepted_again{1, k::accepted, 0, 20, number_no{1}, "m1"};
const delivery_event delivered_again{1, k::delivered, 0, 25, number_no{}, {}};

TEST(cap_steps, tell_the_first_refusal_from_what_became_of_later_tries) {
  EXPECT_EQ(cap_step_of({}, folded({accepted_first})), cap_step::none);
  EXPECT_EQ(cap_step_of(folded({accepted_first}), folded({accepted_first, refused})),
            cap_step::capped);
  EXPECT_EQ(cap_step_of({}, folded({{0, k::failed, enough_marketing, 10}})), cap_step::capped)
      << "who may not be tried again";
  const auto waits = folded({accepted_first, refused});
  EXPECT_EQ(cap_step_of(waits, folded({accepted_first, refused, accepted_again})), cap_step::none);
  EXPECT_EQ(cap_step_of(waits, folded({accepted_first, refused, accepted_again, delivered_again})),
            cap_step::recovered);
  EXPECT_EQ(
      cap_step_of(waits, folded({accepted_first, refused, {1, k::rejected, enough_marketing, 30}})),
      cap_step::failed_again);
  EXPECT_EQ(cap_step_of(waits, folded({accepted_first, refused, {1, k::failed, 131026, 30}})),
            cap_step::failed_again);
}

TEST(cap_steps, count_nothing_twice) {
  const auto again = folded({accepted_first, refused, accepted_again, delivered_again});
  const auto read =
      folded({accepted_first, refused, accepted_again, delivered_again, {1, k::read, 0, 40}});
  EXPECT_EQ(cap_step_of(again, read), cap_step::none);
  EXPECT_EQ(cap_step_of(again, again), cap_step::none);
  const auto waits = folded({accepted_first, refused});
  EXPECT_EQ(cap_step_of(waits, waits), cap_step::none);
}

TEST(cap_steps, take_no_receipt_of_the_refused_try_for_a_recovery) {
  const auto waits = folded({accepted_first, refused});
  EXPECT_EQ(cap_step_of(waits, folded({accepted_first, refused, {0, k::delivered, 0, 12}})),
            cap_step::none);
}

TEST(cap_records, remember_the_latest_two_hundred) {
  cap_record record;
  for (int i = 0; i < 300; ++i)
    record.note(cap_step::recovered);
  EXPECT_EQ(record.recovered, 300);
  EXPECT_EQ(record.latest.size(), 200U);
  EXPECT_FALSE(record.is_hopeless(15));
}

TEST(cap_records, tell_the_first_tries_from_the_second_ones) {
  cap_record record;
  record.note(cap_step::capped);
  EXPECT_TRUE(record.by_try.empty());
  record.note(cap_step::failed_again, 1);
  record.note(cap_step::recovered, 1);
  record.note(cap_step::recovered, 2);
  EXPECT_EQ(record.by_try, (std::vector<cap_tries>{{2, 1}, {1, 1}}));
  record.note(cap_step::failed_again, 99);
  ASSERT_EQ(record.by_try.size(), 7U) << "nobody is tried more often, but by a person's word";
  EXPECT_EQ(record.by_try.back(), (cap_tries{1, 0}));
}

TEST(cap_records, are_hopeless_when_too_few_of_two_hundred_were_delivered) {
  cap_record record;
  for (int i = 0; i < 199; ++i)
    record.note(i < 29 ? cap_step::recovered : cap_step::failed_again);
  EXPECT_FALSE(record.is_hopeless(15)) << "199 are too few to say so";
  auto enough = record;
  record.note(cap_step::failed_again);
  EXPECT_TRUE(record.is_hopeless(15));
  EXPECT_FALSE(record.is_hopeless(0)) << "never";
  enough.note(cap_step::recovered);
  EXPECT_FALSE(enough.is_hopeless(15)) << "30 of 200 are 15 %";
  EXPECT_EQ(why_recovery_ends(record, 15).text,
            "Nobody of whom Meta says that he had enough marketing (131049) is tried again: of the "
            "latest 200 tries 29 were delivered, less than 15 %");
}

} // namespace
