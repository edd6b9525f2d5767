#include "adapters/postgres/delivery/ledger.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/ledger_writes.hpp"
#include "adapters/postgres/delivery/people_writes.hpp"

namespace stentor::postgres {

namespace {

bool only_events(const ports::ledger_write& w) {
  return w.retries.empty() && w.retries_done.empty() && w.doubts.empty() && w.marks.empty() &&
         w.claims_done.empty() && w.aliases.empty() && w.changes.empty() &&
         w.suppressions.empty() && w.inbound.empty() && w.templates.empty() && w.others.empty() &&
         w.audits.empty();
}

} // namespace

core::status ledger_cursor::ensure(connection& db) {
  if (auto s = db.ensure(); !s)
    return s;
  if (writer_ != 0 && backend_ == db.backend_pid())
    return core::ok{};
  return take(db);
}

core::status ledger_cursor::take(connection& db) {
  // Its own old number first: it can look there whether a commit arrived whose answer was lost.
  const int before = std::exchange(writer_, 0);
  for (int round = 0; round < 1000; ++round) {
    auto known = db.call("ledger_writers");
    if (!known)
      return known.error();
    std::vector<int> candidates;
    if (before != 0)
      candidates.push_back(before);
    for (const auto row : each(*known))
      candidates.push_back(row.id<int>("writer"));
    for (const int candidate : candidates) {
      auto locked = db.call("ledger_lock_writer", params{}.integer(candidate));
      if (!locked)
        return locked.error();
      if (!row_reader{*locked}.boolean("locked"))
        continue;
      auto last = db.call("ledger_last_batch", params{}.integer(candidate));
      if (!last)
        return last.error();
      writer_ = candidate;
      backend_ = db.backend_pid();
      last_ = row_reader{*last}.integer("batch");
      return core::ok{};
    }
    if (auto added = db.call("ledger_add_writer"); !added)
      return added.error();
  }
  return core::error{core::errc::internal, "no writer's number of the ledger can be had"};
}

core::status ledger_cursor::append(connection& db, const core::event_batch& events) {
  params p;
  p.integer(writer_).integer(last_ + 1);
  p.int4_array(events.campaign)
      .int4_array(events.seq)
      .int2_array(events.attempt)
      .int2_array(events.kind);
  p.int4_array(events.code).int4_array(events.number).int8_array(events.at_ms);
  p.text_array(events.text, events.text_end);
  auto r = db.call("ledger_append", std::move(p));
  if (!r)
    return r.error();
  return core::ok{};
}

core::result<bool> ledger_cursor::arrived(connection& db) {
  const int writer = writer_;
  const auto batch = last_ + 1;
  if (auto s = ensure(db); !s)
    return s.error();
  // Holding the same number means that the old session is gone, so what is not there now never
  // comes.
  return writer == writer_ && last_ >= batch;
}

core::result<std::unique_ptr<ledger>> ledger::open(connection_options options) {
  options.application_name = "stentor ledger";
  // Webhooks wait for their answer meanwhile.
  options.statement_timeout = std::chrono::seconds{20};
  options.lock_timeout = std::chrono::seconds{10};
  options.idle_in_transaction = frozen_after;
  // To plan the statements on people takes longer than to carry them out.
  options.plans = planning::by_key;
  auto db = connection::open(std::move(options));
  if (!db)
    return db.error();
  std::unique_ptr<ledger> l{new ledger{std::move(*db)}};
  if (auto s = l->cursor_.ensure(l->db_); !s)
    return s.error();
  return l;
}

core::result<ports::ledger_receipt> ledger::commit(const ports::ledger_write& write) {
  ports::ledger_receipt receipt;
  if (write.empty())
    return receipt;
  if (auto s = cursor_.ensure(db_); !s)
    return s.error();
  const auto s = write_all(write, receipt);
  if (s) {
    if (!write.events.empty())
      cursor_.committed();
    find_stopped_recipients(db_, write.events, receipt.stops);
    return receipt;
  }
  // The server may have committed and died before it could say so.
  if (db_.alive() || write.events.empty())
    return s.error();
  const auto there = cursor_.arrived(db_);
  if (there && *there)
    return receipt;
  return s.error();
}

core::status ledger::write_all(const ports::ledger_write& write, ports::ledger_receipt& receipt) {
  // One statement is a transaction of its own, with a third of the round trips.
  if (only_events(write))
    return cursor_.append(db_, write.events);
  auto t = transaction::begin(db_);
  if (!t)
    return t.error();
  if (auto s = write_parts(write, receipt); !s)
    return s;
  return t->commit();
}

core::status ledger::write_parts(const ports::ledger_write& write, ports::ledger_receipt& receipt) {
  if (!write.events.empty())
    if (auto s = cursor_.append(db_, write.events); !s)
      return s;
  if (!write.marks.empty())
    if (auto s = write_marks(db_, write.marks, receipt.fenced); !s)
      return s;
  if (auto s = write_queues(write); !s)
    return s;
  if (auto s = write_people(db_, write, receipt.stops); !s)
    return s;
  if (!write.inbound.empty())
    if (auto s = write_inbound(db_, write.inbound); !s)
      return s;
  for (const auto& row : write.templates)
    if (auto s = write_template(db_, row); !s)
      return s;
  if (!write.others.empty())
    if (auto s = write_others(db_, write.others); !s)
      return s;
  for (const auto& entry : write.audits)
    if (auto s = write_audit(db_, entry); !s)
      return s;
  return core::ok{};
}

core::status ledger::write_queues(const ports::ledger_write& write) {
  if (auto s = hold_claims(db_, write.retries); !s)
    return s;
  // Done before queued: a retry that was refused once more is both.
  if (!write.retries_done.empty())
    if (auto s = write_retries_done(db_, write.retries_done); !s)
      return s;
  if (!write.retries.empty())
    if (auto s = write_retries(db_, write.retries); !s)
      return s;
  if (!write.doubts.empty())
    if (auto s = write_doubts(db_, write.doubts); !s)
      return s;
  if (!write.claims_done.empty())
    if (auto r = db_.call("ledger_claims_done", std::move(params{}.int8_array(write.claims_done)));
        !r)
      return r.error();
  return core::ok{};
}

} // namespace stentor::postgres
