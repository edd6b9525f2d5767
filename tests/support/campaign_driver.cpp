#include "tests/support/campaign_driver.hpp"

#include "app/demo/demo_people.hpp"

#include <iostream>
#include <stdexcept>
#include <thread>

namespace stentor::testing {

std::string path_of(const made_campaign& c, std::string_view rest) {
  return "/api/whatsapp/campaigns/" + c.id + std::string{rest};
}

std::string violations(const load::truth_report& report) {
  return load::clean(report) ? "" : load::to_text(report);
}

std::vector<std::string> campaign_driver::people(int count) {
  std::vector<std::string> phones;
  for (int i = 0; i < count; ++i)
    phones.push_back(app::demo_phone(next_person_++, 4711));
  return phones;
}

made_campaign campaign_driver::create(int people_count, const json& changes) {
  return create_for(people(people_count), changes);
}

void campaign_driver::keep_customers(const std::vector<std::string>& phones,
                                     const std::string& city) {
  json customers = json::array();
  for (const auto& phone : phones)
    customers.push_back({{"phoneNumber", phone}, {"attributes", {{"city", city}}}});
  const auto kept =
      api_.call("POST", "/api/whatsapp/customers", json{{"customers", customers}}.dump());
  if (kept.status != 200)
    throw std::runtime_error{"the customers were refused: " + kept.text};
}

made_campaign campaign_driver::create_for(std::vector<std::string> phones, const json& changes) {
  json draft{{"name", "Of the tests"},
             {"templateName", "tour_package_marketing"},
             {"templateLanguage", "en_US"},
             {"targetType", "imported"},
             {"templateVariables",
              {{"1", "{{name|friend}}"}, {"2", "{{destination|the sea}}"}, {"button.0", "sea"}}}};
  draft.merge_patch(changes);
  const auto made = api_.call("POST", "/api/whatsapp/campaigns", draft.dump());
  if (made.status != 201)
    throw std::runtime_error{"the campaign was refused: " + made.text};
  made_campaign c;
  c.id = made.body().value("id", "");
  c.phones = std::move(phones);
  c.no = static_cast<std::int32_t>(
      database_.count("SELECT no FROM campaign WHERE id = '" + c.id + "'"));
  std::string csv = "phone,name,destination,marketing_opt_in\n";
  for (const auto& phone : c.phones)
    csv += phone + ",Ana,Lisbon,yes\n";
  if (c.phones.empty())
    return c;
  const auto imported = api_.call("POST", path_of(c, "/recipients"), csv, "text/csv");
  if (imported.status != 200 ||
      imported.body().value("rowsAdded", 0) != static_cast<int>(c.phones.size()))
    throw std::runtime_error{"the list was refused: " + imported.text};
  return c;
}

made_campaign campaign_driver::launch(int people_count, const json& changes) {
  auto c = create(people_count, changes);
  send(c);
  return c;
}

void campaign_driver::send(const made_campaign& c) {
  const auto sent = api_.call("POST", path_of(c, "/send"));
  if (sent.status != 202)
    throw std::runtime_error{"the campaign could not be started: " + sent.text};
}

json campaign_driver::get(const made_campaign& c) {
  const auto said = api_.call("GET", path_of(c));
  return said.status == 200 ? said.body() : json::object();
}

json campaign_driver::stats(const made_campaign& c) {
  const auto said = api_.call("GET", path_of(c, "/stats"));
  return said.status == 200 ? said.body() : json::object();
}

std::string campaign_driver::state_of(const made_campaign& c, std::size_t index) {
  return database_.sql("SELECT status FROM recipient WHERE campaign_no = " + std::to_string(c.no) +
                       " AND seq = " + std::to_string(index + 1));
}

load::truth_report campaign_driver::wait_until_settled(const made_campaign& c,
                                                       std::chrono::seconds patience) {
  if (!daemon_.wait("the end of the campaign", patience, [&] {
        const auto status = get(c).value("status", "");
        return status == "completed" || status == "cancelled" || status == "expired";
      }))
    std::cerr << get(c).dump(1) << "\n" << stats(c).dump(1) << "\n";
  daemon_.wait("the last receipts", 30s,
               [&] { return simulator_.metrics().value("quiet", false); });
  load::truth_report report;
  // Replies are attributed, and the ledger is folded, some moments after their webhooks.
  const auto until = std::chrono::steady_clock::now() + 6s;
  do {
    std::int32_t no = 0;
    const auto rows = load::read_recipients(database_.conninfo(), c.id, 10, no);
    if (!rows)
      throw std::runtime_error{rows.error().message};
    report = load::compare(simulator_.truth(), *rows, no);
    if (report.wrong_states != 0 || report.unknown_acceptances != 0)
      std::this_thread::sleep_for(100ms);
  } while ((report.wrong_states != 0 || report.unknown_acceptances != 0) &&
           std::chrono::steady_clock::now() < until);
  return report;
}

std::size_t campaign_driver::accepted(const made_campaign& c) {
  const auto facts = simulator_.truth();
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

bool campaign_driver::wait_status(const made_campaign& c, const std::string& status,
                                  std::chrono::seconds patience) {
  return daemon_.wait("the campaign to be " + status, patience,
                      [&] { return get(c).value("status", "") == status; });
}

} // namespace stentor::testing
