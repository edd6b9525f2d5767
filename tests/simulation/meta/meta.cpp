#include "tests/simulation/meta/meta.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::simulation {

namespace {

std::string error_body(std::int32_t code) {
  return R"({"error":{"message":"(#)" + std::to_string(code) +
         R"() refused","type":"OAuthException","code":)" + std::to_string(code) +
         R"(,"error_data":{"messaging_product":"whatsapp","details":"simulated"},"fbtrace_id":"x"}})";
}

std::string text_of(const message_body& b) {
  return "campaign " + std::to_string(b.campaign) + " recipient " + std::to_string(b.seq) +
         " attempt " + std::to_string(b.attempt);
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
  case refused_value:
    return post_what_is_refused(one.whom);
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

} // namespace stentor::simulation
