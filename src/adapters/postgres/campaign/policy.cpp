#include "adapters/postgres/campaign/policy.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <nlohmann/json.hpp>

namespace stentor::postgres {

using nlohmann::json;

namespace {

json spans_of(const std::vector<core::quiet_span>& spans) {
  auto all = json::array();
  for (const auto& span : spans)
    all.push_back(core::to_text(span));
  return all;
}

std::vector<core::quiet_span> spans_in(const json& all) {
  std::vector<core::quiet_span> spans;
  for (const auto& one : all)
    if (const auto span = core::quiet_span_from(one.get<std::string>()))
      spans.push_back(*span);
  return spans;
}

json to_json(const core::canary_rules& rules) {
  return {{"people", rules.people},
          {"settleMs", rules.settle.count()},
          {"failedPercent", rules.failed_percent},
          {"optedOutPercent", rules.opted_out_percent},
          {"cappedPercent", rules.capped_percent},
          {"proposedAbove", rules.proposed_above}};
}

core::canary_rules canary_in(const json& value) {
  return {.people = value.at("people").get<std::uint32_t>(),
          .settle = std::chrono::milliseconds{value.at("settleMs").get<std::int64_t>()},
          .failed_percent = value.at("failedPercent").get<double>(),
          .opted_out_percent = value.at("optedOutPercent").get<double>(),
          .capped_percent = value.at("cappedPercent").get<double>(),
          .proposed_above = value.at("proposedAbove").get<std::uint32_t>()};
}

json to_json(const core::recovery_rules& rules) {
  return {{"tries", rules.tries},
          {"spacingMs", rules.spacing.count()},
          {"leastDeliveredPercent", rules.least_delivered_percent}};
}

core::recovery_rules recovery_in(const json& value) {
  return {.tries = value.at("tries").get<std::int32_t>(),
          .spacing = std::chrono::milliseconds{value.at("spacingMs").get<std::int64_t>()},
          .least_delivered_percent = value.at("leastDeliveredPercent").get<std::int32_t>()};
}

/// Subjects and their values. The key of the hours that hold everywhere else is no country's.
json to_json(const core::policy& p) {
  json quiet{{"default", spans_of(p.quiet_hours)}};
  for (const auto& [country, spans] : p.quiet_hours_of)
    quiet[country] = spans_of(spans);
  auto frequency = json::array();
  for (const auto& cap : p.frequency)
    frequency.push_back({{"max", cap.max}, {"perMs", cap.per.count()}});
  return {{"time_zone", p.time_zone},
          {"quiet_hours", quiet},
          {"main_zones", json(p.main_zones)},
          {"frequency", frequency},
          {"canary", to_json(p.canary)},
          {"recovery", to_json(p.recovery)},
          {"quality",
           {{"yellow", p.quality.yellow},
            {"red", p.quality.red},
            {"templateRed", p.quality.template_red}}},
          {"tier",
           {{"limit", p.tier.limit ? json(*p.tier.limit) : json()},
            {"headroomPercent", p.tier.headroom_percent},
            {"periodMinutes", p.tier.period.count()}}}};
}

void read_subject(std::string_view name, const json& value, core::policy& to) {
  if (name == "time_zone") {
    to.time_zone = value.get<std::string>();
  } else if (name == "quiet_hours") {
    for (const auto& [country, spans] : value.items())
      if (country == "default")
        to.quiet_hours = spans_in(spans);
      else
        to.quiet_hours_of[country] = spans_in(spans);
  } else if (name == "main_zones") {
    for (const auto& [country, zone] : value.items())
      to.main_zones[country] = zone.get<std::string>();
  } else if (name == "canary") {
    to.canary = canary_in(value);
  } else if (name == "recovery") {
    to.recovery = recovery_in(value);
  } else if (name == "frequency") {
    for (const auto& cap : value)
      to.frequency.push_back({cap.at("max").get<std::int32_t>(),
                              std::chrono::milliseconds{cap.at("perMs").get<std::int64_t>()}});
  } else if (name == "quality") {
    to.quality = {.yellow = value.at("yellow").get<double>(),
                  .red = value.at("red").get<double>(),
                  .template_red = value.at("templateRed").get<double>()};
  } else if (name == "tier") {
    if (!value.at("limit").is_null())
      to.tier.limit = value["limit"].get<std::int32_t>();
    to.tier.headroom_percent = value.at("headroomPercent").get<std::int32_t>();
    to.tier.period = std::chrono::minutes{value.at("periodMinutes").get<std::int64_t>()};
  }
}

core::result<core::policy> read_policy(core::result<rows> r) {
  if (!r)
    return r.error();
  core::policy p;
  p.quiet_hours.clear();
  p.frequency.clear();
  try {
    for (const auto row : each(*r))
      read_subject(row.text("name"), json::parse(row.text("value")), p);
  } catch (const json::exception& e) {
    return core::error{core::errc::invalid,
                       std::string{"the table policy holds what is no policy: "} + e.what()};
  }
  return p;
}

class policy_store_on_postgres final : public ports::policy_store {
public:
  explicit policy_store_on_postgres(query_pool& queries) : queries_{queries} {}

  core::status save(const std::string& organization_name, const core::policy& wanted) override {
    std::vector<std::string> names, values;
    const auto subjects = to_json(wanted);
    for (const auto& [name, value] : subjects.items()) {
      names.push_back(name);
      values.push_back(value.dump());
    }
    return queries_.in_transaction([&](connection& db) -> core::status {
      params p;
      p.text(organization_name)
          .text_array({names.begin(), names.end()})
          .text_array({values.begin(), values.end()});
      if (auto s = db.execute("policy_save", std::move(p)); !s)
        return s;
      params tier;
      tier.text(organization_name);
      tier.integer(wanted.tier.limit ? std::optional<std::int64_t>{*wanted.tier.limit}
                                     : std::nullopt);
      tier.integer(wanted.tier.headroom_percent).integer(wanted.tier.period.count());
      if (auto r = db.call("policy_tier", std::move(tier)); !r)
        return r.error();
      return core::ok{};
    });
  }

  core::result<core::policy> load(const std::string& organization_name) override {
    return queries_.in_transaction([&](connection& db) {
      return read_policy(db.call("policy_by_name", params{}.text(organization_name)));
    });
  }

private:
  query_pool& queries_;
};

} // namespace

core::result<core::policy> load_policy(connection& db, core::organization_no organization) {
  return read_policy(db.call("policy_by_no", params{}.integer(organization)));
}

std::unique_ptr<ports::policy_store> make_policy_store(query_pool& queries) {
  return std::make_unique<policy_store_on_postgres>(queries);
}

} // namespace stentor::postgres
