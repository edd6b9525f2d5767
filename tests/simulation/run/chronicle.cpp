#include "tests/simulation/run/chronicle.hpp"

namespace stentor::simulation {

namespace {

std::string text(const recipient& who) {
  return "campaign " + std::to_string(who.first) + " recipient " + std::to_string(who.second);
}

std::string word_of(core::event_kind kind) {
  using enum core::event_kind;
  switch (kind) {
  case accepted:
    return "accepted";
  case rejected:
    return "rejected";
  case failed:
    return "failed";
  case in_doubt:
    return "in doubt";
  case held:
    return "held";
  case sent:
    return "sent";
  case delivered:
    return "delivered";
  case read:
    return "read";
  default:
    return "event " + std::to_string(static_cast<int>(kind));
  }
}

std::string text(const claim_row& c) {
  return "campaign " + std::to_string(c.campaign) + ", " + std::to_string(c.from) + " to " +
         std::to_string(c.to) + ", marked to " + std::to_string(c.mark) +
         (c.free ? ", free" : ", of epoch " + std::to_string(c.epoch));
}

std::string text(const queued_retry& r) {
  return "try " + std::to_string(r.row.attempt) +
         (r.needless  ? ", needless"
          : r.done    ? ", done"
          : r.claimed ? ", claimed"
                      : ", waits");
}

} // namespace

void chronicle::look() {
  if (!log_.listens())
    return;
  look_at_events();
  look_at_claims();
  look_at_retries();
  look_at_owners();
}

void chronicle::look_at_events() {
  for (; events_ < now_.events.size(); ++events_) {
    const auto& e = now_.events[events_];
    log_.say([&] {
      return "  written: " + text(e.who) + " try " + std::to_string(e.attempt) + ": " +
             word_of(e.kind) + (e.code == 0 ? std::string{} : " " + std::to_string(e.code));
    });
  }
}

void chronicle::look_at_claims() {
  for (const auto& [id, c] : now_.claims) {
    const auto [known, added] = claims_.try_emplace(id, c);
    if (!added && known->second.mark == c.mark && known->second.free == c.free)
      continue;
    known->second = c;
    log_.say([&, id = id] { return "  claim " + std::to_string(id) + ": " + text(c); });
  }
  std::erase_if(claims_, [&](const auto& known) {
    if (now_.claims.contains(known.first))
      return false;
    log_.say([&] { return "  claim " + std::to_string(known.first) + " is over"; });
    return true;
  });
}

void chronicle::look_at_retries() {
  for (const auto& [who, r] : now_.retries) {
    const auto [known, added] = retries_.try_emplace(who, r);
    if (!added && text(known->second) == text(r))
      continue;
    known->second = r;
    log_.say([&, who = who] { return "  retry of " + text(who) + ": " + text(r); });
  }
}

void chronicle::look_at_owners() {
  for (const auto& [number, lease] : now_.leases) {
    auto& known = leases_[number];
    if (known.owner == lease.owner && known.epoch == lease.epoch)
      continue;
    known = lease;
    log_.say([&, number = number] {
      return "  number " + std::to_string(number) + " is " + lease.owner + "'s, epoch " +
             std::to_string(lease.epoch);
    });
  }
  for (const auto& [no, c] : now_.campaigns) {
    const auto [known, added] = statuses_.try_emplace(no, c.terms.status);
    if (std::exchange(known->second, c.terms.status) != c.terms.status)
      log_.say([&, no = no] {
        return "  campaign " + std::to_string(no) + " is " +
               std::string{core::to_string(c.terms.status)};
      });
  }
}

} // namespace stentor::simulation
