/// The set-based half of an import: partition, screening and totals. See recipient_import.hpp.

#include "adapters/postgres/audience/recipient_import.hpp"
#include "adapters/postgres/client/named_queries.hpp"

#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

namespace stentor::postgres {

namespace {

using core::errc;

core::status all_of(connection& db, const std::vector<std::string>& statements) {
  for (const auto& sql : statements)
    if (auto r = db.query(sql); !r)
      return r.problem();
  return core::done{};
}

} // namespace

core::result<locked_campaign> lock_campaign(connection& db, core::organization_no organization,
                                            std::string_view id) {
  params p;
  p.integer(organization).text(id);
  auto r = db.query("SELECT c.no, c.status, " + sql_fragment("campaign_is_marketing") +
                        ", c.total_recipients, "
                        "to_regclass('campaign_recipient_' || c.no) IS NOT NULL "
                        "FROM campaign c WHERE c.organization_no = $1 AND c.id::text = lower($2) "
                        "FOR NO KEY UPDATE "
                        "OF c",
                    std::move(p));
  if (!r)
    return r.problem();
  if (r->empty())
    return core::error{errc::not_found, "there is no campaign with this id"};
  locked_campaign c;
  c.no = static_cast<core::campaign_no>(r->integer(0, 0));
  c.organization = organization;
  c.status = r->string(0, 1);
  c.for_marketing = r->boolean(0, 2);
  c.total = static_cast<core::recipient_seq>(r->integer(0, 3));
  c.has_partition = r->boolean(0, 4);
  return c;
}

core::status create_partition(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    return core::done{};
  // The check lets ATTACH trust the rows without reading them again.
  return all_of(db, {"CREATE TABLE " + c.table() +
                     " (LIKE campaign_recipient INCLUDING DEFAULTS, CHECK (campaign_no IS NOT NULL "
                     "AND campaign_no = " +
                     std::to_string(c.no) + "))"});
}

core::status complete_partition(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    return core::done{};
  const auto t = c.table();
  return all_of(
      db, {"ALTER TABLE " + t + " ADD PRIMARY KEY (seq)",
           "CREATE INDEX " + t + "_phone ON " + t + " (phone, seq)",
           "CREATE INDEX " + t + "_user ON " + t + " (user_id, seq) WHERE user_id IS NOT NULL",
           "CREATE INDEX " + t + "_screened ON " + t + " (screen) WHERE screen <> 0",
           "ALTER TABLE campaign_recipient ATTACH PARTITION " + t + " FOR VALUES IN (" +
               std::to_string(c.no) + ")"});
}

core::status screen_duplicates(connection& db, const locked_campaign& c,
                               core::recipient_seq from_seq) {
  const auto t = c.table();
  const std::string fresh = "t.seq >= " + std::to_string(from_seq);
  std::vector<std::string> steps{"ANALYZE " + t + " (phone, user_id, screen)"};
  // The earliest place on the list wins. A whole new list is read once in the order of its index to
  // find the people who stand there more than once; a few more people are looked up one by one. The
  // arrays keep PostgreSQL from joining whole lists, because it can't know how few repeat.
  if (from_seq == 1)
    steps.push_back("UPDATE " + t +
                    " t SET screen = 2 WHERE t.screen <> 2 AND t.seq = ANY (ARRAY("
                    "SELECT seq FROM (SELECT seq, row_number() OVER (PARTITION BY phone ORDER BY "
                    "seq) AS place FROM " +
                    t + " WHERE phone = ANY (ARRAY(SELECT phone FROM " + t +
                    " WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > 1))) w "
                    "WHERE place > 1))");
  else
    steps.push_back("UPDATE " + t + " t SET screen = 2 WHERE " + fresh +
                    " AND t.screen <> 2 AND t.phone IS NOT NULL AND EXISTS "
                    "(SELECT 1 FROM " +
                    t + " e WHERE e.phone = t.phone AND e.seq < t.seq)");
  // User ids are long texts: an array of them would not fit the memory that a list of numbers does.
  steps.push_back("UPDATE " + t +
                  " t SET screen = 2 FROM (SELECT seq FROM (SELECT seq, lag(user_id) OVER "
                  "(PARTITION BY user_id ORDER BY seq) "
                  "IS NOT NULL AS again FROM " +
                  t +
                  " WHERE user_id IS NOT NULL) w WHERE again) d "
                  "WHERE t.seq = d.seq AND " +
                  fresh + " AND t.screen <> 2");
  return all_of(db, steps);
}

core::status screen_people(connection& db, const locked_campaign& c, core::recipient_seq from_seq) {
  const auto t = c.table();
  const auto organization = std::to_string(c.organization);
  const std::string fresh = "t.seq >= " + std::to_string(from_seq);
  auto known = db.query("SELECT EXISTS (SELECT 1 FROM " + t +
                        " t WHERE t.user_id IS NOT NULL), "
                        "EXISTS (SELECT 1 FROM customer WHERE organization_no = " +
                        organization + ")");
  if (!known)
    return known.problem();
  const bool user_ids = known->boolean(0, 0);
  const bool customers = known->boolean(0, 1);
  std::vector<std::string> steps;
  for (const auto* person : {"phone", "user_id"})
    if (customers && (user_ids || std::string_view{person} == "phone"))
      steps.push_back("UPDATE " + t +
                      " t SET customer_no = k.no FROM customer k WHERE k.organization_no = " +
                      organization + " AND k." + person + " = t." + person + " AND " + fresh +
                      " AND t.customer_no IS DISTINCT FROM k.no");
  const auto blocked =
      "WITH terms AS NOT MATERIALIZED (SELECT " + organization + "::int4 AS organization_no, " +
      (c.marketing() ? "true" : "false") + " AS marketing, NULL::timestamptz AS since) UPDATE " +
      t + " t SET screen = b.screen FROM (" + sql_fragment("blocked") + ") b WHERE " + fresh;
  for (const auto* person : {"phone", "user_id"})
    for (const auto* reason :
         {" AND b.screen = 4 AND t.screen IN (0, 3, 5)", " AND b.screen = 3 AND t.screen = 0"})
      if (user_ids || std::string_view{person} == "phone")
        steps.push_back(blocked + reason + " AND b." + person + " = t." + person);
  return all_of(db, steps);
}

core::status screen_united_states(connection& db, const locked_campaign& c,
                                  core::recipient_seq from_seq,
                                  const ports::phone_numbers& phones) {
  constexpr int page = 50'000;
  auto after = static_cast<std::int64_t>(from_seq) - 1;
  for (;;) {
    auto r = db.query(
        "SELECT seq, phone FROM " + c.table() + " WHERE seq > " + std::to_string(after) +
        " AND phone BETWEEN 10000000000 AND 19999999999 AND screen = 0 ORDER BY seq LIMIT " +
        std::to_string(page));
    if (!r)
      return r.problem();
    std::vector<std::int32_t> american;
    for (int i = 0; i < r->size(); ++i) {
      after = r->integer(i, 0);
      if (phones.parse("+" + r->string(i, 1), "").united_states)
        american.push_back(static_cast<std::int32_t>(after));
    }
    if (!american.empty()) {
      params p;
      p.int4_array(american);
      if (auto u = db.query("UPDATE " + c.table() + " SET screen = 5 WHERE seq = ANY ($1::int4[])",
                            std::move(p));
          !u)
        return u.problem();
    }
    if (r->size() < page)
      return core::done{};
  }
}

core::status count_import(connection& db, const locked_campaign& c, core::recipient_seq from_seq,
                          const std::string& source, bool consent_was_ignored,
                          ports::import_report& report) {
  const auto before = std::to_string(from_seq - 1);
  // Numbers on a list have no gaps, and few recipients are screened: neither needs the whole table.
  auto last =
      db.query("SELECT coalesce(max(seq), " + before + ") - " + before + " FROM " + c.table());
  if (!last)
    return last.problem();
  auto counted =
      db.query("SELECT s.name, n FROM (SELECT screen, count(*) AS n FROM " + c.table() +
               " WHERE screen <> 0 AND seq > " + before +
               " GROUP BY screen) g JOIN screen_reason s ON s.code = g.screen ORDER BY g.screen");
  if (!counted)
    return counted.problem();
  nlohmann::json reasons = nlohmann::json::object();
  std::int64_t screened = 0;
  report.screened.clear();
  for (int i = 0; i < counted->size(); ++i) {
    const auto n = counted->integer(i, 1);
    screened += n;
    report.screened.emplace_back(counted->string(i, 0), n);
    reasons[counted->string(i, 0)] = n;
  }
  report.rows_added = last->integer(0, 0);
  report.sendable = report.rows_added - screened;
  if (consent_was_ignored)
    reasons["no_consent_kept"] = true; // a launch for marketing must refuse this list
  nlohmann::json problems = nlohmann::json::array();
  for (const auto& one : report.problems)
    problems.push_back({{"line", one.line}, {"problem", one.what}});
  params p;
  p.integer(c.no).integer(report.rows_added).integer(screened);
  // Stops that commit while this runs carry an earlier time than ours, hence the margin; launch
  // screens everybody again.
  auto totals = db.query("UPDATE campaign SET total_recipients = total_recipients + $2::int, "
                         "screened_count = screened_count + $3::int, "
                         "screened_at = coalesce(screened_at, now() - interval '2 minutes'), "
                         "updated_at = now() WHERE no = $1::int",
                         std::move(p));
  if (!totals)
    return totals.problem();
  params row;
  row.integer(c.no)
      .text(source)
      .integer(report.rows_read)
      .integer(report.rows_added)
      .integer(report.rows_bad);
  row.text(reasons.dump())
      .text(problems.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  auto log = db.query("INSERT INTO import (campaign_no, source, rows_read, rows_added, rows_bad, "
                      "screened, problems) "
                      "VALUES ($1::int, $2, $3::int8, $4::int8, $5::int8, $6::jsonb, $7::jsonb)",
                      std::move(row));
  if (!log)
    return log.problem();
  return core::done{};
}

} // namespace stentor::postgres
