#include "tests/model/message.hpp"

#include <array>
#include <charconv>

namespace stentor::simulation {

std::optional<message_body> read_body(std::string_view text) {
  std::array<std::int32_t, 7> values{};
  const auto* at = text.data();
  const auto* const end = at + text.size();
  for (auto& value : values) {
    const auto [next, problem] = std::from_chars(at, end, value);
    if (problem != std::errc{})
      return std::nullopt;
    at = next == end ? next : next + 1;
  }
  return message_body{.campaign = core::campaign_no{values[0]},
                      .seq = values[1],
                      .attempt = static_cast<std::int16_t>(values[2]),
                      .retries = static_cast<std::int16_t>(values[3]),
                      .number = core::number_no{values[4]},
                      .epoch = core::lease_epoch{values[5]},
                      .lang = static_cast<std::int16_t>(values[6])};
}

void message::render(const core::claimed_chunk& from, std::int64_t now_ms, core::chunk& to,
                     core::event_batch& events) const {
  to.claim = from.claim;
  to.campaign = from.campaign;
  to.number = from.number;
  to.epoch = from.epoch;
  to.retries = from.retries;
  to.from_seq = from.from_seq;
  for (const auto& row : from.rows) {
    if (row.stopped) {
      events.add(from.campaign, row.seq, row.attempt, core::event_kind::opted_out, 0, from.number,
                 now_ms);
      continue;
    }
    if (row.withheld != 0) {
      events.add(from.campaign, row.seq, row.attempt, core::event_kind::retracted, row.withheld,
                 from.number, now_ms);
      continue;
    }
    if (row.seq <= lacking_) {
      events.add(from.campaign, row.seq, row.attempt, core::event_kind::unsendable,
                 static_cast<std::int32_t>(core::local_code::render_failed), from.number, now_ms,
                 "The variable \"1\" has no value.");
      continue;
    }
    const auto begin = static_cast<std::uint32_t>(to.bodies.size());
    for (const auto value :
         {std::int32_t{from.campaign.value()}, std::int32_t{row.seq}, std::int32_t{row.attempt},
          std::int32_t{row.retries}, std::int32_t{from.number.value()},
          std::int32_t{from.epoch.value()}, std::int32_t{row.lang}})
      to.bodies += std::to_string(value) + ' ';
    to.items.push_back({.seq = row.seq,
                        .attempt = row.attempt,
                        .retries = row.retries,
                        .person = row.person,
                        .also = row.also,
                        .place = row.place,
                        .body_begin = begin,
                        .body_size = static_cast<std::uint32_t>(to.bodies.size()) - begin,
                        .lang = row.lang});
  }
}

core::result<std::shared_ptr<const ports::compiled_message>>
renderer::compile(const core::campaign& campaign) const {
  if (campaign.template_name == "broken")
    return core::error{core::errc::invalid, "the body has no slot {{2}}"};
  constexpr core::recipient_seq everybody = 1'000'000;
  const auto lacking = campaign.template_name == "lacking"            ? everybody
                       : campaign.template_name == "lacking at first" ? 30
                                                                      : 0;
  return std::shared_ptr<const ports::compiled_message>{std::make_shared<message>(lacking)};
}

core::result<core::zone_offset> time_zones::offset(std::string_view zone,
                                                   core::wall_time at) const {
  std::chrono::seconds east{0};
  if (zone.starts_with('+') || zone.starts_with('-'))
    east = std::chrono::hours{std::stoi(std::string{zone})};
  else if (zone.starts_with("UTC+"))
    east = std::chrono::seconds{std::stoi(std::string{zone.substr(4)})};
  else if (zone != "UTC")
    return core::error{core::errc::invalid, "unknown time zone"};
  return core::zone_offset{.offset = east, .valid_until = at + std::chrono::hours{24 * 365}};
}

std::span<const std::string> time_zones::zones_of(std::string_view) const noexcept {
  return {};
}

} // namespace stentor::simulation
