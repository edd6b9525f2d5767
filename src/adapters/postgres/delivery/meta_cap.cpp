#include "adapters/postgres/delivery/meta_cap.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace stentor::postgres {

namespace {

bool says_enough(const core::delivery_event& e) {
  return e.code == core::enough_marketing &&
         (e.kind == core::event_kind::rejected || e.kind == core::event_kind::failed);
}

std::vector<core::cap_tries> tries_in(std::string_view stored) {
  std::vector<core::cap_tries> all;
  for (const auto& one : nlohmann::json::parse(stored))
    all.push_back(
        {.tried = one.at(0).get<std::int32_t>(), .recovered = one.at(1).get<std::int32_t>()});
  return all;
}

std::string tries_json(const std::vector<core::cap_tries>& tries) {
  auto all = nlohmann::json::array();
  for (const auto& one : tries)
    all.push_back({one.tried, one.recovered});
  return all.dump();
}

} // namespace

void cap_notes::fold(delivery_row& row, const core::delivery_event& event) {
  // Nearly every event has nothing to do with it, and pays a comparison.
  if (event.code != core::enough_marketing && row.value.error_code != core::enough_marketing)
    return core::fold(row.value, event);
  const auto before = row.value;
  core::fold(row.value, event);
  if (row.value == before)
    return; // a repeated webhook
  const auto step = core::cap_step_of(before, row.value);
  if (step != core::cap_step::none)
    campaigns_[row.campaign].steps.push_back({.seq = row.seq, .what = step});
  if (says_enough(event))
    campaigns_[row.campaign].closed.add(row.seq, event.at_ms);
  if (step == core::cap_step::recovered)
    campaigns_[row.campaign].opened.add(row.seq, event.at_ms);
}

void cap_notes::note(const delivery_row& row, const core::delivery& before) {
  const auto delivered_at = std::max(row.value.delivered_at, row.value.read_at);
  if (watched_.contains(row.campaign) &&
      delivered_at > std::max(before.delivered_at, before.read_at))
    campaigns_[row.campaign].opened.add(row.seq, delivered_at);
}

core::status cap_notes::write(connection& db) const {
  for (const auto& [campaign, seen] : campaigns_) {
    if (!seen.opened.seq.empty()) {
      params p;
      p.int4_array(seen.opened.seq).int8_array(seen.opened.at_ms);
      if (auto r = db.query(campaign_statement("meta_cap_open", campaign), std::move(p)); !r)
        return r.error();
    }
    if (!seen.closed.seq.empty()) {
      params p;
      p.int4_array(seen.closed.seq).int8_array(seen.closed.at_ms);
      p.integer(core::caps_in_a_row).integer(core::long_closure);
      if (auto r = db.query(campaign_statement("meta_cap_close", campaign), std::move(p)); !r)
        return r.error();
    }
  }
  return count(db);
}

/// Which try of each person it was.
core::status cap_notes::count_tries(connection& db, core::campaign_no campaign,
                                    const std::vector<step>& steps, core::cap_record& record) {
  std::map<core::recipient_seq, std::int16_t> tries;
  for (const auto& one : steps)
    tries[one.seq] = 0;
  std::vector<core::recipient_seq> people;
  for (const auto& [seq, none] : tries)
    people.push_back(seq);
  auto known = db.call("meta_cap_tries", std::move(params{}.integer(campaign).int4_array(people)));
  if (!known)
    return known.error();
  for (const auto row : each(*known))
    tries[row.id<core::recipient_seq>("seq")] = row.id<std::int16_t>("tries");
  for (const auto& one : steps) {
    auto& so_far = tries[one.seq];
    so_far = static_cast<std::int16_t>(so_far + (one.what == core::cap_step::capped ? 0 : 1));
    record.note(one.what, so_far);
  }
  std::vector<std::int16_t> counts;
  for (const auto& [seq, n] : tries)
    counts.push_back(n);
  return db.execute("meta_cap_tries_write",
                    std::move(params{}.integer(campaign).int4_array(people).int2_array(counts)));
}

core::status cap_notes::count(connection& db) const {
  std::vector<std::int32_t> changed;
  for (const auto& [campaign, seen] : campaigns_)
    if (!seen.steps.empty())
      changed.push_back(campaign.value());
  if (changed.empty())
    return core::ok{};
  auto r = db.call("meta_cap_records", params{}.int4_array(changed));
  if (!r)
    return r.error();
  for (const auto row : each(*r)) {
    const auto campaign = row.id<core::campaign_no>("no");
    core::cap_record record{.capped = row.id<std::int32_t>("capped_count"),
                            .recovered = row.id<std::int32_t>("recovered_count"),
                            .failed_again = row.id<std::int32_t>("recovery_failed_count"),
                            .latest = row.string("recovery_latest"),
                            .by_try = tries_in(row.text("recovery_by_try"))};
    if (auto s = count_tries(db, campaign, campaigns_.at(campaign).steps, record); !s)
      return s;
    const auto least = row.id<std::int32_t>("least_percent");
    const bool ends = !row.boolean("has_ended") && record.is_hopeless(least);
    params p;
    p.integer(campaign)
        .integer(record.capped)
        .integer(record.recovered)
        .integer(record.failed_again)
        .text(record.latest)
        .text(ends ? core::to_json(core::why_recovery_ends(record, least)) : "")
        .text(tries_json(record.by_try));
    if (auto s = db.execute("meta_cap_record", std::move(p)); !s)
      return s;
  }
  return core::ok{};
}

} // namespace stentor::postgres
