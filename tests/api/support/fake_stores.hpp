#pragma once
/// The stores of the admin side that know no campaigns, each as little as the tests of the API
/// need.

#include "stentor/ports/access/access_store.hpp"
#include "stentor/ports/access/audit_log.hpp"
#include "stentor/ports/business_number/number_directory.hpp"
#include "stentor/ports/contact/attribute_store.hpp"
#include "stentor/ports/contact/contact_store.hpp"
#include "stentor/ports/contact/event_store.hpp"
#include "stentor/ports/contact/file_import.hpp"
#include "stentor/ports/contact/import_store.hpp"
#include "stentor/ports/inbox/service_windows.hpp"
#include "stentor/ports/message_template/media_directory.hpp"
#include "stentor/ports/message_template/template_directory.hpp"
#include "stentor/ports/system/job_store.hpp"
#include "tests/api/support/fake_campaigns.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::test {

/// Knows the tokens "viewer", "operator" and "admin".
class fake_access final : public ports::access_store {
public:
  bool away = false;

  core::result<ports::token_created> create_token(const std::string&, const std::string&,
                                                  const std::string&,
                                                  std::optional<std::string>) override {
    return ports::token_created{};
  }
  core::result<std::string> list_tokens(const std::string&) override { return std::string{"[]"}; }
  core::status revoke_token(const std::string&) override { return core::ok{}; }
  core::result<ports::principal> authenticate(std::string_view token) override {
    if (away)
      return core::error{core::errc::unavailable, "The database is away."};
    for (const auto* role : {"viewer", "operator", "admin"})
      if (token == role)
        return ports::principal{1, role, std::string{"token "} + role, ""};
    return core::error{core::errc::not_found, "unknown"};
  }
};

class fake_audit final : public ports::audit_log {
public:
  std::vector<ports::audit_entry> log;
  bool away = false;

  core::result<std::string> list(const ports::principal&, core::page) override {
    return std::string{"{}"};
  }
  core::status write(const ports::audit_entry& entry) override {
    if (away)
      return core::error{core::errc::unavailable, "The database is away."};
    log.push_back(entry);
    return core::ok{};
  }
};

class fake_import final : public ports::file_import {
public:
  explicit fake_import(std::uint64_t& bytes) : bytes_{bytes} {}
  core::status feed(std::string_view piece) override {
    bytes_ += piece.size();
    if (piece.starts_with("no csv"))
      return core::error{core::errc::invalid, "Line 1 has no column phoneNumber."};
    return core::ok{};
  }
  core::result<ports::import_report> finish() override {
    ports::import_report r;
    r.rows_read = 5;
    r.rows_added = 3;
    r.screened = {{"duplicate", 1}};
    r.problems = {{4, core::bare_text("no phone number")}};
    r.columns = {{"phoneNumber", "Whom"}};
    return r;
  }

private:
  std::uint64_t& bytes_;
};

class fake_contacts final : public ports::contact_store {
public:
  std::vector<ports::contact_input> last_people;
  ports::customer_filter last_filter;
  ports::import_choice last_choice;
  std::uint64_t imported_bytes = 0;

  core::result<std::string>
  upsert_customers(const ports::principal&,
                   const std::vector<ports::contact_input>& people) override {
    last_people = people;
    return std::string{"{}"};
  }
  core::result<std::unique_ptr<ports::file_import>>
  import_customers(const ports::principal&, ports::import_choice chosen) override {
    last_choice = std::move(chosen);
    return std::unique_ptr<ports::file_import>{std::make_unique<fake_import>(imported_bytes)};
  }
  core::result<std::string> list_customers(const ports::principal&,
                                           const ports::customer_filter& filter,
                                           core::page p) override {
    last_filter = filter;
    return R"({"data":[],"limit":)" + std::to_string(p.limit) + "}";
  }
  core::result<std::string> get_customer(const ports::principal&, std::string_view id) override {
    if (id != draft_id)
      return core::error{core::errc::not_found, "There is no customer with this id."};
    return std::string{R"({"name":"Ana"})"};
  }
  core::result<std::string> change_customer(const ports::principal& who, std::string_view id,
                                            const ports::contact_input& patch) override {
    last_people = {patch};
    return get_customer(who, id);
  }
  core::status remove_customer(const ports::principal& who, std::string_view id) override {
    const auto there = get_customer(who, id);
    return there ? core::status{core::ok{}} : core::status{there.error()};
  }
  core::result<std::string> list_suppressions(const ports::principal&, core::page) override {
    return std::string{"{}"};
  }
};

class fake_imports final : public ports::import_store {
public:
  core::result<std::string> list(const ports::principal&, std::string_view kind,
                                 core::page) override {
    return R"({"data":[{"kind":")" + std::string{kind} + R"("}]})";
  }
  core::result<std::string> show(const ports::principal&, std::string_view id) override {
    return R"({"id":")" + std::string{id} + R"("})";
  }
  core::result<std::string> problems(const ports::principal&, std::string_view,
                                     core::page) override {
    return std::string{R"({"data":[]})"};
  }
};

