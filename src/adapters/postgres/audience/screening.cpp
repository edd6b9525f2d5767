#include "adapters/postgres/audience/screening.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/audience/screening.hpp"

#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace stentor::postgres {

namespace {

using core::screen_reason;

constexpr std::int64_t american_page = 50'000;

core::status mark_blocked(connection& db, const locked_campaign& c, core::recipient_seq from_seq,
                          const char* statement) {
  // A stop outranks a consent that is missing.
  for (const auto reason : {screen_reason::opted_out, screen_reason::no_consent})
    if (auto s = on_list(db, c, statement,
                         params{}
                             .integer(c.organization)
                             .boolean(c.marketing())
                             .integer(std::int64_t{from_seq})
                             .integer(static_cast<std::int64_t>(reason)));
        !s)
      return s;
  return core::ok{};
}

/// Those of an import who are left out, by the reason's name and by its code.
struct screened_counts {
  nlohmann::json by_name = nlohmann::json::object();
  nlohmann::json by_code = nlohmann::json::object();
};

/// Counts by reason into the report, and gives them as JSON.
core::result<screened_counts> count_screened(connection& db, const locked_campaign& c,
                                             import_summary& summary) {
  const auto before = std::int64_t{summary.from_seq} - 1;
  auto last = db.query(list_statement("list_last_place", c), params{}.integer(before));
  if (!last)
    return last.error();
  // Few are screened, and they have an index: the whole table isn't read.
  auto counted = db.query(list_statement("list_screened", c), params{}.integer(before));
  if (!counted)
    return counted.error();
  auto& report = summary.report;
  report.rows_added = report.sendable = row_reader{*last}.integer("added");
  report.screened.clear();
  screened_counts reasons;
  for (const auto row : each(*counted)) {
    const std::string name{core::to_string(row.id<screen_reason>("screen"))};
    const auto n = row.integer("recipients");
    report.sendable -= n;
    report.screened.emplace_back(name, n);
    reasons.by_name[name] = n;
    reasons.by_code[row.string("screen")] = n;
  }
  return reasons;
}

} // namespace

core::status screen_duplicates(connection& db, const locked_campaign& c,
                               core::recipient_seq from_seq) {
  const auto first = [&] { return params{}.integer(std::int64_t{from_seq}); };
  if (auto s = on_list(db, c, "list_analyze", {}); !s)
    return s;
  if (auto s = from_seq == 1 ? on_list(db, c, "list_repeated_phones", {})
                             : on_list(db, c, "list_known_phones", first());
      !s)
    return s;
  if (auto s = on_list(db, c, "list_repeated_spellings", first()); !s)
    return s;
  return on_list(db, c, "list_repeated_user_ids", first());
}

core::status screen_people(connection& db, const locked_campaign& c, core::recipient_seq from_seq) {
  auto knows = db.query(list_statement("list_knows", c), params{}.integer(c.organization));
  if (!knows)
    return knows.error();
  const bool user_ids = row_reader{*knows}.boolean("user_ids");
  const auto link = [&](const char* statement) {
    return on_list(db, c, statement,
                   params{}.integer(c.organization).integer(std::int64_t{from_seq}));
  };
  if (row_reader{*knows}.boolean("customers")) {
    if (auto s = link("list_customers_by_phone"); !s)
      return s;
    if (user_ids)
      if (auto s = link("list_customers_by_user_id"); !s)
        return s;
  }
  if (auto s = mark_blocked(db, c, from_seq, "list_blocked_by_phone"); !s)
    return s;
  return user_ids ? mark_blocked(db, c, from_seq, "list_blocked_by_user_id")
                  : core::status{core::ok{}};
}

core::status screen_united_states(connection& db, const locked_campaign& c,
                                  core::recipient_seq from_seq,
                                  const ports::phone_numbers& phones) {
  auto after = static_cast<std::int64_t>(from_seq) - 1;
  for (;;) {
    auto r = db.query(list_statement("list_american_numbers", c),
                      params{}.integer(after).integer(american_page));
    if (!r)
      return r.error();
    std::vector<std::int32_t> american;
    const auto seq = r->size() == 0 ? 0 : r->column("seq");
    const auto phone = r->size() == 0 ? 0 : r->column("phone");
    for (int i = 0; i < r->size(); ++i) {
      after = r->integer(i, seq);
      if (phones.parse("+" + r->string(i, phone), "").united_states)
        american.push_back(static_cast<std::int32_t>(after));
    }
    if (!american.empty()) {
      params p;
      p.int4_array(american).integer(static_cast<std::int64_t>(screen_reason::united_states));
      if (auto s =
              on_list(db, c, c.marketing() ? "list_screen" : "list_screen_marketing", std::move(p));
          !s)
        return s;
    }
    if (r->size() < american_page)
      return core::ok{};
  }
}

core::status screen_capped(connection& db, const locked_campaign& c, core::wall_time starts) {
  if (!c.marketing())
    return core::ok{};
  auto known = db.call("screen_any_capped", params{}.integer(c.organization));
  if (!known)
    return known.error();
  if (!row_reader{*known}.boolean("any_capped"))
    return core::ok{};
  params p;
  p.integer(c.organization).integer(starts.time_since_epoch().count());
  return on_list(db, c, "list_meta_capped", std::move(p));
}

namespace {

core::status log_import(connection& db, const locked_campaign& c, import_summary& summary,
                        const nlohmann::json& screened_by_name) {
  const auto& report = summary.report;
  auto problems = nlohmann::json::array();
  for (const auto& one : report.problems)
    problems.push_back(
        {{"line", one.line}, {"problem", nlohmann::json::parse(core::to_json(one.what))}});
  params row;
  row.integer(c.no)
      .text(summary.source)
      .integer(report.rows_read)
      .integer(report.rows_added)
      .integer(report.rows_bad)
      .text(screened_by_name.dump())
      .text(problems.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
      .text(summary.actor);
  auto logged = db.call("import_log", std::move(row));
  if (!logged)
    return logged.error();
  summary.report.id = logged->string(0, 0);
  return core::ok{};
}

} // namespace

core::status record_drawn(connection& db, const locked_campaign& c, import_summary& summary) {
  const auto reasons = count_screened(db, c, summary);
  if (!reasons)
    return reasons.error();
  return log_import(db, c, summary, reasons->by_name);
}

core::status record_import(connection& db, const locked_campaign& c, import_summary& summary) {
  const auto reasons = count_screened(db, c, summary);
  if (!reasons)
    return reasons.error();
  const auto& report = summary.report;
  params totals;
  totals.integer(c.no)
      .integer(report.rows_added)
      .integer(report.rows_added - report.sendable)
      .boolean(c.marketing())
      .text(reasons->by_code.dump());
  if (auto r = db.call("import_totals", std::move(totals)); !r)
    return r.error();
  return log_import(db, c, summary, reasons->by_name);
}

} // namespace stentor::postgres
