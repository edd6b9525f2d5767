#include "actors/delivery/write_pieces.hpp"

#include "stentor/core/base/json_escape.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::actors {

namespace {

using ports::ledger_write;
using recipient = std::pair<core::campaign_no, core::recipient_seq>;

template <class T>
void move_into(std::vector<T>& to, std::vector<T>& from) {
  // One by one: for a range insert GCC 14 warns of an overflow that can't be.
  if (to.empty())
    to = std::move(from);
  else
    std::move(from.begin(), from.end(), std::back_inserter(to));
}

std::set<recipient> recipients_of(const ledger_write& w) {
  std::set<recipient> all;
  for (const auto& row : w.retries_done)
    all.emplace(row.campaign, row.seq);
  for (std::size_t i = 0; i < w.events.size(); ++i)
    all.emplace(core::campaign_no{w.events.campaign[i]}, w.events.seq[i]);
  for (const auto& row : w.retries)
    all.emplace(row.campaign, row.seq);
  for (const auto& row : w.doubts)
    all.emplace(row.campaign, row.seq);
  return all;
}

/// What others said and did: people's keys and stops, messages, webhooks, orders of operators.
std::size_t said_by_people(const ledger_write& w) {
  return w.aliases.size() + w.changes.size() + w.suppressions.size() + w.inbound.size() +
         w.templates.size() + w.others.size() + w.audits.size();
}

/// Rows whose recipient comes first, or the others.
template <class Row, class First>
std::vector<Row> part_of(const std::vector<Row>& rows, bool first, const First& is_first) {
  std::vector<Row> part;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(part),
               [&](const Row& row) { return is_first(row) == first; });
  return part;
}

ledger_write recipients_part(const ledger_write& whole, bool first, const recipient& border) {
  ledger_write part;
  const auto& e = whole.events;
  for (std::size_t i = 0; i < e.size(); ++i) {
    const core::campaign_no campaign{e.campaign[i]};
    if ((recipient{campaign, e.seq[i]} < border) == first)
      part.events.add(campaign, e.seq[i], e.attempt[i], static_cast<core::event_kind>(e.kind[i]),
                      e.code[i], core::number_no{e.number[i]}, e.at_ms[i], e.text_of(i));
  }
  const auto in_front = [&](const auto& row) { return recipient{row.campaign, row.seq} < border; };
  part.retries = part_of(whole.retries, first, in_front);
  part.doubts = part_of(whole.doubts, first, in_front);
  part.retries_done = part_of(whole.retries_done, first, in_front);
  return part;
}

/// Moves up to `count` elements from the front of one list to another. @return how many are left
/// to move
template <class T>
std::size_t move_front(std::vector<T>& to, std::vector<T>& from, std::size_t count) {
  const auto n = std::min(count, from.size());
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(n);
  std::move(from.begin(), end, std::back_inserter(to));
  from.erase(from.begin(), end);
  return count - n;
}

void add_number(std::string& to, std::string_view name, std::int64_t value) {
  to.append(to.size() > 1 ? ",\"" : "\"").append(name).append("\":").append(std::to_string(value));
}

void add_text(std::string& to, std::string_view name, std::string_view value) {
  to.append(to.size() > 1 ? ",\"" : "\"").append(name).append("\":");
  core::append_json_string(to, value);
}

std::string event_json(const core::event_batch& events, std::size_t i) {
  std::string json{"{"};
  add_number(json, "campaign", events.campaign[i]);
  add_number(json, "seq", events.seq[i]);
  add_number(json, "attempt", events.attempt[i]);
  add_number(json, "kind", events.kind[i]);
  add_number(json, "code", events.code[i]);
  add_number(json, "at_ms", events.at_ms[i]);
  add_text(json, "text", events.text_of(i));
  return json + "}";
}

std::string alias_json(const ports::alias_row& row) {
  std::string json{"{"};
  add_number(json, "organization", row.organization);
  add_text(json, "phone", std::to_string(row.phone));
  add_text(json, "user_id", row.user_id);
  return json + "}";
}

std::string change_json(const ports::change_row& row) {
  std::string json{"{"};
  add_number(json, "organization", row.organization);
  add_text(json, "old_phone", std::to_string(row.old_phone));
  add_text(json, "old_user_id", row.old_user_id);
  add_text(json, "phone", std::to_string(row.phone));
  add_text(json, "user_id", row.user_id);
  return json + "}";
}

