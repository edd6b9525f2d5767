/// What Meta posts: receipts and replies, late, twice or never, until they are answered with 200.
#include "tests/simulation/meta/meta.hpp"

#include <algorithm>
#include <utility>

namespace stentor::simulation {

namespace {

using core::event_kind;

constexpr milliseconds post_timeout{3'000};
constexpr milliseconds post_again_first{400};
constexpr int post_again_doublings = 4;

std::string_view name_of(event_kind kind) {
  switch (kind) {
  case event_kind::sent:
    return "sent";
  case event_kind::delivered:
    return "delivered";
  case event_kind::read:
    return "read";
  default:
    return "failed";
  }
}

} // namespace

void meta::plan_receipts(const recipient& who, std::size_t message) {
  const auto& sky = plan_.sky;
  auto& m = truth_.taken.at(who)[message];
  const auto request = static_cast<std::uint64_t>(m.request);
  const auto chance = [&](double share, std::uint64_t what) {
    return luck_.chance(share, about::fate_of_message, {request, what});
  };
  const auto fails = chance(sky.fails_later, 1);
  const auto delivered_all_the_same = fails && chance(sky.fails_after_delivery * 3, 2);
  m.reaches_person = !fails || delivered_all_the_same;
  if (!sky.receipts)
    return;
  if (!fails || delivered_all_the_same) {
    plan_receipt(who, message, event_kind::sent, 0, milliseconds{150});
    plan_receipt(who, message, event_kind::delivered, 0, milliseconds{400});
    if (chance(0.5, 3))
      plan_receipt(who, message, event_kind::read, 0, milliseconds{900});
    plan_reply(who, message);
  }
  if (fails) {
    const std::int32_t code = chance(sky.stops_by_status, 4)                              ? 131050
                              : luck_.below(3, about::fate_of_message, {request, 5}) == 0 ? 131049
                                                                                          : 131026;
    plan_receipt(who, message, event_kind::failed, code, milliseconds{300});
  }
}

void meta::plan_receipt(const recipient& who, std::size_t message, event_kind kind,
                        std::int32_t code, milliseconds base) {
  const auto& sky = plan_.sky;
  auto& m = truth_.taken.at(who)[message];
  const auto request = static_cast<std::uint64_t>(m.request);
  const auto which = static_cast<std::uint64_t>(kind);
  const auto chance = [&](double share, std::uint64_t what) {
    return luck_.chance(share, about::receipts, {request, which, what});
  };
  if (kind != event_kind::failed && chance(sky.receipt_missing, 1))
    return;
  m.receipts.push_back({.kind = kind, .code = code, .told = {}, .acknowledged = {}});
  auto& r = m.receipts.back();
  const auto times = chance(sky.receipt_twice, 2) ? 2U : 1U;
  for (auto n = 0U; n < times; ++n) {
    auto delay = base + milliseconds{luck_.below(500, about::receipts, {request, which, 3, n})};
    if (chance(sky.receipt_late, 4 + n))
      delay += milliseconds{luck_.below(15'000, about::receipts, {request, which, 6, n})};
    ports::webhook_payload payload;
    payload.text = m.id;
    payload.statuses.push_back(
        {.campaign = who.first,
         .seq = who.second,
         .attempt = m.attempt,
         .retries = truth_.requests[m.request].body.retries,
         .kind = kind,
         .code = code,
         .at_ms = time_.wall_ms() + std::chrono::duration_cast<milliseconds>(delay).count(),
         .person = row_of(who).who.key(),
         .text_begin = 0,
         .text_size = kind == event_kind::failed ? 0 : static_cast<std::uint32_t>(m.id.size())});
    post(
        std::move(payload),
        [this, who, kind, code, id = m.id, &r](int node) {
          if (!r.acknowledged)
            r.acknowledged = time_.now();
          log_.say([&] {
            return "webhook answered: " + std::string{name_of(kind)} +
                   (code == 0 ? std::string{} : " " + std::to_string(code)) + " of campaign " +
                   std::to_string(who.first) + " recipient " + std::to_string(who.second);
          });
          if (code == 131050)
            truth_.stops.push_back({.person = person_no(who),
                                    .by_phone = row_of(who).who.phone != 0,
                                    .by_user_id = row_of(who).who.phone == 0,
                                    .from = time_.now(),
                                    .until = {},
                                    .by = "131050",
                                    .node = node});
        },
        [this, &r] { r.told = r.told.value_or(time_.now()); }, delay);
  }
}

/// A person answers with STOP or START, and names the phone number, the user id or both.
void meta::plan_reply(const recipient& who, std::size_t message) {
  const auto& m = truth_.taken.at(who)[message];
  const auto request = static_cast<std::uint64_t>(m.request);
  const auto stop = luck_.chance(plan_.sky.replies_stop, about::reply, {request, 1});
  if (!stop)
    return;
  const auto no = person_no(who);
  const auto& one = plan_.people[no];
  auto named = one.who;
  if (named.phone != 0 && !named.user_id.empty()) {
    const auto roll = luck_.below(3, about::reply, {request, 2});
    if (roll == 0)
      named.phone = 0;
    else if (roll == 1)
      named.user_id.clear();
  }
  ports::webhook_payload payload;
  ports::inbound_message inbound;
  inbound.row.person = named.key();
  inbound.row.user_id = named.user_id;
  inbound.row.phone_number_id = "1000";
  inbound.row.message_id = "wamid.reply." + std::to_string(request);
  inbound.row.context_id = m.id;
  inbound.row.type = "text";
  inbound.row.text = "STOP";
  inbound.row.payload = "{}";
  inbound.row.at_ms = time_.wall_ms() + 1'200;
  inbound.stop = true;
  payload.inbound.push_back(std::move(inbound));
  post(
      std::move(payload),
      [this, no, named](int node) {
        log_.say([&] { return "webhook answered: person " + std::to_string(no) + " says STOP"; });
        truth_.stops.push_back({.person = no,
                                .by_phone = named.phone != 0,
                                .by_user_id = !named.user_id.empty(),
                                .from = time_.now(),
                                .until = {},
                                .by = "STOP",
                                .node = node});
      },
      [] {}, milliseconds{1'200});
}

/// A message that the reader of webhooks passes on and the database does not take.
void meta::post_what_is_refused(std::uint32_t variant) {
  ports::inbound_message inbound;
  inbound.row.person = plan_.people[variant % plan_.people.size()].who.key();
  inbound.row.phone_number_id = "1000";
  inbound.row.message_id = std::string{refused_id} + std::to_string(variant);
  inbound.row.type = "text";
  inbound.row.text = "hello";
  inbound.row.payload = "{\"refused\":" + std::to_string(variant) + "}";
  inbound.row.at_ms = time_.wall_ms();
  ports::webhook_payload payload;
  payload.inbound.push_back(std::move(inbound));
  post(
      std::move(payload),
      [this](int) { log_.say([] { return "webhook answered: what the database refuses"; }); },
      [] {}, milliseconds{0});
}

void meta::post(ports::webhook_payload payload, std::function<void(int node)> acknowledged,
                std::function<void()> told, span delay) {
  ++waiting_;
  const auto one = std::make_shared<const posting>(
      posting{.payload = std::make_shared<const ports::webhook_payload>(std::move(payload)),
              .acknowledged = std::move(acknowledged),
              .told = std::move(told)});
  time_.after(delay, [this, one] { try_to_post(one, 0); });
}

void meta::try_to_post(const std::shared_ptr<const posting>& one, int tries) {
  if (on(held_)) {
    time_.at(held_.until, [this, one, tries] { try_to_post(one, tries); });
    return;
  }
  // Of the answer and the end of Meta's patience the earlier one counts.
  const auto answered = std::make_shared<bool>(false);
  const auto again = [this, one, tries] {
    const auto wait = post_again_first * (1 << std::min(tries, post_again_doublings));
    time_.after(wait, [this, one, tries] { try_to_post(one, tries + 1); });
  };
  time_.after(post_timeout, [answered, again] {
    if (!std::exchange(*answered, true))
      again();
  });
  one->told();
  poster_(one->payload, [this, one, answered, again](std::optional<int> node) {
    if (node && on_acknowledged)
      on_acknowledged(*one->payload);
    if (std::exchange(*answered, true)) {
      if (node)
        one->acknowledged(*node); // too late for Meta, but promised all the same
      return;
    }
    if (!node)
      return again();
    --waiting_;
    one->acknowledged(*node);
  });
}

} // namespace stentor::simulation
