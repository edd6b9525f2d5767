/// The part of the house that makes campaigns, waits for their end and holds them against the
/// simulator's record. Main thread only, as all of it.

#include "adapters/postgres/client/connection.hpp"
#include "app/daemon/database.hpp"
#include "app/demo/demo_people.hpp"
#include "tests/integration/house.hpp"

#include <iostream>
#include <stdexcept>
#include <thread>

namespace stentor::testing {

// -- campaigns

std::vector<std::string> house::people(int count) {
  std::vector<std::string> phones;
  for (int i = 0; i < count; ++i)
    phones.push_back(app::demo_phone(next_person_++, 4711));
  return phones;
}

std::string house::path(const made_campaign& c, std::string_view rest) {
  return "/api/whatsapp/campaigns/" + c.id + std::string{rest};
}

made_campaign house::create(int people_count, const json& changes) {
  return create_for(people(people_count), changes);
}

made_campaign house::create_for(std::vector<std::string> phones, const json& changes) {
  json draft{{"name", "Of the tests"},
             {"templateName", "tour_package_marketing"},
             {"templateLanguage", "en_US"},
             {"targetType", "imported"},
             {"templateVariables",
              {{"1", "{{name|friend}}"}, {"2", "{{destination|the sea}}"}, {"button.0", "sea"}}}};
  draft.merge_patch(changes);
  const auto made = call("POST", "/api/whatsapp/campaigns", draft.dump());
  if (made.status != 201)
    throw std::runtime_error{"the campaign was refused: " + made.text};
  made_campaign c;
  c.id = made.body().value("id", "");
  c.phones = std::move(phones);
  c.no = static_cast<std::int32_t>(count("SELECT no FROM campaign WHERE id = '" + c.id + "'"));
  std::string csv = "phone,name,destination,marketing_opt_in\n";
  for (const auto& phone : c.phones)
    csv += phone + ",Ana,Lisbon,yes\n";
  if (c.phones.empty())
    return c;
  const auto imported = call("POST", path(c, "/recipients"), csv, "text/csv");
  if (imported.status != 200 ||
      imported.body().value("rowsAdded", 0) != static_cast<int>(c.phones.size()))
    throw std::runtime_error{"the list was refused: " + imported.text};
  return c;
}

made_campaign house::launch(int people_count, const json& changes) {
  auto c = create(people_count, changes);
  send(c);
  return c;
}

void house::send(const made_campaign& c) {
  const auto sent = call("POST", path(c, "/send"));
  if (sent.status != 202)
    throw std::runtime_error{"the campaign could not be started: " + sent.text};
}

json house::get(const made_campaign& c) {
  const auto said = call("GET", path(c));
  return said.status == 200 ? said.body() : json::object();
}

json house::stats(const made_campaign& c) {
  const auto said = call("GET", path(c, "/stats"));
  return said.status == 200 ? said.body() : json::object();
}

std::string house::state_of(const made_campaign& c, std::size_t index) {
  return sql("SELECT status FROM recipient WHERE campaign_no = " + std::to_string(c.no) +
             " AND seq = " + std::to_string(index + 1));
}

load::truth_report house::settled(const made_campaign& c, std::chrono::seconds patience) {
  if (!wait("the end of the campaign", patience, [&] {
        const auto status = get(c).value("status", "");
        return status == "completed" || status == "cancelled" || status == "expired";
      }))
    std::cerr << get(c).dump(1) << "\n" << stats(c).dump(1) << "\n";
  wait("the last receipts", 30s, [&] { return figures().value("quiet", false); });
  load::truth_report report;
  // Replies are attributed, and the ledger is folded, some moments after their webhooks.
  const auto until = std::chrono::steady_clock::now() + 6s;
  do {
    std::int32_t no = 0;
    const auto conninfo = app::running_conninfo((folder_ / "state").string());
    const auto rows = load::read_recipients(conninfo.value_or(""), c.id, 10, no);
    if (!rows)
      throw std::runtime_error{rows.problem().message};
    report = load::compare(truth(), *rows, no);
    if (report.wrong_states != 0 || report.unknown_acceptances != 0)
      std::this_thread::sleep_for(100ms);
  } while ((report.wrong_states != 0 || report.unknown_acceptances != 0) &&
           std::chrono::steady_clock::now() < until);
  return report;
}

std::string house::blame(const load::truth_report& r) {
  const bool clean = r.duplicates == 0 && r.lost == 0 && r.unknown_acceptances == 0 &&
                     r.wrong_states == 0 && r.rate_violations == 0 && r.stop_violations == 0;
  return clean ? "" : load::to_text(r);
}

std::size_t house::accepted(const made_campaign& c) {
  const auto facts = truth();
  std::size_t n = 0;
  for (const auto& each : facts.requests) {
    std::int32_t campaign = 0;
    std::int32_t seq = 0;
    std::int32_t attempt = 0;
    if (each.code == 0 &&
        load::parse_callback_data(facts.callback_data(each), campaign, seq, attempt) &&
        campaign == c.no)
      ++n;
  }
  return n;
}

std::string house::sql(const std::string& query) {
  const auto conninfo = app::running_conninfo((folder_ / "state").string());
  if (!conninfo)
    throw std::runtime_error{"the database does not answer"};
  auto db = postgres::connection::open({.conninfo = *conninfo, .application_name = "tests"});
  if (!db)
    throw std::runtime_error{db.problem().message};
  const auto rows = db->query(query);
  if (!rows)
    throw std::runtime_error{rows.problem().message};
  return rows->empty() ? "" : rows->string(0, 0);
}

} // namespace stentor::testing
