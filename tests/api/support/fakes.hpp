#pragma once
/// A database and an engine made of maps, and an API on a real server in front of them.

#include "adapters/http_client/client.hpp"
#include "adapters/http_server/server.hpp"
#include "adapters/meta/webhooks/signature.hpp"
#include "api/http/api.hpp"
#include "stentor/ports/audience/person_store.hpp"
#include "stentor/ports/audience/recipient_store.hpp"
#include "stentor/ports/campaign/renderer.hpp"
#include "stentor/ports/inbox/webhook.hpp"
#include "stentor/ports/meta/media_api.hpp"
#include "stentor/ports/meta/template_api.hpp"
#include "stentor/ports/system/time_zones.hpp"
#include "tests/api/support/fake_campaigns.hpp"
#include "tests/api/support/fake_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <mutex>

namespace stentor::test {

/// Everything that a store of lists asks about campaigns.
class fake_persons final : public ports::person_store {
public:
  ports::person_named last;

  core::result<std::string> show(const ports::principal&, const ports::person_named& person,
                                 core::page) override {
    last = person;
    return std::string{R"({"customer":null})"};
  }
};

class fake_recipients final : public ports::recipient_store {
public:
  explicit fake_recipients(const fake_campaigns& campaigns) : campaigns_{campaigns} {}

  std::vector<ports::contact_input> last_people;
  ports::failed_choice last_failed;
  ports::settlement last_settlement{};
  ports::held_choice last_held;
  std::uint64_t imported_bytes = 0;
  core::column_choice last_columns;
  ports::export_cells last_cells = ports::export_cells::guarded;

  core::result<std::string> list(const ports::principal& who, std::string_view id, std::string_view,
                                 core::page) override {
    return campaigns_.text(
        who, id,
        R"({"data":[{"id":"r1","phoneNumber":"+4915100000001","variables":{"name":"Ana"}}]})");
  }
  core::result<ports::import_report> add(const ports::principal& who, std::string_view id,
                                         const std::vector<ports::contact_input>& people) override {
    if (campaigns_.kept_of(who, id) == nullptr)
      return campaigns_.none();
    last_people = people;
    ports::import_report r;
    r.rows_read = static_cast<std::int64_t>(people.size());
    return r;
  }
  core::result<std::unique_ptr<ports::file_import>>
  import_csv(const ports::principal& who, std::string_view id,
             core::column_choice chosen) override {
    last_columns = std::move(chosen);
    if (campaigns_.kept_of(who, id) == nullptr)
      return campaigns_.none();
    return std::unique_ptr<ports::file_import>{std::make_unique<fake_import>(imported_bytes)};
  }
  core::result<std::string> timeline(const ports::principal& who, std::string_view id,
                                     std::string_view r) override {
    return campaigns_.text(who, id, R"({"id":")" + std::string{r} + R"("})");
  }
  core::result<std::int64_t> retry_failed(const ports::principal& who, std::string_view id,
                                          const ports::failed_choice& choice) override {
    if (campaigns_.kept_of(who, id) == nullptr)
      return campaigns_.none();
    last_failed = choice;
    return std::int64_t{7};
  }
  core::result<ports::settled> settle_held(const ports::principal& who, std::string_view id,
                                           ports::settlement how,
                                           const ports::held_choice& choice) override {
    if (campaigns_.kept_of(who, id) == nullptr)
      return campaigns_.none();
    last_settlement = how;
    last_held = choice;
    return ports::settled{choice.all ? 3 : static_cast<std::int64_t>(choice.recipients.size()),
                          false};
  }
  core::status export_csv(const ports::principal& who, std::string_view id,
                          ports::export_cells cells,
                          const std::function<bool(std::string_view)>& write) override {
    last_cells = cells;
    if (campaigns_.kept_of(who, id) == nullptr)
      return campaigns_.none();
    for (int i = 0; i < 1000; ++i)
      if (!write(std::string(999, 'c') + "\n"))
        break;
    return core::ok{};
  }

private:
  const fake_campaigns& campaigns_;
};

class fake_engine final : public ports::control {
public:
  void command(core::campaign_no no, core::campaign_command what,
               std::optional<ports::audit_entry> entry,
               std::function<void(core::status)> then) override {
    commands.emplace_back(no, what);
    if (!commanded.ok())
      return then(commanded);
    write(entry);
    then(core::ok{});
  }
  void ingest(std::shared_ptr<const ports::webhook_payload> p,
              std::function<void(core::status)> then) override {
    const std::lock_guard lock{mutex};
    payloads.push_back(std::move(p));
    if (hold)
      return waiting.push_back(std::move(then));
    then(stored);
  }
  void suppress(ports::suppression_row row, std::optional<ports::audit_entry> entry,
                std::function<void(core::status)> then) override {
    suppressed.push_back(std::move(row));
    write(entry);
    then(core::ok{});
  }
  void pause_number(std::string phone_number_id, std::optional<ports::audit_entry> entry,
                    std::function<void(core::status)> then) override {
    paused.push_back(std::move(phone_number_id));
    write(entry);
    then(core::ok{});
  }
  void resume_number(std::string phone_number_id, std::optional<ports::audit_entry> entry,
                     std::function<void(core::status)> then) override {
    resumed.push_back(std::move(phone_number_id));
    write(entry);
    then(core::ok{});
  }
  void sync_templates(core::organization_no organization,
                      std::function<void(core::status)> then) override {
    synced.push_back(organization);
    then(core::ok{});
  }
  ports::engine_metrics metrics() const override { return now; }

