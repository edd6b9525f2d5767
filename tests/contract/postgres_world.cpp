#include "tests/contract/postgres_world.hpp"

#include "adapters/postgres/campaign/housekeeping.hpp"
#include "adapters/postgres/delivery/claim_store.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "tests/adapters/postgres/support/database_proxy.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

namespace stentor::test {

namespace {

using postgres::testing::need;

class postgres_world final : public store_world {
public:
  postgres_world() {
    base_.run("INSERT INTO organization (name) VALUES ('Acme')");
    base_.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
              "VALUES (1, '111', 'w1', 80), (1, '222', 'w1', 80)");
  }

  ports::claim_store& claims() override { return *claims_; }
  ports::retry_store& retries() override { return *stores_.retries; }
  ports::campaign_store& campaigns() override { return *stores_.campaigns; }
  ports::number_store& numbers() override { return *stores_.numbers; }
  ports::ledger& ledger() override { return *ledger_; }
  void fold() override {
    while (!need(projection_->fold(100'000)).caught_up) {
    }
  }

  void add(const contract_campaign& c) override {
    postgres::testing::make_campaign(base_, c.no.value(), c.recipients);
    base_.run(
        "UPDATE campaign SET status = '" + std::string{core::to_string(c.status)} +
        "', in_doubt_policy = '" + std::string{core::to_string(c.in_doubt)} +
        "', scheduled_for = to_timestamp(" +
        (c.scheduled_for ? std::to_string(c.scheduled_for->time_since_epoch().count()) : "NULL") +
        "::int8 / 1000.0), expires_at = to_timestamp(" +
        (c.expires_at ? std::to_string(c.expires_at->time_since_epoch().count()) : "NULL") +
        "::int8 / 1000.0), retry_failed = " + (c.retry_failed ? "true" : "false") +
        ", max_retries = " + std::to_string(c.retries_max) +
        (c.list_awaited ? ", target_type = 'all', started_at = NULL" : "") +
        " WHERE no = " + std::to_string(c.no));
    if (!c.in_portuguese)
      return;
    base_.run("UPDATE campaign SET template_languages = '{en_US,pt_BR}' WHERE no = " +
              std::to_string(c.no));
    base_.run("UPDATE campaign_recipient SET lang = (seq - 1) % 2 WHERE campaign_no = " +
              std::to_string(c.no));
  }
  void divide(core::campaign_no campaign, core::recipient_seq border) override {
    const auto of = " WHERE campaign_no = " + std::to_string(campaign);
    const auto next = std::to_string(border + 1);
    base_.run("INSERT INTO campaign_part (campaign_no, part, from_seq, to_seq, next_seq) SELECT "
              "campaign_no, 2, " +
              next + ", to_seq, " + next + " FROM campaign_part" + of);
    base_.run("UPDATE campaign_part SET to_seq = " + std::to_string(border) + of + " AND part = 1");
  }
  void stop(core::campaign_no campaign, core::recipient_seq seq) override {
    base_.run("INSERT INTO suppression (organization_no, phone, reason, stopped_at) SELECT 1, "
              "phone, 'stop_word', now() FROM campaign_recipient WHERE campaign_no = " +
              std::to_string(campaign) + " AND seq = " + std::to_string(seq));
  }
  void lose_answer_of_claims() override { proxy_->cut_behind_commit(); }
  void know(core::person_key phone, const std::string& user_id) override {
    base_.run("INSERT INTO customer (organization_no, phone, user_id) VALUES (1, " +
              std::to_string(phone) + ", '" + user_id + "')");
  }
  core::campaign_status status_of(core::campaign_no campaign) override {
    return core::campaign_status_from(
               base_.text("SELECT status FROM campaign WHERE no = " + std::to_string(campaign)))
        .value();
  }
  std::string state_of(core::campaign_no campaign, core::recipient_seq seq) override {
    return base_.text("SELECT delivery_state(d) FROM delivery d WHERE campaign_no = " +
                      std::to_string(campaign) + " AND seq = " + std::to_string(seq));
  }
  std::size_t orders() override { return std::stoul(base_.text("SELECT count(*) FROM audit_log")); }

private:
  postgres::testing::database base_;
  postgres::testing::database_proxy proxy_{base_};
  std::unique_ptr<ports::claim_store> claims_ = need(postgres::open_claim_store(proxy_.options()));
  postgres::housekeeping stores_ = need(postgres::open_housekeeping(base_.options()));
  std::unique_ptr<postgres::ledger> ledger_ = need(postgres::ledger::open(base_.options()));
  std::unique_ptr<postgres::projection> projection_ =
      need(postgres::projection::open(base_.options()));
};

} // namespace

std::unique_ptr<store_world> make_postgres_world() {
  return std::make_unique<postgres_world>();
}

} // namespace stentor::test
