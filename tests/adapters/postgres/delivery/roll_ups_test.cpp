/// The figures that the fold keeps beside the rows: they are what a count of the rows gives,
/// whatever happens to the fold or to the ledger behind it.

#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <chrono>

namespace stentor::postgres::testing {
namespace {

using core::event_kind;

constexpr std::int64_t hour_ms = 3'600'000;

class rolling_up : public with_database {
protected:
  void SetUp() override {
    make_campaign(base, 1, 100);
    book = need(ledger::open(base.options()));
    fold = need(projection::open(base.options()));
  }

  void happens(core::recipient_seq seq, std::int16_t attempt, event_kind kind, std::int64_t at_ms,
               std::int32_t code = 0, int number = 1) {
    ports::ledger_write w;
    w.events.add(1, seq, attempt, kind, code, core::number_no{number}, at_ms, "");
    need(book->commit(w));
  }

  void fold_all() {
    while (!need(fold->fold(50)).caught_up) {
    }
    const auto kept = roll_ups_as_text(base);
    recount_roll_ups(base);
    EXPECT_EQ(kept, roll_ups_as_text(base));
  }

  std::string hours() {
    return base.text(
        "SELECT string_agg(hour || ':' || accepted || '/' || delivered || '/' || failed, "
        "' ' ORDER BY hour) FROM delivery_hour WHERE accepted + failed > 0");
  }

