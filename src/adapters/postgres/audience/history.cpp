#include "adapters/postgres/audience/history.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/delivery_rows.hpp"
#include "stentor/core/delivery/history.hpp"

namespace stentor::postgres {

namespace {

/// The commit of a campaign's first event can carry a time before the campaign's, by a clock that
/// was set.
constexpr std::int64_t clock_step_ms = 60'000;

core::status read_events(connection& db, core::campaign_no campaign, core::recipient_seq seq,
                         const std::vector<core::time_span>& when, recipient_history& into) {
  std::vector<std::int64_t> from, to;
  for (const auto& span : when) {
    from.push_back(span.from_ms);
    to.push_back(span.to_ms);
  }
  params p;
  p.integer(campaign).integer(std::int64_t{seq}).int8_array(from).int8_array(to);
  auto found = db.call("timeline_events", std::move(p));
  if (!found)
    return found.error();
  into.found = std::move(*found);
  into.events.clear();
  into.phone_number_ids.clear();
  for (const auto row : each(into.found)) {
    into.events.push_back({.attempt = row.id<std::int16_t>("attempt"),
                           .kind = row.id<core::event_kind>("kind"),
                           .code = row.id<std::int32_t>("code"),
                           .at_ms = row.integer("at_ms"),
                           .number = row.id<core::number_no>("number_no"),
                           .text = row.text("text")});
    into.phone_number_ids.push_back(row.string("phone_number_id"));
  }
  return core::ok{};
}

} // namespace

core::result<recipient_history> read_history(connection& db, core::campaign_no campaign,
                                             core::recipient_seq seq) {
  recipient_history history;
  delivery_row row{.campaign = campaign, .seq = seq, .place = {}, .value = {}};
  auto stored = look_up(db, {&row, 1});
  if (!stored)
    return stored.error();
  history.stored = std::move(*stored);
  history.row = row.value;
  if (auto s = read_events(db, campaign, seq, core::commit_times(row.value), history); !s)
    return s.error();
  const bool has_row = row.place.line != 0;
  if (!has_row || core::explained_by(history.row, history.events))
    return history;
  auto made = db.call("timeline_campaign", params{}.integer(campaign));
  if (!made)
    return made.error();
  const auto since_ms = row_reader{*made}.integer("created_ms") - clock_step_ms;
  if (auto s = read_events(db, campaign, seq, {{since_ms, core::time_span::forever}}, history); !s)
    return s.error();
  history.complete = core::explained_by(history.row, history.events);
  return history;
}

} // namespace stentor::postgres
