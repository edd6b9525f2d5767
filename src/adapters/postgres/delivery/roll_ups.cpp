#include "adapters/postgres/delivery/roll_ups.hpp"

#include "stentor/core/delivery/pacing/template_pacing.hpp"

#include <array>
#include <vector>

namespace stentor::postgres {

namespace {

/// Rows of differences as columns: keys and counts of 32 bits first, then times of 64.
template <std::size_t Small, std::size_t Large>
class columns {
public:
  void add(const std::array<std::int32_t, Small>& small,
           const std::array<std::int64_t, Large>& large = {}) {
    for (std::size_t i = 0; i < Small; ++i)
      small_[i].push_back(small[i]);
    for (std::size_t i = 0; i < Large; ++i)
      large_[i].push_back(large[i]);
  }

  [[nodiscard]] core::status store(connection& db, std::string_view statement) const {
    if (small_[0].empty())
      return core::ok{};
    params p;
    for (const auto& c : small_)
      p.int4_array(c);
    for (const auto& c : large_)
      p.int8_array(c);
    return db.execute(statement, std::move(p));
  }

private:
  std::array<std::vector<std::int32_t>, Small> small_;
  std::array<std::vector<std::int64_t>, Large> large_;
};

using all_campaigns = std::map<core::campaign_no, core::campaign_roll_ups>;

core::status add_hours(connection& db, const all_campaigns& campaigns) {
  columns<14, 5> rows;
  for (const auto& [campaign, all] : campaigns)
    for (const auto& [key, of_hour] : all.hours) {
      const auto& [f, span] = of_hour;
      if (f != core::hour_figures{})
        rows.add({campaign.value(), key.part, key.hour, f.accepted, f.delivered, f.read,
                  f.responded, f.opted_out, f.failed, f.ended, f.capped, f.delivery_n, f.read_n,
                  f.response_n},
                 {f.delivery_ms, f.read_ms, f.response_ms, span.first_ms, span.last_ms});
    }
  return rows.store(db, "roll_up_hours");
}

core::status add_numbers(connection& db, const all_campaigns& campaigns) {
  columns<7, 0> rows;
  for (const auto& [campaign, all] : campaigns)
    for (const auto& [key, f] : all.numbers)
      if (f != core::number_figures{})
        rows.add({campaign.value(), key.number.value(), key.hour, f.accepted, f.delivered, f.read,
                  f.failed});
  return rows.store(db, "roll_up_numbers");
}

core::status add_errors(connection& db, const all_campaigns& campaigns) {
  columns<4, 0> rows;
  for (const auto& [campaign, all] : campaigns)
    for (const auto& [code, f] : all.errors)
      if (f != core::error_figures{})
        rows.add({campaign.value(), code, f.failed, f.waiting});
  return rows.store(db, "roll_up_errors");
}

core::status add_states(connection& db, const all_campaigns& campaigns) {
  columns<3, 0> rows;
  for (const auto& [campaign, all] : campaigns)
    for (std::size_t state = 0; state < all.states.size(); ++state)
      if (all.states[state] != 0)
        rows.add({campaign.value(), static_cast<std::int32_t>(state), all.states[state]});
  return rows.store(db, "roll_up_states");
}

core::status add_seconds(connection& db, const all_campaigns& campaigns) {
  columns<6, 1> rows;
  for (const auto& [campaign, all] : campaigns)
    for (const auto& [second, f] : all.seconds)
      if (f != core::number_figures{})
        rows.add({campaign.value(), f.accepted, f.delivered, f.read, f.failed, f.paced}, {second});
  if (auto s = db.execute("roll_up_forget_seconds", {}); !s)
    return s;
  return rows.store(db, "roll_up_seconds");
}

/// Last: it looks at the seconds.
core::status note_pacing(connection& db, const all_campaigns& campaigns) {
  std::vector<std::int32_t> held_back, let_go;
  for (const auto& [campaign, all] : campaigns) {
    if (all.held_back > 0)
      held_back.push_back(campaign.value());
    if (all.let_go > 0)
      let_go.push_back(campaign.value());
  }
  if (!held_back.empty()) {
    params p;
    p.int4_array(held_back).integer(core::pacing_answers).integer(core::pacing_one_in);
    p.integer(std::chrono::seconds{core::pacing_decided_after}.count());
    if (auto s = db.execute("roll_up_held_back", std::move(p)); !s)
      return s;
  }
  if (let_go.empty())
    return core::ok{};
  return db.execute("roll_up_let_go", params{}.int4_array(let_go));
}

} // namespace

core::status add_roll_ups(connection& db, const core::roll_ups& differences) {
  for (const auto add : {add_hours, add_numbers, add_errors, add_states, add_seconds, note_pacing})
    if (auto s = add(db, differences.campaigns()); !s)
      return s;
  return core::ok{};
}

} // namespace stentor::postgres
