#pragma once
/// The outside world of the actors, made of maps: a database (all stores, the ledger and its
/// projection look at the same one; fake_stores.hpp), a gateway that sends when the test lets time
/// pass, and small stand-ins for the rest. They keep the promises of the ports and watch that the
/// actors keep theirs. One thread.

#include "actors/runtime/context.hpp"

#include "stentor/core/contact/contact_key.hpp"
#include "stentor/core/delivery/delivery.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>

namespace stentor::test {

using recipient = std::pair<core::campaign_no, core::recipient_seq>;

struct claim_row {
  core::campaign_no campaign{};
  core::number_no number{};
  core::lease_epoch epoch{};
  core::recipient_seq from = 0, to = 0, mark = 0;
  bool free = false;
};

struct queued_retry {
  ports::retry_row row;
  bool claimed = false, done = false;
  core::number_no number{}; ///< that claimed it
  core::lease_epoch epoch{};
};

struct queued_doubt {
  std::int16_t attempt = 0;
  std::int64_t since_ms = 0;
  bool settled = false;
};

struct ledger_event {
  recipient who;
  std::int16_t attempt = 0;
  core::event_kind kind = core::event_kind::accepted;
  std::int32_t code = 0;
  std::int64_t at_ms = 0;
  std::string text;
};

struct fake_campaign {
  core::campaign terms;
  std::optional<core::sentence> reason;
  core::pause_kind pause = core::pause_kind::none;
  std::set<core::recipient_seq> stopped; ///< said stop since the import
};

struct lease_row {
  std::string owner;
  core::lease_epoch epoch{};
  std::int64_t expires_ms = 0;
};

/// The database.
struct world {
  std::function<std::int64_t()> now_ms;
  std::map<core::campaign_no, fake_campaign> campaigns;
  std::map<core::claim_id, claim_row> claims;
  std::map<recipient, queued_retry> retries;
  std::map<recipient, queued_doubt> doubts; ///< the settled ones, too
  std::map<core::number_no, lease_row> leases;
  std::vector<ledger_event> events;
  std::map<recipient, core::delivery> deliveries; ///< of the first `folded` events
  std::size_t folded = 0;
  std::vector<ports::suppression_row> suppressions;
  std::map<core::person_key, core::person_key> aliases; ///< user id, phone
  std::vector<ports::change_row> changes;
  std::vector<ports::inbound_row> inbound;
  std::size_t attributed = 0;                                ///< of them
  std::map<std::string, std::string> template_status;        ///< by name
  std::map<core::number_no, core::sentence> stopped_reasons; ///< of those that are stopped
  std::vector<ports::audit_entry> audits;
  std::map<core::number_no, std::string> accounts;                  ///< of the saved numbers
  std::vector<std::pair<std::string, std::string>> saved_templates; ///< account, JSON
  std::vector<std::string> log; ///< what was asked, in order, without the frequent questions
  std::size_t commits = 0;
  std::size_t claim_calls = 0;
  std::function<void()> on_claim; ///< called in the middle of each, if set
  std::size_t unmarked = 0;       ///< submitted without a durable mark
  core::claim_id next_claim = 1;
  bool store_fails = false, ledger_fails = false, projection_fails = false;
  bool foreign_lease = false; ///< another process holds all leases

  void follow_stops(std::vector<ports::stop_effect>& to);
  [[nodiscard]] bool holds(core::number_no number, core::lease_epoch epoch) const;
  [[nodiscard]] core::campaign_status status(core::campaign_no campaign) const;
  [[nodiscard]] std::size_t count(core::event_kind kind) const;
  [[nodiscard]] std::size_t open_claims() const;
  [[nodiscard]] std::size_t waiting_retries() const;
  [[nodiscard]] std::size_t logged(std::string_view what) const;
};

/// What every fake of the database answers while it is away.
inline const core::error database_away{core::errc::unavailable, "the database is away"};

class fake_ledger final : public ports::ledger {
public:
  explicit fake_ledger(world& w) : w_{w} {}
  core::result<ports::ledger_receipt> commit(const ports::ledger_write& write) override;

private:
  world& w_;
};

class fake_projection final : public ports::projection {
public:
  explicit fake_projection(world& w) : w_{w} {}
  core::result<ports::fold_report> fold(std::int64_t events_max) override;

private:
  world& w_;
};

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
    bool held = false, closed = false;
    double allowance = 0;
    std::deque<item> queue;
  };

  fake_gateway(world& w, actors::outcome_gate& outcomes) : w_{w}, outcomes_{outcomes} {}

  void open_number(ports::sending_number settings) override;
  void set_rate(core::number_no number, double per_second) override;
  void renew(core::number_no number, core::steady_time lease_until) override;
  void close_number(core::number_no number) override;
  void hold_number(core::number_no number, bool held) override { numbers[number].held = held; }
  void submit(core::slice s) override;
  void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) override;
  void hold_campaign(core::campaign_no campaign, bool held) override;
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
  [[nodiscard]] std::string messages_path(std::string_view phone_number_id) const override {
    return "/" + std::string{phone_number_id} + "/messages";
  }
  std::deque<question> questions;
};

class fake_message final : public ports::compiled_message {
public:
  /// @param lacking so many recipients, from the first, have no value for its variable
  explicit fake_message(core::recipient_seq lacking) : lacking_{lacking} {}
  void render(const core::claimed_chunk& from, std::int64_t now_ms, core::chunk& to,
              core::event_batch& events) const override;
  [[nodiscard]] const std::vector<std::string>& required_variables() const override {
    return none_;
  }
  [[nodiscard]] core::result<std::string> preview(std::string_view,
                                                  std::string_view) const override {
    return std::string{"{}"};
  }

private:
  core::recipient_seq lacking_;
  std::vector<std::string> none_;
};

class fake_renderer final : public ports::renderer {
public:
  [[nodiscard]] core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign& campaign) const override;
};

class fake_time_zones final : public ports::time_zones {
public:
  [[nodiscard]] core::result<core::zone_offset> offset(std::string_view zone,
                                                       core::wall_time at) const override;
};

class fake_stop_list final : public ports::stop_list {
public:
  [[nodiscard]] bool contains(core::number_no, core::person_key person) const override {
    return people.contains(person);
  }
  void add(core::organization_no, core::person_key person) override { people.insert(person); }
  void remove(core::organization_no, core::person_key person) override { people.erase(person); }
  std::set<core::person_key> people;
};

} // namespace stentor::test
