#include "tests/contract/simulated_world.hpp"

#include "tests/model/stores.hpp"

namespace stentor::test {

namespace {

class simulated_world final : public store_world {
public:
  simulated_world() {
    world_.now_ms = [] { return now_ms; };
    world_.number_keys = {{"111", 1}, {"222", 2}};
    world_.rates = {{1, 80}, {2, 80}};
    world_.accounts[1] = world_.accounts[2] = "w1";
  }

  ports::claim_store& claims() override { return claims_; }
  ports::retry_store& retries() override { return retries_; }
  ports::campaign_store& campaigns() override { return campaigns_; }
  ports::number_store& numbers() override { return numbers_; }
  ports::ledger& ledger() override { return ledger_; }
  void fold() override {
    while (!value_of(projection_.fold(100'000)).caught_up) {
    }
  }

  void add(const contract_campaign& c) override {
    auto& terms = world_.campaigns[c.no].terms;
    terms.no = c.no;
    terms.id = std::to_string(c.no);
    terms.organization = 1;
    terms.status = c.status;
    terms.template_name = "hello";
    terms.template_language = "en_US";
    terms.template_category = "MARKETING";
    terms.in_doubt = c.in_doubt;
    terms.scheduled_for = c.scheduled_for;
    terms.expires_at = c.expires_at;
    terms.retry_failed = c.retry_failed;
    terms.retries_max = c.retries_max;
    terms.numbers = {1, 2};
    terms.recipients_total = c.recipients;
    world_.campaigns[c.no].list_awaited = c.list_awaited;
    if (c.in_portuguese)
      terms.translations = {{.language = "pt_BR", .components = "[]"}};
  }
  void divide(core::campaign_no campaign, core::recipient_seq border) override {
    auto& c = world_.campaigns.at(campaign);
    c.parts = {{.no = 1, .from = 1, .to = border, .next = 1},
               {.no = 2, .from = border + 1, .to = c.terms.recipients_total, .next = border + 1}};
  }
  void stop(core::campaign_no campaign, core::recipient_seq seq) override {
    world_.stop(world_.row_of({campaign, seq}).who);
  }
  void lose_answer_of_claims() override {
    world_.fate_of = [this](std::string_view) {
      world_.fate_of = nullptr;
      return simulation::fate::answer_lost;
    };
  }
  void know(core::person_key phone, const std::string& user_id) override {
    world_.customers.push_back({.who = {.phone = phone, .user_id = user_id}, .agrees = true});
  }
  core::campaign_status status_of(core::campaign_no campaign) override {
    return world_.status(campaign);
  }
  std::string state_of(core::campaign_no campaign, core::recipient_seq seq) override {
    const auto found = world_.deliveries.find({campaign, seq});
    return found == world_.deliveries.end()
               ? ""
               : std::string{core::to_string(core::state_of(found->second))};
  }
  std::size_t orders() override { return world_.audits.size(); }

private:
  simulation::world world_;
  simulation::claim_store claims_{world_};
  simulation::retry_store retries_{world_};
  simulation::campaign_store campaigns_{world_};
  simulation::number_store numbers_{world_};
  simulation::ledger ledger_{world_};
  simulation::projection projection_{world_};
};

} // namespace

std::unique_ptr<store_world> make_simulated_world() {
  return std::make_unique<simulated_world>();
}

} // namespace stentor::test