  std::mutex mutex;
  std::vector<std::pair<core::campaign_no, core::campaign_command>> commands;
  std::vector<std::shared_ptr<const ports::webhook_payload>> payloads;
  std::vector<std::function<void(core::status)>> waiting;
  std::vector<ports::suppression_row> suppressed;
  std::vector<std::string> resumed;
  std::vector<std::string> paused;
  std::vector<core::organization_no> synced;
  std::vector<ports::audit_entry> log; ///< what it wrote with what it did
  ports::engine_metrics now;
  core::status stored{core::ok{}};
  core::status commanded{core::ok{}};
  bool hold = false;

private:
  void write(const std::optional<ports::audit_entry>& entry) {
    if (entry)
      log.push_back(*entry);
  }
};

class fake_renderer final : public ports::renderer {
  class message final : public ports::compiled_message {
    void render(const core::claimed_chunk&, std::int64_t, core::chunk&,
                core::event_batch&) const override {}
    const std::vector<std::string>& required_variables(std::int16_t) const override {
      return required_;
    }
    core::result<std::string> preview(std::string_view to, std::string_view variables,
                                      std::int16_t) const override {
      if (variables == "{}")
        return core::error{core::errc::invalid, "The variable \"name\" has no value."};
      return R"({"to":")" + std::string{to} + R"(","variables":)" + std::string{variables} + "}";
    }
    std::vector<std::string> required_{"name"};
  };

public:
  core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign&) const override {
    return std::shared_ptr<const ports::compiled_message>{std::make_shared<message>()};
  }
  core::result<std::vector<core::template_slot>> slots(const ports::template_text&) const override {
    return std::vector<core::template_slot>{};
  }
  core::result<ports::message_preview> preview(const ports::template_text&, std::string_view,
                                               std::string_view) const override {
    return ports::message_preview{};
  }
};

/// Answers at once, with what the test wants.
class fake_template_api final : public ports::template_api {
public:
  void create_template(const ports::business_account& account, const std::string& json,
                       std::function<void(core::result<ports::created_template>)> then) override {
    asked.push_back("create " + account.waba_id + " " + json);
    if (refuses.empty())
      return then(ports::created_template{"77", "PENDING", category});
    then(core::error{core::errc::invalid, refuses});
  }
  void edit_template(const ports::business_account& account, const std::string& id,
                     const std::string& json, std::function<void(core::status)> then) override {
    done("edit " + account.waba_id + " " + id + " " + json, then);
  }
  void delete_template(const ports::business_account& account, const std::string& name,
                       const std::string& id, std::function<void(core::status)> then) override {
    done("delete " + account.waba_id + " " + name + " " + id, then);
  }
  void unpause_template(const ports::business_account& account, const std::string& id,
                        std::function<void(core::status)> then) override {
    done("unpause " + account.waba_id + " " + id, then);
  }
  std::vector<std::string> asked;
  std::string refuses; ///< Meta's words; empty: it takes everything
  std::string category = "MARKETING";

private:
  void done(std::string what, const std::function<void(core::status)>& then) {
    asked.push_back(std::move(what));
    then(refuses.empty() ? core::status{core::ok{}} : core::error{core::errc::invalid, refuses});
  }
};

/// Answers samples at once.
class fake_media_api final : public ports::media_api {
public:
  void upload(const ports::media_number&, const ports::outgoing_media&,
              std::function<void(core::result<std::string>)>) override {}
  void upload_sample(const std::string& token, const ports::outgoing_media& media,
                     std::function<void(core::result<std::string>)> then) override {
    samples.push_back(token + " " + media.mime + " " + media.name);
    if (!refuses.empty())
      return then(core::error{core::errc::invalid, refuses});
    then("4::h" + std::to_string(samples.size()));
  }
  std::vector<std::string> samples;
  std::string refuses;
};