class fake_jobs final : public ports::job_store {
public:
  core::result<std::string> list(const ports::principal&, std::string_view state,
                                 core::page) override {
    return R"({"data":[{"state":")" + std::string{state} + R"("}]})";
  }
  core::result<std::string> show(const ports::principal&, std::string_view id) override {
    return R"({"id":")" + std::string{id} + R"("})";
  }
  core::result<std::string> cancel(const ports::principal& who, std::string_view id) override {
    return show(who, id);
  }
};

class fake_windows final : public ports::service_windows {
public:
  core::result<core::json_text> of(const ports::principal&, core::person_key phone,
                                   std::string_view user_id) override {
    return core::json_text{R"({"data":[],"of":")" + std::to_string(phone) + "/" +
                           std::string{user_id} + R"("})"};
  }
};

class fake_events final : public ports::event_store {
public:
  std::vector<ports::event_input> last_events;
  std::vector<ports::row_problem> last_refused;

  core::result<std::string> add(const ports::principal&,
                                const std::vector<ports::event_input>& events,
                                std::vector<ports::row_problem> refused) override {
    last_events = events;
    last_refused = std::move(refused);
    return R"({"stored":)" + std::to_string(events.size()) + "}";
  }
};

class fake_attributes final : public ports::attribute_store {
public:
  core::result<std::string> list(const ports::principal&) override {
    return std::string{R"({"data":[]})"};
  }
  core::result<std::string> put(const ports::principal&, std::string_view name,
                                core::attribute_type type, bool) override {
    return R"({"name":")" + std::string{name} + R"(","type":")" +
           std::string{core::to_string(type)} + R"("})";
  }
};

class fake_templates final : public ports::template_directory {
public:
  core::result<std::string> list(const ports::principal&, const ports::template_filter&,
                                 core::page) override {
    return R"({"data":[)" + promo + "]}";
  }
  core::result<core::json_text> get(const ports::principal&, std::string_view id) override {
    if (id != "1")
      return core::error{core::errc::not_found, "There is no template with this id."};
    return core::json_text{promo};
  }
  core::result<std::vector<ports::account_holders>> accounts(const ports::principal&) override {
    return holders;
  }
  std::vector<ports::account_holders> holders{{"w1", "node-a"}};
  const std::string promo =
      R"({"id":"1","wabaId":"w1","name":"promo","language":"en_US","status":"PAUSED"})";
};

class fake_numbers final : public ports::number_directory {
public:
  core::result<std::string> list(const ports::principal&) override {
    return std::string{R"({"data":[{"phoneNumberId":"1","messagesPerSecond":80,"active":true},)"
                       R"({"phoneNumberId":"2","messagesPerSecond":20,"active":true},)"
                       R"({"phoneNumberId":"3","messagesPerSecond":20,"active":true},)"
                       R"({"phoneNumberId":"4","messagesPerSecond":20,"active":true,)"
                       R"("rateNow":18.04,"rateCeiling":20,"pace":"probing"}]})"};
  }
  core::result<std::string> nodes(const ports::principal&) override {
    return std::string{R"({"data":[],"numbersWithoutNode":["1","2"]})"};
  }
  core::result<std::string> portfolios(const ports::principal&) override {
    return std::string{R"({"data":[]})"};
  }
  core::result<std::string> quality_history(const ports::principal&, const ports::quality_filter&,
                                            core::page) override {
    return std::string{R"({"data":[]})"};
  }
};

/// Keeps what passes the checks, by its place in the list.
class fake_media final : public ports::media_directory {
public:
  class intake final : public ports::media_intake {
  public:
    intake(fake_media& to, std::string name, const core::media_format& format)
        : to_{to}, file_{std::move(name), std::string{format.mime}, {}}, check_{format} {}
    core::status feed(std::string_view piece) override {
      file_.bytes.append(piece);
      return check_.feed(piece);
    }
    core::result<ports::kept_media> finish() override {
      if (auto s = check_.finish(); !s)
        return s.error();
      for (const auto& each : to_.files)
        if (each.bytes == file_.bytes)
          return ports::kept_media{core::json_text{R"({"name":")" + each.name + "\"}"}, false};
      to_.files.push_back(file_);
      return ports::kept_media{core::json_text{R"({"name":")" + file_.name + "\"}"}, true};
    }

  private:
    fake_media& to_;
    ports::media_file file_;
    core::media_check check_;
  };

  std::vector<ports::media_file> files;

  static std::string id_of(std::size_t place) {
    return "00000000-0000-4000-8000-00000000000" + std::to_string(place);
  }
  core::result<std::unique_ptr<ports::media_intake>>
  receive(const ports::principal&, const std::string& name,
          const core::media_format& format) override {
    return std::unique_ptr<ports::media_intake>{std::make_unique<intake>(*this, name, format)};
  }
  core::result<std::string> list(const ports::principal&, core::page) override {
    return std::string{R"({"data":[]})"};
  }
  core::result<core::json_text> get(const ports::principal&, std::string_view) override {
    return core::json_text{"{}"};
  }
  core::result<ports::media_file> read(const ports::principal&, std::string_view id) override {
    for (std::size_t place = 0; place < files.size(); ++place)
      if (id == id_of(place))
        return files[place];
    return core::error{core::errc::not_found, "There are no media with this id."};
  }
  core::status remove(const ports::principal&, std::string_view) override {
    return core::error{core::errc::conflict, "A campaign names it."};
  }
};

} // namespace stentor::test
