#pragma once
/// The outside world of the actors: the simulated database (tests/model), a gateway that
/// sends when the test lets time pass, and small stand-ins for the rest. They keep the promises of
/// the ports and watch that the actors keep theirs. One thread.

#include "actors/runtime/context.hpp"

#include "tests/model/flights.hpp"
#include "tests/model/message.hpp"
#include "tests/model/stores.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace stentor::test {

using simulation::recipient;
using simulation::world;

/// How Meta answers one message.
struct reply {
  core::outcome_class kind = core::outcome_class::accepted;
  std::int32_t code = 0;
  bool paced = false; ///< accepted, but Meta holds it back
};

class fake_gateway final : public ports::gateway {
public:
  struct item {
    std::shared_ptr<const core::chunk> chunk;
    std::uint32_t index = 0;
    [[nodiscard]] core::recipient_seq seq() const { return chunk->items[index].seq; }
  };
  struct open_number_state {
    ports::sending_number settings;
    double marketing_per_second = 0;
    bool held = false, closed = false;
    double allowance = 0;
    std::deque<item> queue;
  };

  fake_gateway(world& w, actors::outcome_gate& outcomes, ports::flight_recorder& flights)
      : w_{w}, outcomes_{outcomes}, flights_{flights} {}

  void open_number(ports::sending_number settings) override;
  void set_rate(core::number_no number, double per_second, double marketing) override;
  void renew(core::number_no number, core::steady_time lease_until) override;
  void close_number(core::number_no number, std::function<void()> closed) override;
  void hold_number(core::number_no number, bool held) override;
  void submit(core::slice s) override;
  void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) override;
  void hold_campaign(core::campaign_no campaign, bool held) override;
  void heard_until(core::steady_time moment) override { heard = moment; }
  core::steady_time heard = core::steady_time::max();
  void revoke_campaign(core::campaign_no campaign) override;
  void manage(ports::management_request request,
              std::function<void(ports::management_answer)> then) override;
  void drain(std::chrono::milliseconds patience, std::function<void()> then) override;
  [[nodiscard]] ports::gateway_metrics metrics() const override { return {}; }

  /// Sends what the numbers' limits allow in this time and reports the answers.
  void deliver(std::chrono::milliseconds elapsed);

  std::map<core::number_no, open_number_state> numbers;
  std::map<core::campaign_no, std::int32_t> campaign_rates;
  std::set<core::campaign_no> held_campaigns;
  std::size_t unmarked = 0; ///< submitted without a durable mark
  std::vector<std::size_t> slice_sizes;
  std::map<recipient, int> sent; ///< messages on the wire, however they ended
  std::vector<std::pair<core::number_no, recipient>> wire; ///< in order
  std::map<recipient, int> accepted;
  std::function<reply(core::number_no, recipient, std::int16_t attempt)> answer;

private:
  void report(const item& i, reply r, core::outcome_batch& batch);
  void give_back(std::deque<item> items);
  world& w_;
  actors::outcome_gate& outcomes_;
  ports::flight_recorder& flights_;
  std::map<core::campaign_no, double> campaign_allowance_; ///< of those with a limit of their own
};

/// Meta's management API: questions wait here until the test answers them.
class fake_management final : public ports::management_api {
public:
  struct question {
    ports::business_account account;
    std::string page;
    std::function<void(core::result<ports::template_page>)> then;
  };
  void list_templates(const ports::business_account& account, const std::string& page,
                      std::function<void(core::result<ports::template_page>)> then) override {
    questions.push_back({account, page, std::move(then)});
  }
  void read_number(const std::string& phone_number_id, const std::string&,
                   std::function<void(core::result<ports::number_facts>)> then) override {
    numbers.emplace_back(phone_number_id, std::move(then));
  }
  [[nodiscard]] std::string messages_path(std::string_view phone_number_id) const override {
    return "/" + std::string{phone_number_id} + "/messages";
  }
  std::deque<question> questions;
  std::deque<std::pair<std::string, std::function<void(core::result<ports::number_facts>)>>>
      numbers;
};

class fake_stop_list final : public ports::stop_list {
public:
  [[nodiscard]] bool contains(core::number_no, core::person_key person) const override {
    return people.contains(person);
  }
  void add(core::organization_no, core::person_key person) override { people.insert(person); }
  void remove(core::organization_no, core::person_key person) override { people.erase(person); }
  [[nodiscard]] std::uint64_t moment() const override { return 0; }
  void remove_until(core::organization_no, core::person_key person, std::uint64_t) override {
    people.erase(person);
  }
  [[nodiscard]] std::shared_ptr<const void> reading() override { return nullptr; }
  std::set<core::person_key> people;
};

} // namespace stentor::test
