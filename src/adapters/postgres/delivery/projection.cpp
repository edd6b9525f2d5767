#include "adapters/postgres/delivery/projection.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/retention.hpp"
#include "adapters/postgres/delivery/roll_ups.hpp"
#include "adapters/postgres/delivery/tier_gate.hpp"

#include <algorithm>
#include <array>

namespace stentor::postgres {

namespace {

/// So many batches of each writer are looked at in one call.
constexpr std::int64_t batches_max = 256;

/// So many rows are looked up and stored with one statement: enough to make its cost small (a COPY
/// costs PostgreSQL 1.7 ms beside its rows), few enough to bound memory.
constexpr std::size_t slice_max = 16'000;

/// "Spam rate limit": once Meta's answer to a messaging limit that is used up. Today's is
/// unpublished.
constexpr std::int32_t limit_code = 131048;

using entries = std::span<const event_list::entry>;

/// The events of the first recipient.
entries next_recipient(entries rest) {
  std::size_t n = 1;
  while (n < rest.size() && rest[n].seq == rest[0].seq && rest[n].campaign == rest[0].campaign)
    ++n;
  return rest.first(n);
}

/// The first recipients, as rows to look up.
std::vector<delivery_row> next_slice(entries rest) {
  std::vector<delivery_row> slice;
  while (!rest.empty() && slice.size() < slice_max) {
    slice.push_back({.campaign = rest[0].campaign, .seq = rest[0].seq, .place = {}, .value = {}});
    rest = rest.subspan(next_recipient(rest).size());
  }
  return slice;
}

} // namespace

core::result<std::unique_ptr<projection>> projection::open(connection_options options) {
  options.application_name = "stentor projection";
  options.plans = planning::by_key;
  // Whoever folds asks every second or so. The lock of a process that is frozen goes with its
  // session, and another one folds.
  options.idle_in_transaction = frozen_after;
  options.idle = std::chrono::seconds{20};
  auto db = connection::open(std::move(options));
  if (!db)
    return db.error();
  return std::unique_ptr<projection>{new projection{std::move(*db)}};
}

core::result<bool> projection::lead() {
  if (auto s = db_.ensure(); !s)
    return s.error();
  if (locked_backend_ == db_.backend_pid())
    return true;
  auto locked = db_.call("projection_lock");
  if (!locked)
    return locked.error();
  if (!row_reader{*locked}.boolean("locked"))
    return false;
  locked_backend_ = db_.backend_pid();
  return true;
}

core::result<ports::fold_report> projection::fold(std::int64_t events_max) {
  ports::fold_report report;
  const auto leads = lead();
  if (!leads)
    return leads.error();
  report.leads = *leads;
  if (!report.leads)
    return report;
  auto t = transaction::begin(db_);
  if (!t)
    return t.error();
  auto r = choose(events_max, report);
  if (!r)
    return r.error();
  if (r->writer.empty())
    return report;
  if (auto s = fold_range(*r, report); !s)
    return s.error();
  if (auto s = t->commit(); !s)
    return s.error();
  return report;
}

core::result<ports::trim_report> projection::trim(const ports::retention_terms& terms) {
  const auto leads = lead();
  if (!leads)
    return leads.error();
  if (!*leads)
    return ports::trim_report{};
  return trim_piece(db_, terms);
}

core::result<projection::range> projection::choose(std::int64_t events_max,
                                                   ports::fold_report& report) {
  auto waiting = db_.call("projection_waiting", std::move(params{}.integer(batches_max)),
                          answer_format::binary);
  if (!waiting)
    return waiting.error();
  struct span {
    std::int64_t after = 0, upto = 0, batches = 0;
  };
  std::map<std::int32_t, span> chosen;
  for (const auto batch : each(*waiting)) {
    // Whole batches, the oldest first, and at least one, however large it is.
    if (report.events >= events_max && report.events > 0) {
      report.caught_up = false;
      report.lag_ms = std::max<std::int64_t>(report.lag_ms, batch.integer("age_ms"));
      continue;
    }
    auto& s = chosen[batch.id<std::int32_t>("writer")];
    s.after = batch.integer("folded");
    s.upto = std::max(s.upto, batch.integer("batch"));
    report.events += batch.integer("events");
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
  auto list = read_events(r);
  if (!list)
    return list.error();
  outcome o;
  if (auto s = keep_existing(*list, o); !s)
    return s;
  if (auto s = fold_events(*list, o); !s)
    return s;
  report.rows = o.rows;
  if (auto s = settle(o); !s)
    return s;
  for (const auto& [campaign, changed] : o.campaigns)
    if (!changed.stopped.empty())
      if (auto s = stop_people(campaign, changed); !s)
        return s;
  if (auto s = move(r); !s)
    return s;
  if (auto s = add_roll_ups(db_, o.figures); !s)
    return s;
  // Late, because claims wait for a campaign's row until this transaction ends.
  if (auto s = o.capped.write(db_); !s)
    return s;
  if (auto s = count(o); !s)
    return s;
  if (auto s = give_tier_back(db_, o.failed_campaign, o.failed_seq); !s)
    return s;
  return close_tiers(db_, {o.limited.begin(), o.limited.end()});
}

core::result<event_list> projection::read_events(const range& r) {
  params p;
  p.int4_array(r.writer).int8_array(r.after).int8_array(r.upto);
  auto batches = db_.call("projection_batches", std::move(p), answer_format::binary);
  if (!batches)
    return batches.error();
  return event_list::read(std::move(*batches));
}

core::status projection::keep_existing(event_list& list, outcome& into) {
  const auto named = list.campaigns();
  auto there = db_.call("projection_campaigns", std::move(params{}.int4_array(named)));
  if (!there)
    return there.error();
  std::vector<core::campaign_no> wanted, staged;
  std::set<core::campaign_no> meet_capped;
  for (const auto row : each(*there)) {
    wanted.push_back(row.id<core::campaign_no>("no"));
    if (row.boolean("has_stages"))
      staged.push_back(wanted.back());
    if (row.boolean("meets_capped"))
      meet_capped.insert(wanted.back());
  }
  if (wanted.size() != named.size())
    list.keep_campaigns(wanted);
  into.capped.watch(std::move(meet_capped));
  return parts_.load(db_, staged);
}

core::status projection::fold_events(const event_list& list, outcome& into) {
  for (auto rest = list.entries(); !rest.empty();) {
    auto slice = next_slice(rest);
    const auto stored = look_up(db_, slice); // holds the texts of the rows
    if (!stored)
      return stored.error();
    std::vector<delivery_row> fresh, changed, received;
    for (auto& row : slice) {
      const auto before = row.value;
      const auto events = next_recipient(rest);
      rest = rest.subspan(events.size());
      for (const auto& e : events)
        into.capped.fold(row, e.event);
      into.note_stops(events);
      if (row.place.line != 0 && row.value == before)
        continue; // a repeated webhook
      into.note_change(row, before);
      into.capped.note(row, before);
      into.figures.change(row.campaign, parts_.of(row.campaign, row.seq),
                          row.place.line == 0 ? nullptr : &before, row.value);
      auto& kind = row.place.line == 0                       ? fresh
                   : only_receipts_differ(before, row.value) ? received
                                                             : changed;
      kind.push_back(row);
    }
    if (auto s = insert_rows(db_, fresh); !s)
      return s;
    if (auto s = update_rows(db_, changed); !s)
      return s;
    if (auto s = update_receipts(db_, received); !s)
      return s;
  }
  return core::ok{};
}

void projection::outcome::note_stops(std::span<const event_list::entry> events) {
  for (const auto& e : events)
    if (core::is_stop(e.event.kind, e.event.code)) {
      auto& since = campaigns[e.campaign].stopped.try_emplace(e.seq, e.event.at_ms).first->second;
      since = std::min(since, e.event.at_ms);
    }
}

void projection::outcome::note_change(const delivery_row& row, const core::delivery& before) {
  ++rows;
  auto& campaign = campaigns[row.campaign];
  campaign.reached += row.place.line == 0 ? 1 : 0;
  campaign.counts += core::counts_of(row.value);
  campaign.counts -= core::counts_of(before); // of nothing: zeros
  if (core::state_of(row.value) == core::delivery_state::failed &&
      core::state_of(before) != core::delivery_state::failed && row.value.delivered_at == 0 &&
      row.value.read_at == 0) {
    failed_campaign.push_back(row.campaign);
    failed_seq.push_back(row.seq);
  }
  if (row.value.error_code == limit_code && before.error_code != limit_code)
    limited.insert(row.value.number);
  // Only who was refused or in doubt can have a retry.
  if ((row.value.rejected_attempt >= 0 || row.value.in_doubt_attempt >= 0) &&
      core::need_of_retry(row.value) == core::retry_need::needless) {
    reached_campaign.push_back(row.campaign);
    reached_seq.push_back(row.seq);
  }
  if (core::needed_after_all(before, row.value)) {
    lost_campaign.push_back(row.campaign);
    lost_seq.push_back(row.seq);
  }
  if (row.value.in_doubt_attempt < 0 || row.value.settled_attempt < 0)
    return;
  settled_campaign.push_back(row.campaign);
  settled_seq.push_back(row.seq);
  settled_attempt.push_back(row.value.settled_attempt);
}

core::status projection::settle(const outcome& o) {
  if (!o.reached_seq.empty()) {
    params p;
    p.int4_array(o.reached_campaign).int4_array(o.reached_seq);
    if (auto s = db_.execute("projection_close_retries", std::move(p)); !s)
      return s;
  }
  if (!o.lost_seq.empty()) {
    params p;
    p.int4_array(o.lost_campaign).int4_array(o.lost_seq);
    if (auto s = db_.execute("projection_reopen_retries", std::move(p)); !s)
      return s;
  }
  if (o.settled_seq.empty())
    return core::ok{};
  params p;
  p.int4_array(o.settled_campaign).int4_array(o.settled_seq).int2_array(o.settled_attempt);
  if (auto r = db_.call("projection_settle", std::move(p)); !r)
    return r.error();
  return core::ok{};
}

core::status projection::move(const range& r) {
  params p;
  p.int4_array(r.writer).int8_array(r.upto);
  if (auto s = db_.call("projection_move", std::move(p)); !s)
    return s.error();
  return core::ok{};
}

core::status projection::count(const outcome& o) {
  std::array<std::vector<std::int32_t>, 11> columns;
  for (const auto& [campaign, changed] : o.campaigns) {
    const auto& c = changed.counts;
    if (c == core::delivery_counts{} && changed.reached == 0)
      continue;
    const std::array values{campaign.value(), c.sent,      c.delivered, c.read,
                            c.responded,      c.opted_out, c.failed,    c.in_doubt,
                            changed.reached,  c.paced,     c.held};
    for (std::size_t i = 0; i < values.size(); ++i)
      columns[i].push_back(values[i]);
  }
  if (columns[0].empty())
    return core::ok{};
  params p;
  for (const auto& c : columns)
    p.int4_array(c);
  if (auto r = db_.call("projection_count", std::move(p)); !r)
    return r.error();
  return core::ok{};
}

core::status projection::stop_people(core::campaign_no campaign,
                                     const outcome::of_campaign& changed) {
  std::vector<std::int32_t> seqs;
  std::vector<std::int64_t> times;
  for (const auto& [seq, at_ms] : changed.stopped) {
    seqs.push_back(seq);
    times.push_back(at_ms);
  }
  params p;
  p.int4_array(seqs).int8_array(times);
  if (auto s = db_.query(campaign_statement("projection_stop_people", campaign), std::move(p)); !s)
    return s.error();
  return core::ok{};
}

} // namespace stentor::postgres