  std::unique_ptr<ledger> book;
  std::unique_ptr<projection> fold;
};

TEST_F(rolling_up, a_receipt_counts_in_the_hour_in_which_the_message_was_accepted) {
  happens(1, 0, event_kind::accepted, 5 * hour_ms + 1);
  happens(1, 0, event_kind::delivered, 9 * hour_ms);
  happens(2, 0, event_kind::failed, 7 * hour_ms, 131026);
  fold_all();
  EXPECT_EQ(hours(), "0:0/0/1 5:1/1/0");
}

TEST_F(rolling_up, an_earlier_acceptance_moves_a_person_to_its_hour) {
  happens(1, 0, event_kind::delivered, 6 * hour_ms);
  fold_all();
  EXPECT_EQ(hours(), "6:1/1/0");
  happens(1, 0, event_kind::accepted, 5 * hour_ms);
  fold_all();
  EXPECT_EQ(hours(), "5:1/1/0");
}

TEST_F(rolling_up, a_retry_waits_with_its_error_and_a_success_takes_it_away) {
  happens(1, 0, event_kind::rejected, hour_ms, 131016);
  fold_all();
  EXPECT_EQ(base.text("SELECT code || ' ' || failed || ' ' || waiting FROM delivery_error"),
            "131016 0 1");
  happens(1, 1, event_kind::accepted, 2 * hour_ms, 0, 2);
  fold_all();
  EXPECT_EQ(base.number("SELECT coalesce(sum(waiting), 0) FROM delivery_error"), 0);
  EXPECT_EQ(base.text("SELECT string_agg(number_no || ':' || accepted, ' ' ORDER BY number_no) "
                      "FROM delivery_number WHERE accepted <> 0"),
            "2:1");
}

TEST_F(rolling_up, what_is_taken_back_or_held_is_told_by_its_state) {
  happens(1, 0, event_kind::retracted, hour_ms, 3);
  happens(2, 0, event_kind::in_doubt, hour_ms);
  happens(2, 0, event_kind::held, hour_ms);
  fold_all();
  EXPECT_EQ(base.text("SELECT string_agg(state_name(state) || ':' || n, ' ' ORDER BY state) FROM "
                      "delivery_state_count WHERE n <> 0"),
            "held:1 retracted:1");
}

TEST_F(rolling_up, a_fold_that_is_cut_off_leaves_nothing_behind_and_is_made_again) {
  for (core::recipient_seq seq = 1; seq <= 20; ++seq)
    happens(seq, 0, event_kind::accepted, hour_ms);
  base.run("CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
           "pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$; "
           "CREATE TRIGGER break_it BEFORE UPDATE ON campaign EXECUTE FUNCTION break_it()");
  EXPECT_FALSE(fold->fold(1000).ok()) << "its last statement ends the session";
  EXPECT_EQ(base.number("SELECT count(*) FROM delivery_hour"), 0);
  base.run("DROP TRIGGER break_it ON campaign");
  static_cast<void>(fold->fold(1000).ok()); // may find its session gone
  fold_all();
  EXPECT_EQ(hours(), "1:20/0/0");
}

TEST_F(rolling_up, the_ledger_may_be_gone_when_later_events_come) {
  happens(1, 0, event_kind::accepted, hour_ms);
  fold_all();
  base.run("DELETE FROM delivery_batch");
  happens(1, 0, event_kind::delivered, 2 * hour_ms);
  happens(1, 0, event_kind::accepted, hour_ms); // once more
  fold_all();
  EXPECT_EQ(hours(), "1:1/1/0");
}

TEST_F(rolling_up, a_deleted_campaign_takes_its_figures_along) {
  happens(1, 0, event_kind::accepted, hour_ms);
  fold_all();
  need(base.db().call("campaign_delete", params{}.integer(1)));
  for (const auto* table : {"delivery_hour", "delivery_number", "delivery_error",
                            "delivery_state_count", "campaign_second"})
    EXPECT_EQ(base.number(std::string{"SELECT count(*) FROM "} + table), 0) << table;
}

TEST_F(rolling_up, seconds_are_kept_for_ten_minutes) {
  const auto now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  happens(1, 0, event_kind::accepted, now_ms - 30'000);
  happens(2, 0, event_kind::accepted, now_ms - 30'000);
  happens(2, 0, event_kind::delivered, now_ms - 20'000);
  happens(3, 0, event_kind::accepted, now_ms - 700'000);
  fold_all();
  EXPECT_EQ(base.text("SELECT string_agg(accepted || '/' || delivered, ' ' ORDER BY second) FROM "
                      "campaign_second"),
            "2/0 0/1");
  base.run("UPDATE campaign_second SET second = second - 600");
  happens(1, 0, event_kind::delivered, now_ms);
  fold_all();
  EXPECT_EQ(base.text("SELECT string_agg(accepted || '/' || delivered, ' ' ORDER BY second) FROM "
                      "campaign_second"),
            "0/1");
}

/// Meta paces a template: some of its messages it takes and holds back.
class pacing_a_template : public rolling_up {
protected:
  void SetUp() override {
    rolling_up::SetUp();
    now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  }
  void are_accepted(core::recipient_seq from, core::recipient_seq to) {
    ports::ledger_write w;
    for (auto seq = from; seq <= to; ++seq)
      w.events.add(1, seq, 0, event_kind::accepted, 0, core::number_no{1}, now_ms, "");
    need(book->commit(w));
  }
  void is_held_back(core::recipient_seq seq) {
    happens(seq, 0, event_kind::accepted, now_ms);
    happens(seq, 0, event_kind::paced, now_ms);
  }
  std::string standing() {
    fold_all();
    return base.text(
        "SELECT coalesce((SELECT CASE WHEN held_since IS NOT NULL THEN 'held' ELSE 'let "
        "go' END FROM template_pacing), 'nothing')");
  }
  std::int64_t now_ms = 0;
};

TEST_F(pacing_a_template, it_is_held_when_one_in_a_hundred_is) {
  base.run("UPDATE campaign SET total_recipients = 1000");
  are_accepted(1, 150);
  is_held_back(151);
  EXPECT_EQ(standing(), "nothing") << "one in 151";
  is_held_back(152);
  EXPECT_EQ(standing(), "held") << "two in 152";
  happens(151, 0, event_kind::sent, now_ms + 1'000);
  EXPECT_EQ(standing(), "let go");
}

TEST_F(pacing_a_template, what_was_held_before_meta_let_go_does_not_count_again) {
  is_held_back(1);
  EXPECT_EQ(standing(), "held");
  happens(1, 0, event_kind::sent, now_ms);
  EXPECT_EQ(standing(), "let go");
  base.run("UPDATE template_pacing SET let_go_at = let_go_at + interval '1 second'");
  now_ms += 3'000;
  are_accepted(2, 101);
  is_held_back(102);
  EXPECT_EQ(standing(), "let go") << "one in 101";
  is_held_back(103);
  EXPECT_EQ(standing(), "held");
}

TEST_F(pacing_a_template, a_message_that_is_dropped_lets_nothing_go) {
  is_held_back(1);
  happens(1, 0, event_kind::failed, now_ms + 1, 132015);
  EXPECT_EQ(standing(), "held");
}

} // namespace
} // namespace stentor::postgres::testing
