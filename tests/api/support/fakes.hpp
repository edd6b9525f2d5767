#pragma once
/// A database and an engine made of maps, and an API on a real server in front of them.

#include "adapters/http_client/client.hpp"
#include "adapters/http_server/server.hpp"
#include "adapters/meta/webhooks/signature.hpp"
#include "api/http/api.hpp"
#include "stentor/ports/audience/recipient_store.hpp"
#include "tests/api/support/fake_stores.hpp"

#include <gtest/gtest.h>

#include <map>
#include <mutex>

namespace stentor::test {

inline const std::string draft_id = "11111111-1111-1111-1111-111111111111";
inline const std::string running_id = "22222222-2222-2222-2222-222222222222";
inline const std::string ended_id = "33333333-3333-3333-3333-333333333333";
inline const std::string foreign_id = "99999999-9999-9999-9999-999999999999"; ///< of organization 2

class fake_store final : public ports::admin_store {
public:
  struct kept {
    core::organization_no organization;
    core::campaign_no no;
    core::campaign_status status;
  };
  std::map<std::string, kept, std::less<>> campaigns{
      {draft_id, {1, 1, core::campaign_status::draft}},
      {running_id, {1, 2, core::campaign_status::sending}},
      {ended_id, {1, 3, core::campaign_status::completed}},
      {foreign_id, {2, 4, core::campaign_status::draft}}};
  ports::campaign_draft last_draft;

  core::error none() const { return {core::errc::not_found, "There is no such campaign."}; }
  const kept* find(const ports::principal& who, std::string_view id) const {
    const auto found = campaigns.find(id);
    return found != campaigns.end() && found->second.organization == who.organization
               ? &found->second
               : nullptr;
  }
  static std::string show(std::string_view id, core::campaign_status s) {
    return R"({"id":")" + std::string{id} + R"(","status":")" + std::string{core::to_string(s)} +
           R"(","screenedCount":10,"numberIds":null})";
  }
  core::result<std::string> text(const ports::principal& who, std::string_view id,
                                 std::string json) const {
    return find(who, id) != nullptr ? core::result<std::string>{std::move(json)} : none();
  }

  core::result<std::string> create_campaign(const ports::principal&,
                                            const ports::campaign_draft& d) override {
    last_draft = d;
    return show(draft_id, core::campaign_status::draft);
  }
  core::result<std::string> list_campaigns(const ports::principal&, std::string_view status,
                                           ports::page p) override {
    return R"({"data":[],"status":")" + std::string{status} + R"(","page":)" +
           std::to_string(p.number) + R"(,"limit":)" + std::to_string(p.limit) + "}";
  }
  core::result<std::string> get_campaign(const ports::principal& who,
                                         std::string_view id) override {
    const auto* k = find(who, id);
    return k != nullptr ? core::result<std::string>{show(id, k->status)} : none();
  }
  core::result<std::string> update_campaign(const ports::principal& who, std::string_view id,
                                            const ports::campaign_draft& d) override {
    last_draft = d;
    const auto* k = find(who, id);
    if (k == nullptr)
      return none();
    if (k->status != core::campaign_status::draft)
      return core::error{core::errc::conflict, "Only drafts can be changed."};
    return show(id, k->status);
  }
  core::status delete_campaign(const ports::principal& who, std::string_view id) override {
    if (find(who, id) == nullptr)
      return none();
    campaigns.erase(std::string{id});
    return core::done{};
  }
  core::result<core::campaign_no> campaign_no_of(const ports::principal& who,
                                                 std::string_view id) override {
    const auto* k = find(who, id);
    return k != nullptr ? core::result<core::campaign_no>{k->no} : none();
  }
  core::result<core::campaign_status> launch_campaign(const ports::principal& who,
                                                      std::string_view id) override {
    if (find(who, id) == nullptr)
      return none();
    return campaigns.find(id)->second.status = core::campaign_status::sending;
  }
  core::result<core::campaign> load_campaign(const ports::principal& who,
                                             std::string_view id) override {
    const auto* k = find(who, id);
    if (k == nullptr)
      return none();
    core::campaign c;
    c.no = k->no;
    c.status = k->status;
    c.template_name = "promo";
    c.recipients_total = 1010;
    return c;
  }
  core::result<std::string> campaign_stats(const ports::principal& who,
                                           std::string_view id) override {
    return text(who, id, "{}");
  }
};

/// Everything that a store of lists asks about campaigns.
class fake_recipients final : public ports::recipient_store {
public:
  explicit fake_recipients(const fake_store& campaigns) : campaigns_{campaigns} {}

  std::vector<ports::contact_input> last_people;
  std::uint64_t imported_bytes = 0;