class fake_phones final : public ports::phone_numbers {
public:
  ports::phone parse(std::string_view text, std::string_view) const override {
    const auto digits = text.substr(text.starts_with('+') ? 1 : 0);
    if (digits.size() > 7 && digits.find_first_not_of("0123456789") == std::string_view::npos)
      return {std::stoull(std::string{digits}), false, ports::phone_problem::none};
    return {0, false, ports::phone_problem::not_a_number};
  }
  ports::phone parse_international(std::string_view text, std::string_view region) const override {
    return parse(text, region);
  }
};

/// A problem document of this status whose text has this part.
inline void expect_problem(const http_server::client_answer& a, int status,
                           const std::string& part) {
  EXPECT_EQ(a.status, status) << a.body;
  EXPECT_EQ(a.content_type, "application/problem+json");
  const auto p = nlohmann::json::parse(a.body, nullptr, false);
  ASSERT_TRUE(p.is_object()) << a.body;
  EXPECT_EQ(p["status"], status);
  EXPECT_TRUE(p.contains("type") && p.contains("title"));
  EXPECT_NE(a.body.find(part), std::string::npos) << a.body;
}

/// UTC and India.
class fake_time_zones final : public ports::time_zones {
public:
  core::result<core::zone_offset> offset(std::string_view zone, core::wall_time at) const override {
    const auto minutes = zone == "Asia/Kolkata" ? 330 : 0;
    return core::zone_offset{std::chrono::minutes{minutes}, at + std::chrono::hours{10'000}};
  }
  std::span<const std::string> zones_of(std::string_view) const noexcept override { return {}; }
};

/// The API with everything around it, and clients with each role.
class api_test : public ::testing::Test {
protected:
  void SetUp() override {
    api::services s;
    s.campaigns = &campaigns_made;
    s.launches = &campaigns_made;
    s.planning = &campaigns_made;
    s.previews = &campaigns_made;
    s.reports = &campaigns_made;
    s.access = &access;
    s.audit = &audit;
    s.recipients = &recipients;
    s.persons = &persons;
    s.contacts = &contacts;
    s.imports = &imports;
    s.jobs = &jobs;
    s.windows = &windows;
    s.events = &events;
    s.attributes = &attributes;
    s.templates = &templates;
    s.numbers = &numbers;
    s.engine = &engine;
    s.renderer = &renderer;
    s.previewer = &renderer;
    s.template_api = &template_api;
    s.media = &media;
    s.media_api = &media_api;
    s.accounts = [this](core::organization_no) { return accounts; };
    s.phones = &phones;
    s.zones = &zones;
    s.metrics = [] { return std::string{"stentor_up 1\n"}; };
    s.check_signature = [this](std::string_view header, std::string_view body) {
      return signature.check(header, body);
    };
    s.read_webhook = [](std::string_view body) -> core::result<ports::webhook_payload> {
      if (!body.starts_with('{'))
        return core::error{core::errc::invalid, "no JSON"};
      return ports::webhook_payload{};
    };
    s.refused = [this](api::refused_caller what, std::string_view client) {
      const std::lock_guard lock{engine.mutex};
      refusals.emplace_back(what, client);
    };
    s.now_ms = [] { return std::int64_t{1'700'000'000'000}; };
    api::settings options;
    options.version = "9.8";
    options.verify_token = "let me in";
    options.webhooks_waiting_max = 2;
    application = std::make_unique<api::api>(std::move(s), options);
    server = std::make_unique<http_server::server>(http_server::server_settings{}, *application);
    const auto started = server->start();
    ASSERT_TRUE(started.ok()) << started.error().message;
  }

  http_server::client as(const std::string& token) const {
    return http_server::client{{"http://127.0.0.1:" + std::to_string(server->port()), token, "",
                                std::chrono::seconds{20}}};
  }
  http_server::client_answer ask(std::string_view method, std::string_view target,
                                 std::string_view body = {}, const std::string& token = "admin",
                                 std::string_view type = "application/json") const {
    auto r = as(token).request(method, target, body, type);
    EXPECT_TRUE(r.ok()) << (r.ok() ? "" : r.error().message);
    return r.ok() ? *r : http_server::client_answer{};
  }

  std::vector<std::pair<api::refused_caller, std::string>> refusals;
  fake_campaigns campaigns_made;
  fake_time_zones zones;
  fake_access access;
  fake_audit audit;
  fake_recipients recipients{campaigns_made};
  fake_persons persons;
  fake_contacts contacts;
  fake_imports imports;
  fake_jobs jobs;
  fake_windows windows;
  fake_events events;
  fake_attributes attributes;
  fake_templates templates;
  fake_template_api template_api;
  fake_media media;
  fake_media_api media_api;
  std::vector<ports::business_account> accounts{{"w1", "token"}};
  fake_numbers numbers;
  fake_engine engine;
  fake_renderer renderer;
  fake_phones phones;
  meta::signature_checker signature{{"secret"}};
  std::unique_ptr<api::api> application;
  std::unique_ptr<http_server::server> server;
};

} // namespace stentor::test
