#include "tests/simulation/meta/meta.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::simulation {

namespace {

using core::event_kind;

constexpr milliseconds post_timeout{3'000};
constexpr milliseconds post_again_first{400};
constexpr int post_again_doublings = 4;

std::string error_body(std::int32_t code) {
  return R"({"error":{"message":"(#)" + std::to_string(code) +
         R"() refused","type":"OAuthException","code":)" + std::to_string(code) +
         R"(,"error_data":{"messaging_product":"whatsapp","details":"simulated"},"fbtrace_id":"x"}})";
}

std::string text_of(const message_body& b) {
  return "campaign " + std::to_string(b.campaign) + " recipient " + std::to_string(b.seq) +
         " attempt " + std::to_string(b.attempt);
}

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

meta::meta(timeline& time, const plan& of, trace& log, poster post)
    : time_{time}, plan_{of}, log_{log}, luck_{of.seed}, poster_{std::move(post)} {}

void meta::begin(const incident& one) {
  const trouble begun{.until = time_.now() + one.lasts, .variant = one.whom};
  using enum incident_kind;
  switch (one.kind) {
  case throttle:
    throttle_ = begun;
    return;
  case server_errors:
    errors_ = begun;
    return;
  case no_answers:
    silent_ = begun;
    return;
  case foreign_answers:
    foreign_ = begun;
    return;
  case refused_streams:
    refusing_ = begun;
    return;
  case number_fault:
    number_fault_ = begun;
    return;
  case webhooks_held:
    held_ = begun;
    return;
  default:
    return;
  }
}

void meta::heal() {
  throttle_ = errors_ = silent_ = foreign_ = refusing_ = number_fault_ = held_ = {};
  calm_ = true;
}

recipient_row meta::row_of(const recipient& who) const {
  const auto& c = plan_.campaigns.at(static_cast<std::size_t>(who.first.value()) - 1);
  return c.people.at(static_cast<std::size_t>(who.second) - 1);
}

std::size_t meta::person_no(const recipient& who) const {
  const auto& c = plan_.campaigns.at(static_cast<std::size_t>(who.first.value()) - 1);
  return c.person.at(static_cast<std::size_t>(who.second) - 1);
}

/// As it arrived, with the lease under which it left.
seen_request seen_of(const message_body& read, const departure& left) {
  const auto lease = left.leases.find(read.number);
  return {.body = read,
          .departed = left.at,
          .wall_ms = left.wall_ms,
          .takeable_ms = left.takeable_ms,
          .node = left.node,
          .just_thawed = left.just_thawed,
          .foreign = false,
          .taken = false,
          .status = 0,
          .code = 0,
          .with_lease = lease != left.leases.end() && lease->second.epoch == read.epoch &&
                        lease->second.owner.starts_with(left.owner) &&
                        lease->second.expires_ms > left.world_ms};
}

void meta::on_request(const std::shared_ptr<answer_target>& from, std::int32_t stream,
                      const std::string& body, const departure& left) {
  const auto read = read_body(body);
  if (!read)
    return from->reset(stream, NGHTTP2_INTERNAL_ERROR);
  const recipient who{read->campaign, read->seq};
  const auto nth = arrivals_[who]++;
  const auto key = [&](std::uint64_t what) {
    return std::array<std::uint64_t, 4>{static_cast<std::uint64_t>(who.first.value()),
                                        static_cast<std::uint64_t>(who.second), nth, what};
  };
  const auto chance = [&](double share, std::uint64_t what) {
    const auto k = key(what);
    return !calm_ && luck_.chance(share, about::answer, {k[0], k[1], k[2], k[3]});
  };
  truth_.requests.push_back(seen_of(*read, left));
  const auto no = truth_.requests.size() - 1;
  auto& seen = truth_.requests[no];
  if (on_seen)
    on_seen(seen);
  if (on(foreign_))
    return answer_as_somebody_else(from, stream, seen);
  const auto& sky = plan_.sky;
  if (on(refusing_) || chance(sky.refused_stream, 1)) {
    log_.say([&] { return "Meta refuses the stream of " + text_of(*read); });
    return from->reset(stream, NGHTTP2_REFUSED_STREAM);
  }
  if (on(number_fault_)) {
    constexpr std::array<std::int32_t, 4> codes{131048, 190, 368, 131057};
    return refuse(from, stream, seen, 400, codes[number_fault_.variant % codes.size()]);
  }
  if (on(throttle_) || chance(sky.throttled, 2))
    return refuse(from, stream, seen, 429, 130429);
  if (chance(sky.refused_later, 3))
    return refuse(from, stream, seen, 400, 131026);
  if (chance(sky.refused, 4))
    return refuse(from, stream, seen, 400, chance(0.3, 5) ? 131050 : 131053);
  if (on(errors_) || chance(sky.doubtful, 6)) {
    seen.status = 500;
    seen.code = 131000;
    if (chance(0.3, 7))
      take(no, from, stream, false);
    return refuse(from, stream, truth_.requests[no], 500, 131000);
  }
  if (on(silent_) || chance(sky.unanswered, 8)) {
    log_.say([&] { return "Meta never answers " + text_of(*read); });
    if (chance(0.6, 9))
      take(no, from, stream, false);
    return;
  }
  if (chance(sky.reset, 10)) {
    log_.say([&] { return "Meta resets the stream of " + text_of(*read); });
    if (chance(0.5, 11))
      take(no, from, stream, false);
    return from->reset(stream, NGHTTP2_INTERNAL_ERROR);
  }
  take(no, from, stream, true);
}

void meta::refuse(const std::shared_ptr<answer_target>& from, std::int32_t stream, seen_request& of,
                  int status, std::int32_t code) {
  of.status = status;
  of.code = code;
  log_.say([&] {
    return "Meta answers " + std::to_string(status) + ", code " + std::to_string(code) + ", to " +
           text_of(of.body);
  });
  time_.after(milliseconds{20}, [from, stream, status, code] {
    from->respond(stream, status, "application/json", error_body(code));
  });
}

/// A proxy, a captive portal, a wrong address: nothing of this comes to Meta.
void meta::answer_as_somebody_else(const std::shared_ptr<answer_target>& from, std::int32_t stream,
                                   seen_request& of) {
  struct foreign {
    int status;
    std::string_view type, body;
  };
  static constexpr std::array answers{
      foreign{403, "text/html", "<html><body>Forbidden by the proxy</body></html>"},
      foreign{302, "text/html", "<html>moved</html>"},
      foreign{502, "text/html", "<html>Bad Gateway</html>"},
      foreign{404, "application/json", R"({"message":"no Route matched with those values"})"},
      foreign{400, "text/plain", "{]"},
      foreign{200, "text/html", "<html>Please sign in to the network</html>"},
      foreign{200, "application/json", "{}"}};
  const auto& one = answers[foreign_.variant % answers.size()];
  of.foreign = true;
  of.status = one.status;
  log_.say([&] {
    return "somebody else answers " + std::to_string(one.status) + " to " + text_of(of.body);
  });
  time_.after(milliseconds{5}, [from, stream, &one] {
    from->respond(stream, one.status, one.type, std::string{one.body});
  });
}

void meta::take(std::size_t request, const std::shared_ptr<answer_target>& from,
                std::int32_t stream, bool answered) {
  auto& seen = truth_.requests[request];
  seen.taken = true;
  const recipient who{seen.body.campaign, seen.body.seq};
  auto& all = truth_.taken[who];
  taken_message m;
  m.request = request;
  m.attempt = seen.body.attempt;
  m.id = "wamid." + std::to_string(request);
  m.answered = answered;
  all.push_back(m);
  log_.say([&] {
    return "Meta takes " + text_of(seen.body) + (answered ? "" : ", and doesn't say so") +
           (all.size() > 1 ? ": it is number " + std::to_string(all.size()) + " to this person"
                           : "");
  });
  if (answered) {
    seen.status = 200;
    const milliseconds latency{5 + luck_.below(120, about::latency, {request})};
    time_.after(latency, [from, stream, id = m.id] {
      from->respond(stream, 200, "application/json",
                    R"({"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"x"}],)"
                    R"("messages":[{"id":")" +
                        id + R"("}]})");
    });
  }
  plan_receipts(who, all.size() - 1);
}

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
  m.receipts.push_back({.kind = kind, .code = code, .acknowledged = {}});
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
        [this, who, kind, code, id = m.id, &r] {
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
                                    .by = "131050"});
        },
        delay);
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
      [this, no, named] {
        log_.say([&] { return "webhook answered: person " + std::to_string(no) + " says STOP"; });
        truth_.stops.push_back({.person = no,
                                .by_phone = named.phone != 0,
                                .by_user_id = !named.user_id.empty(),
                                .from = time_.now(),
                                .until = {},
                                .by = "STOP"});
      },
      milliseconds{1'200});
}