  core::result<std::string> list(const ports::principal& who, std::string_view id, std::string_view,
                                 core::page) override {
    return campaigns_.text(
        who, id,
        R"({"data":[{"id":"r1","phoneNumber":"+4915100000001","variables":{"name":"Ana"}}]})");
  }
  core::result<ports::import_report> add(const ports::principal& who, std::string_view id,
                                         const std::vector<ports::contact_input>& people) override {
    if (campaigns_.find(who, id) == nullptr)
      return campaigns_.none();
    last_people = people;
    ports::import_report r;
    r.rows_read = static_cast<std::int64_t>(people.size());
    return r;
  }
  core::result<std::unique_ptr<ports::recipient_import>> import_csv(const ports::principal& who,
                                                                    std::string_view id) override {
    if (campaigns_.find(who, id) == nullptr)
      return campaigns_.none();
    return std::unique_ptr<ports::recipient_import>{std::make_unique<fake_import>(imported_bytes)};
  }
  core::result<std::string> timeline(const ports::principal& who, std::string_view id,
                                     std::string_view r) override {
    return campaigns_.text(who, id, R"({"id":")" + std::string{r} + R"("})");
  }
  core::status export_csv(const ports::principal& who, std::string_view id,
                          const std::function<bool(std::string_view)>& write) override {
    if (campaigns_.find(who, id) == nullptr)
      return campaigns_.none();
    for (int i = 0; i < 1000; ++i)
      if (!write(std::string(999, 'c') + "\n"))
        break;
    return core::done{};
  }

private:
  const fake_store& campaigns_;
};

class fake_engine final : public ports::control {
public:
  void command(core::campaign_no no, ports::campaign_command what,
               std::function<void(core::status)> then) override {
    commands.emplace_back(no, what);
    then(core::done{});
  }
  void ingest(std::shared_ptr<const ports::webhook_payload> p,
              std::function<void(core::status)> then) override {
    const std::lock_guard lock{mutex};
    payloads.push_back(std::move(p));
    if (hold)
      return waiting.push_back(std::move(then));
    then(stored);
  }
  void suppress(ports::suppression_row row, std::function<void(core::status)> then) override {
    suppressed.push_back(std::move(row));
    then(core::done{});
  }
  void sync_templates(std::function<void(core::status)> then) override { then(core::done{}); }
  ports::engine_figures figures() const override { return now; }

  std::mutex mutex;
  std::vector<std::pair<core::campaign_no, ports::campaign_command>> commands;
  std::vector<std::shared_ptr<const ports::webhook_payload>> payloads;
  std::vector<std::function<void(core::status)>> waiting;
  std::vector<ports::suppression_row> suppressed;
  ports::engine_figures now;
  core::status stored{core::done{}};
  bool hold = false;
};

class fake_renderer final : public ports::renderer {
  class message final : public ports::compiled_message {
    void render(const core::claimed_chunk&, std::int64_t, core::chunk&,
                core::event_batch&) const override {}
    const std::vector<std::string>& required_variables() const override { return required_; }
    core::result<std::string> preview(std::string_view to,
                                      std::string_view variables) const override {
      return R"({"to":")" + std::string{to} + R"(","variables":)" + std::string{variables} + "}";
    }
    std::vector<std::string> required_{"name"};
  };

public:
  core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign&) const override {
    return std::shared_ptr<const ports::compiled_message>{std::make_shared<message>()};
  }
};

class fake_phones final : public ports::phone_numbers {
public:
  ports::phone parse(std::string_view text, std::string_view) const override {
    if (text.starts_with('+') && text.size() > 8)
      return {std::stoull(std::string{text.substr(1)}), false, ports::phone_problem::none};
    return {0, false, ports::phone_problem::not_a_number};
  }
};

/// The API with everything around it, and clients with each role.
class api_test : public ::testing::Test {
protected:
  void SetUp() override {
    api::services s;
    s.store = &store;
    s.access = &access;
    s.audit = &audit;
    s.recipients = &recipients;
    s.contacts = &contacts;
    s.templates = &templates;
    s.numbers = &numbers;
    s.engine = &engine;
    s.renderer = &renderer;
    s.phones = &phones;
    s.metrics = [] { return std::string{"stentor_up 1\n"}; };
    s.check_signature = [this](std::string_view header, std::string_view body) {
      return signature.check(header, body);
    };
    s.read_webhook = [](std::string_view body) -> core::result<ports::webhook_payload> {
      if (!body.starts_with('{'))
        return core::error{core::errc::invalid, "no JSON"};
      return ports::webhook_payload{};
    };
    s.now_ms = [] { return std::int64_t{1'700'000'000'000}; };
    api::settings options;
    options.version = "9.8";
    options.verify_token = "let me in";
    options.webhooks_waiting_max = 2;
    application = std::make_unique<api::api>(std::move(s), options);
    server = std::make_unique<http_server::server>(http_server::server_settings{}, *application);
    const auto started = server->start();
    ASSERT_TRUE(started.ok()) << started.problem().message;
  }

  http_server::client as(const std::string& token) const {
    return http_server::client{{"http://127.0.0.1:" + std::to_string(server->port()), token, "",
                                std::chrono::seconds{20}}};
  }
  http_server::client_answer ask(std::string_view method, std::string_view target,
                                 std::string_view body = {}, const std::string& token = "admin",
                                 std::string_view type = "application/json") const {
    auto r = as(token).request(method, target, body, type);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.problem().message);
    return r.ok() ? *r : http_server::client_answer{};
  }

  fake_store store;
  fake_access access;
  fake_audit audit;
  fake_recipients recipients{store};
  fake_contacts contacts;
  fake_templates templates;
  fake_numbers numbers;
  fake_engine engine;
  fake_renderer renderer;
  fake_phones phones;
  meta::signature_checker signature{{"secret"}};
  std::unique_ptr<api::api> application;
  std::unique_ptr<http_server::server> server;
};

} // namespace stentor::test
