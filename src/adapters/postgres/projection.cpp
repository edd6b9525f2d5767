#include "adapters/postgres/projection.hpp"

#include <algorithm>
#include <map>

namespace stentor::postgres {

namespace {

/// So many batches of each writer are looked at in one call.
constexpr std::int64_t batches_max = 256;

/// The planner knows nothing about how many rows an unnest gives. What it must do is known: look
/// rows up by key or by place, in order, and never scan or hash a whole table.
constexpr const char* settings = "SET enable_seqscan=off;SET enable_hashjoin=off;SET "
                                 "enable_mergejoin=off;SET enable_bitmapscan=off;"
                                 "SET enable_hashagg=off;SET enable_material=off;"
                                 "SET plan_cache_mode=force_generic_plan;SET work_mem='64MB'";

} // namespace

core::result<std::unique_ptr<projection>> projection::open(connection_options options) {
  options.application_name = "stentor projection";
  auto db = connection::open(std::move(options));
  if (!db)
    return db.problem();
  return std::unique_ptr<projection>{new projection{std::move(*db)}};
}

core::status projection::ensure() {
  if (auto s = db_.ensure(); !s)
    return s;
  if (locked_backend_ == db_.backend_pid())
    return core::done{};
  auto locked = db_.call("projection_lock");
  if (!locked)
    return locked.problem();
  if (!locked->boolean(0, 0))
    return core::error{core::errc::conflict, "another process folds the ledger of this database"};
  if (auto s = db_.run(settings); !s)
    return s;
  locked_backend_ = db_.backend_pid();
  return core::done{};
}

core::result<ports::fold_report> projection::fold(std::int64_t events_max) {
  ports::fold_report report;
  if (auto s = ensure(); !s)
    return s.problem();
  auto t = transaction::begin(db_);
  if (!t)
    return t.problem();
  auto r = choose(events_max, report);
  if (!r)
    return r.problem();
  if (r->writer.empty())
    return report;
  if (auto s = fold_range(*r, report); !s)
    return s.problem();
  if (auto s = t->commit(); !s)
    return s.problem();
  return report;
}

core::result<projection::range> projection::choose(std::int64_t events_max,
                                                   ports::fold_report& report) {
  auto waiting = db_.call("projection_waiting", std::move(params{}.integer(batches_max)),
                          answer_format::binary);
  if (!waiting)
    return waiting.problem();
  struct span {
    std::int64_t after = 0, upto = 0, batches = 0;
  };
  std::map<std::int32_t, span> chosen;
  for (int i = 0; i < waiting->size(); ++i) {
    // Whole batches, the oldest first, and at least one, however large it is.
    if (report.events >= events_max && report.events > 0) {
      report.caught_up = false;
      report.lag_ms = std::max<std::int64_t>(report.lag_ms, waiting->integer(i, 3));
      continue;
    }
    auto& s = chosen[static_cast<std::int32_t>(waiting->integer(i, 0))];
    s.after = waiting->integer(i, 4);
    s.upto = std::max(s.upto, waiting->integer(i, 1));
    report.events += waiting->integer(i, 2);
    if (++s.batches == batches_max)
      report.caught_up = false;
  }
  range r;
  for (const auto& [writer, s] : chosen) {
    r.writer.push_back(writer);
    r.after.push_back(s.after);
    r.upto.push_back(s.upto);
  }
  return r;
}

core::status projection::fold_range(const range& r, ports::fold_report& report) {
  params p;
  p.int4_array(r.writer).int8_array(r.after).int8_array(r.upto);
  auto deltas = db_.call("projection_fold", std::move(p));
  if (!deltas)
    return deltas.problem();
  for (int i = 0; i < deltas->size(); ++i) {
    report.rows += deltas->integer(i, 1);
    if (deltas->boolean(i, 11))
      if (auto s = stop_people(static_cast<core::campaign_no>(deltas->integer(i, 0)), r); !s)
        return s;
  }
  params move;
  move.int4_array(r.writer).int8_array(r.upto);
  if (auto s = db_.call("projection_move", std::move(move)); !s)
    return s.problem();
  // Last, because claims wait for a campaign's row until this transaction ends.
  return count(*deltas);
}

core::status projection::count(const rows& deltas) {
  std::vector<std::vector<std::int32_t>> columns(9);
  for (int i = 0; i < deltas.size(); ++i) {
    columns[0].push_back(static_cast<std::int32_t>(deltas.integer(i, 0)));
    bool changed = false;
    for (std::size_t c = 1; c < columns.size(); ++c) {
      columns[c].push_back(static_cast<std::int32_t>(deltas.integer(i, static_cast<int>(c) + 2)));
      changed = changed || columns[c].back() != 0;
    }
    if (!changed)
      for (auto& c : columns)
        c.pop_back();
  }
  if (columns[0].empty())
    return core::done{};
  params p;
  for (const auto& c : columns)
    p.int4_array(c);
  if (auto r = db_.call("projection_count", std::move(p)); !r)
    return r.problem();
  return core::done{};
}

core::status projection::stop_people(core::campaign_no campaign, const range& r) {
  // Meta said that the person stopped marketing (131050). The recipients' table is named in the
  // text, so that only this campaign's partition is opened. A missing one (the campaign is being
  // deleted) has nobody to stop.
  const auto partition = "campaign_recipient_" + std::to_string(campaign);
  auto there = db_.query("SELECT to_regclass($1) IS NOT NULL", std::move(params{}.text(partition)));
  if (!there)
    return there.problem();
  if (!there->boolean(0, 0))
    return core::done{};
  const std::string people =
      "WITH said AS (SELECT e.seq, min(e.at_ms) AS at_ms FROM unnest($1::int4[], $2::int8[], "
      "$3::int8[]) "
      "AS w(writer, after, upto) JOIN delivery_batch b ON b.writer = w.writer AND b.batch > "
      "w.after AND b.batch <= w.upto "
      "CROSS JOIN LATERAL unnest(b.campaign, b.seq, b.kind, b.code, b.at_ms) AS e(campaign, seq, "
      "kind, code, at_ms) "
      "WHERE e.code = 131050 AND e.kind IN (5, 8) AND e.campaign = " +
      std::to_string(campaign) +
      " GROUP BY e.seq), "
      "people AS (SELECT c.organization_no, p.phone, p.user_id, said.seq, to_timestamp(said.at_ms "
      "/ 1000.0) AS at "
      "FROM said JOIN " +
      partition + " p ON p.seq = said.seq JOIN campaign c ON c.no = " + std::to_string(campaign) +
      "), "
      "phones AS (INSERT INTO suppression (organization_no, phone, reason, evidence, stopped_at) "
      "SELECT organization_no, phone, '131050', 'recipient ' || seq || ' of campaign " +
      std::to_string(campaign) +
      "', at FROM people WHERE phone IS NOT NULL ON CONFLICT DO NOTHING), "
      "users AS (INSERT INTO suppression (organization_no, user_id, reason, evidence, stopped_at) "
      "SELECT organization_no, user_id, '131050', 'recipient ' || seq || ' of campaign " +
      std::to_string(campaign) +
      "', at FROM people WHERE user_id IS NOT NULL ON CONFLICT DO NOTHING) "
      "UPDATE customer k SET marketing_opt_in = false, marketing_opt_out_at = people.at, "
      "updated_at = now() FROM people "
      "WHERE k.organization_no = people.organization_no AND k.marketing_opt_in "
      "AND (k.phone = people.phone OR k.user_id = people.user_id)";
  params p;
  p.int4_array(r.writer).int8_array(r.after).int8_array(r.upto);
  if (auto s = db_.query(people, std::move(p)); !s)
    return s.problem();
  return core::done{};
}

} // namespace stentor::postgres
