#include "adapters/postgres/campaign/campaign_row.hpp"

#include "adapters/postgres/client/integer_list.hpp"

#include <nlohmann/json.hpp>

namespace stentor::postgres {

namespace {

std::optional<core::send_window> window_in(const row_reader& row) {
  constexpr std::int64_t day = 24 * 60; // 24:00 is the midnight that the next day begins with
  if (row.is_null("window_from") || row.is_null("window_until"))
    return std::nullopt;
  return core::send_window{
      .days = integers_in<std::uint8_t>(row.text("window_days")),
      .from_minute = static_cast<std::int32_t>(row.integer("window_from") % day),
      .until_minute = static_cast<std::int32_t>(row.integer("window_until") % day),
      .time_zone = row.string("window_time_zone")};
}

std::vector<core::template_translation> translations_in(const row_reader& row) {
  std::vector<core::template_translation> all;
  if (row.is_null("translations"))
    return all;
  for (const auto& one : nlohmann::json::parse(row.text("translations")))
    all.push_back({.language = one.at("language").get<std::string>(),
                   .components = one.at("components").dump()});
  return all;
}

} // namespace

core::campaign campaign_of(const row_reader& row) {
  core::campaign c;
  c.no = row.id<core::campaign_no>("no");
  c.id = row.string("id");
  c.organization = row.id<core::organization_no>("organization_no");
  c.status = core::campaign_status_from(row.text("status")).value_or(core::campaign_status::failed);
  c.template_name = row.string("template_name");
  c.template_language = row.string("template_language");
  c.template_category = row.string("template_category");
  c.template_components = row.string("template_components");
  c.template_parameter_format = row.string("template_parameter_format");
  c.template_variables = row.string("template_variables");
  c.translations = translations_in(row);
  if (const auto rate = row.integer_or_none("rate_limit"))
    c.rate_limit_per_minute = static_cast<std::int32_t>(*rate);
  c.retry_failed = row.boolean("retry_failed");
  c.retries_max = row.id<std::int32_t>("max_retries");
  c.recovery = recovery_of(row);
  c.in_doubt =
      core::in_doubt_policy_from(row.text("in_doubt_policy")).value_or(core::in_doubt_policy::hold);
  c.window = window_in(row);
  c.scheduled_for = row.time("scheduled_for");
  c.expires_at = row.time("expires_at");
  c.numbers = integers_in<core::number_no>(row.text("numbers"));
  c.recipients_total = row.id<core::recipient_seq>("total_recipients");
  return c;
}

core::recovery_terms recovery_of(const row_reader& row) {
  return {.tries = row.id<std::int32_t>("recovery_tries"),
          .spacing = std::chrono::milliseconds{row.integer("recovery_spacing_ms")}};
}

core::result<core::campaign> load_campaign(connection& db, core::campaign_no no) {
  auto r = db.call("campaign_by_no", params{}.integer(no));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign " + std::to_string(no)};
  return campaign_of(row_reader{*r});
}

core::result<core::campaign> load_campaign(connection& db, core::organization_no organization,
                                           std::string_view id) {
  auto r = db.call("campaign_by_id", params{}.integer(organization).text(id));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign with this id"};
  return campaign_of(row_reader{*r});
}

} // namespace stentor::postgres