std::string template_json(const ports::template_row& row) {
  std::string json{"{"};
  add_text(json, "waba_id", row.waba_id);
  add_text(json, "name", row.name);
  add_text(json, "language", row.language);
  add_text(json, "status", row.status);
  add_text(json, "category", row.category);
  add_text(json, "next_category", row.next_category);
  return json + "}";
}

std::string stop_json(const ports::suppression_row& row) {
  std::string json{"{"};
  add_number(json, "organization", row.organization);
  add_text(json, "person", std::to_string(row.person));
  add_text(json, "user_id", row.user_id);
  add_text(json, "reason", row.reason);
  add_text(json, "evidence", row.evidence);
  add_number(json, "at_ms", row.at_ms);
  add_number(json, "lift", row.lift ? 1 : 0);
  return json + "}";
}

} // namespace

void merge(ledger_write& to, ledger_write& from) {
  if (to.events.empty())
    to.events = std::move(from.events);
  else
    to.events.append(from.events);
  move_into(to.retries, from.retries);
  move_into(to.retries_done, from.retries_done);
  move_into(to.doubts, from.doubts);
  move_into(to.marks, from.marks);
  move_into(to.claims_done, from.claims_done);
  move_into(to.aliases, from.aliases);
  move_into(to.changes, from.changes);
  move_into(to.suppressions, from.suppressions);
  move_into(to.inbound, from.inbound);
  move_into(to.templates, from.templates);
  move_into(to.others, from.others);
  move_into(to.audits, from.audits);
}

bool is_refusal(const core::error& problem) noexcept {
  return problem.code == core::errc::invalid || problem.code == core::errc::conflict;
}

std::pair<ledger_write, ledger_write> cut_in_two(ledger_write whole) {
  ledger_write first;
  ledger_write second;
  const auto all = recipients_of(whole);
  const auto said = said_by_people(whole);
  const bool of_engine = !all.empty() || !whole.marks.empty() || !whole.claims_done.empty();
  if (said > 0 && of_engine) {
    second.aliases = std::exchange(whole.aliases, {});
    second.changes = std::exchange(whole.changes, {});
    second.suppressions = std::exchange(whole.suppressions, {});
    second.inbound = std::exchange(whole.inbound, {});
    second.templates = std::exchange(whole.templates, {});
    second.others = std::exchange(whole.others, {});
    second.audits = std::exchange(whole.audits, {});
    return {std::move(whole), std::move(second)};
  }
  if (said > 1) {
    auto left = move_front(first.aliases, whole.aliases, said / 2);
    left = move_front(first.changes, whole.changes, left);
    left = move_front(first.suppressions, whole.suppressions, left);
    left = move_front(first.inbound, whole.inbound, left);
    left = move_front(first.templates, whole.templates, left);
    left = move_front(first.others, whole.others, left);
    move_front(first.audits, whole.audits, left);
    return {std::move(first), std::move(whole)};
  }
  if (all.size() < 2)
    return {std::move(whole), {}};
  const auto border = *std::next(all.begin(), static_cast<std::ptrdiff_t>(all.size() / 2));
  first = recipients_part(whole, true, border);
  second = recipients_part(whole, false, border);
  first.marks = std::move(whole.marks);
  second.claims_done = std::move(whole.claims_done);
  return {std::move(first), std::move(second)};
}

ledger_write without_texts(ledger_write piece) {
  piece.events.text.clear();
  std::fill(piece.events.text_end.begin(), piece.events.text_end.end(), 0);
  return piece;
}

ledger_write parked(const ledger_write& piece, std::int64_t now_ms) {
  ledger_write to;
  to.marks = piece.marks;
  to.claims_done = piece.claims_done;
  const auto park = [&](std::string_view what, std::string json) {
    to.others.push_back({"refused " + std::string{what}, std::move(json), now_ms});
  };
  for (std::size_t i = 0; i < piece.events.size(); ++i)
    park("event", event_json(piece.events, i));
  for (const auto& row : piece.aliases)
    park("alias", alias_json(row));
  for (const auto& row : piece.changes)
    park("change", change_json(row));
  for (const auto& row : piece.templates)
    park("template", template_json(row));
  for (const auto& row : piece.suppressions)
    park("stop", stop_json(row));
  for (const auto& row : piece.inbound)
    park("message", row.payload);
  for (const auto& row : piece.others)
    park(std::string_view{row.field}.substr(0, 64), row.payload);
  for (const auto& row : piece.audits) {
    std::string json{"{"};
    add_text(json, "action", row.action);
    add_text(json, "subject", row.subject);
    add_text(json, "detail", row.detail);
    park("audit", json + "}");
  }
  return to;
}

} // namespace stentor::actors