void meta::post(ports::webhook_payload payload, std::function<void()> acknowledged, span delay) {
  ++waiting_;
  time_.after(delay,
              [this, shared = std::make_shared<const ports::webhook_payload>(std::move(payload)),
               acknowledged = std::move(acknowledged)] { try_to_post(shared, acknowledged, 0); });
}

void meta::try_to_post(std::shared_ptr<const ports::webhook_payload> payload,
                       std::function<void()> acknowledged, int tries) {
  if (on(held_)) {
    time_.at(held_.until,
             [this, payload, acknowledged, tries] { try_to_post(payload, acknowledged, tries); });
    return;
  }
  // Of the answer and the end of Meta's patience the earlier one counts: the answer, or the end of
  // Meta's patience.
  const auto answered = std::make_shared<bool>(false);
  const auto again = [this, payload, acknowledged, tries] {
    const auto wait = post_again_first * (1 << std::min(tries, post_again_doublings));
    time_.after(wait, [this, payload, acknowledged, tries] {
      try_to_post(payload, acknowledged, tries + 1);
    });
  };
  time_.after(post_timeout, [answered, again] {
    if (!std::exchange(*answered, true))
      again();
  });
  poster_(payload, [this, payload, answered, again, acknowledged](bool ok) {
    if (ok && on_acknowledged)
      on_acknowledged(*payload);
    if (std::exchange(*answered, true)) {
      if (ok)
        acknowledged(); // too late for Meta, but promised all the same
      return;
    }
    if (!ok)
      return again();
    --waiting_;
    acknowledged();
  });
}

} // namespace stentor::simulation
