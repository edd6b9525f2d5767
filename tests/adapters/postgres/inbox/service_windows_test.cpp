/// Who may be written to without a template, and until when.

#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/retention.hpp"
#include "adapters/postgres/inbox/service_windows.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"

#include <nlohmann/json.hpp>

using namespace stentor;
using namespace stentor::postgres;
using namespace stentor::postgres::testing;
using nlohmann::json;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

class windows_of_people : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '222', 'w1', 80), (2, '333', 'w2', 80)");
    book = need(ledger::open(base.options()));
    now_ms = base.number("SELECT (extract(epoch FROM now()) * 1000)::int8");
  }

  struct message {
    std::string id;
    std::int64_t at_ms = 0;
    core::person_key phone = 491510000001;
    std::string user_id = {};
    std::string number = "111";
    std::string type = "text";
  };
  void are_written(const std::vector<message>& messages) {
    ports::ledger_write w;
    for (const auto& m : messages)
      w.inbound.push_back({.organization = core::organization_no{m.number == "333" ? 2 : 1},
                           .phone_number_id = m.number,
                           .person = m.phone,
                           .user_id = m.user_id,
                           .message_id = m.id,
                           .context_id = "",
                           .type = m.type,
                           .text = "hi",
                           .payload = "{}",
                           .at_ms = m.at_ms});
    need(book->commit(w));
  }
  /// "111 m2 open", the one that is open longest first.
  std::string seen(core::person_key phone, const std::string& user_id = "", int organization = 1) {
    ports::principal who;
    who.organization = core::organization_no{organization};
    const auto all = json::parse(need(windows->of(who, phone, user_id)).text);
    std::string text;
    for (const auto& one : all["data"])
      text += (text.empty() ? "" : ", ") + one["phoneNumberId"].get<std::string>() + " " +
              one["lastMessageId"].get<std::string>() + (one["open"] ? " open" : " closed");
    return text;
  }

  std::unique_ptr<ledger> book;
  std::unique_ptr<ports::service_windows> windows = make_service_windows(pool);
  std::int64_t now_ms = 0;
};

TEST_F(windows_of_people, the_latest_message_to_a_number_holds_it_open_for_a_day) {
  are_written({{"m2", now_ms - hour_ms}, {"m1", now_ms - 3 * hour_ms}});
  EXPECT_EQ(seen(491510000001), "111 m2 open");
  are_written({{"m0", now_ms - 5 * hour_ms}});
  EXPECT_EQ(seen(491510000001), "111 m2 open") << "a webhook that came late";
  are_written({{"m2", now_ms - hour_ms}});
  EXPECT_EQ(base.number("SELECT count(*) FROM service_window"), 1);
  are_written({{"m3", now_ms - 30 * hour_ms, 491510000001, "", "222"}});
  EXPECT_EQ(seen(491510000001), "111 m2 open, 222 m3 closed");
  EXPECT_EQ(seen(491510000002), "");
  EXPECT_EQ(seen(491510000001, "", 2), "") << "another organization's numbers";
  EXPECT_EQ(base.number("SELECT round(extract(epoch FROM max(open_until) - now()) / 3600) FROM "
                        "service_window"),
            23);
}

TEST_F(windows_of_people, a_person_has_one_under_every_key) {
  are_written({{"m1", now_ms - hour_ms, 0, "DE.1"}});
  EXPECT_EQ(seen(0, "DE.1"), "111 m1 open");
  are_written({{"m2", now_ms, 5511987654321, "DE.1"}});
  EXPECT_EQ(seen(0, "DE.1"), "111 m2 open");
  EXPECT_EQ(seen(core::one_spelling(551187654321)), "111 m2 open") << "Brazil's other spelling";
  base.run("INSERT INTO person_alias VALUES (1, 'DE.2', 5511987654321, now())");
  EXPECT_EQ(seen(0, "DE.2"), "111 m2 open") << "an id that is known to be the same person's";
}

TEST_F(windows_of_people, what_no_person_wrote_opens_none) {
  are_written({{"m1", now_ms, 491510000001, "", "111", "system"},
               {"m2", now_ms, 491510000001, "", "of nobody here"},
               {"m3", now_ms, 0, ""}});
  EXPECT_EQ(base.number("SELECT count(*) FROM service_window"), 0);
}

TEST_F(windows_of_people, a_clock_ahead_of_ours_opens_none_for_longer) {
  are_written({{"m1", now_ms + 1000 * hour_ms}});
  EXPECT_EQ(base.number("SELECT count(*) FROM service_window WHERE open_until > now() + interval "
                        "'24 hours'"),
            0);
}

TEST_F(windows_of_people, closed_ones_are_forgotten_in_their_time) {
  are_written({{"old", now_ms - 24 * 32 * hour_ms}, {"new", now_ms, 491510000002}});
  need(trim_piece(base.db(),
                  {.ledger = std::chrono::hours{24 * 30}, .queues = std::chrono::hours{24 * 30}}));
  EXPECT_EQ(base.text("SELECT string_agg(last_message_id, ',') FROM service_window"), "new");
}

} // namespace
