/// The fake way to Meta.
#include "tests/actors/support/fakes.hpp"

#include <algorithm>
#include <utility>

namespace stentor::test {

void fake_gateway::open_number(ports::sending_number settings) {
  w_.log.push_back("open_number");
  auto& l = numbers[settings.number];
  if (settings.lease_until == core::steady_time{})
    settings.lease_until = l.settings.lease_until;
  l.settings = std::move(settings);
  l.closed = false;
}

void fake_gateway::set_rate(core::number_no number, double per_second, double marketing) {
  numbers[number].settings.per_second = per_second;
  numbers[number].marketing_per_second = marketing;
}

void fake_gateway::renew(core::number_no number, core::steady_time lease_until) {
  numbers[number].settings.lease_until = lease_until;
}

void fake_gateway::close_number(core::number_no number, std::function<void()> closed) {
  auto& l = numbers[number];
  l.closed = true;
  give_back(std::exchange(l.queue, {}));
  if (closed)
    closed();
}

void fake_gateway::submit(core::slice s) {
  slice_sizes.push_back(s.end - s.begin);
  auto& l = numbers[s.chunk->number];
  std::deque<item> refused;
  for (auto i = s.begin; i < s.end; ++i) {
    const item next{s.chunk, i};
    const auto claim = w_.claims.find(s.chunk->claim);
    unmarked += claim == w_.claims.end() || claim->second.mark < s.chunk->mark_before(i + 1);
    (l.closed || s.chunk->epoch != l.settings.epoch ? refused : l.queue).push_back(next);
  }
  give_back(std::move(refused));
}

void fake_gateway::set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) {
  campaign_rates[campaign] = per_minute;
}

void fake_gateway::hold_campaign(core::campaign_no campaign, bool hold) {
  if (!hold) {
    held_campaigns.erase(campaign);
    return;
  }
  held_campaigns.insert(campaign);
  revoke_campaign(campaign);
}

void fake_gateway::hold_number(core::number_no number, bool held) {
  auto& l = numbers[number];
  l.held = held;
  if (held)
    give_back(std::exchange(l.queue, {}));
}

void fake_gateway::revoke_campaign(core::campaign_no campaign) {
  std::deque<item> back;
  for (auto& [number, l] : numbers) {
    for (const auto& i : l.queue)
      if (i.chunk->campaign == campaign)
        back.push_back(i);
    std::erase_if(l.queue, [&](const item& i) { return i.chunk->campaign == campaign; });
  }
  give_back(std::move(back));
}

void fake_gateway::manage(ports::management_request,
                          std::function<void(ports::management_answer)> then) {
  then({.status = 0, .body = {}, .problem = "this gateway sends messages only"});
}

void fake_gateway::drain(std::chrono::milliseconds, std::function<void()> then) {
  w_.log.push_back("drain");
  for (auto& [number, l] : numbers) {
    l.closed = true;
    give_back(std::exchange(l.queue, {}));
  }
  then();
}

namespace {

bool answered(core::outcome_class kind) {
  return kind == core::outcome_class::accepted || kind == core::outcome_class::rejected ||
         kind == core::outcome_class::failed;
}

} // namespace

void fake_gateway::report(const item& i, reply r, core::outcome_batch& batch) {
  const auto& from = i.chunk->items[i.index];
  batch.outcomes.push_back({.claim = i.chunk->claim,
                            .campaign = i.chunk->campaign,
                            .seq = from.seq,
                            .attempt = from.attempt,
                            .retries = from.retries,
                            .kind = r.kind,
                            .paced = r.paced,
                            .number = i.chunk->number,
                            .code = r.code,
                            .at_ms = w_.now_ms(),
                            .took_ms = answered(r.kind) ? 0 : -1,
                            .person = from.person,
                            .lang = from.lang});
}

void fake_gateway::give_back(std::deque<item> items) {
  if (items.empty())
    return;
  auto batch = std::make_shared<core::outcome_batch>();
  for (const auto& i : items) {
    report(i, {.kind = core::outcome_class::not_sent}, *batch);
    batch->departures.push_back({i.chunk->number, i.chunk->campaign, 1});
  }
  outcomes_.on_outcomes(std::move(batch));
}

void fake_gateway::deliver(std::chrono::milliseconds elapsed) {
  auto batch = std::make_shared<core::outcome_batch>();
  for (const auto& [campaign, per_minute] : campaign_rates)
    campaign_allowance_[campaign] =
        per_minute == 0
            ? 1e9
            : std::min(1.0, campaign_allowance_[campaign] +
                                per_minute / 60'000.0 * static_cast<double>(elapsed.count()));
  for (const auto campaign : held_campaigns)
    revoke_campaign(campaign);
  for (auto& [number, l] : numbers) {
    const auto rate = l.settings.per_second;
    l.allowance = std::min(l.allowance + rate * static_cast<double>(elapsed.count()) / 1'000.0,
                           std::max(1.0, rate / 50));
    if (l.held || l.closed)
      continue;
    std::deque<item> kept;
    for (auto& i : std::exchange(l.queue, {})) {
      const recipient who{i.chunk->campaign, i.seq()};
      const core::wall_time wall{std::chrono::milliseconds{w_.now_ms()}};
      if (!i.chunk->may_leave(wall, wall)) {
        report(i, {.kind = core::outcome_class::not_sent}, *batch);
        batch->departures.push_back({number, who.first, 1});
        continue;
      }
      auto& own = campaign_allowance_.try_emplace(who.first, 1e9).first->second;
      if (held_campaigns.contains(who.first) || l.allowance < 1 || own < 1) {
        kept.push_back(std::move(i));
        continue;
      }
      l.allowance -= 1;
      own -= 1;
      flights_.departs(i.chunk->flight, i.chunk->items[i.index].place);
      ++sent[who];
      wire.emplace_back(number, who);
      const auto r = answer ? answer(number, who, i.chunk->items[i.index].attempt) : reply{};
      accepted[who] += r.kind == core::outcome_class::accepted;
      report(i, r, *batch);
      batch->departures.push_back({number, who.first, 1});
    }
    l.queue = std::move(kept);
  }
  if (!batch->outcomes.empty())
    outcomes_.on_outcomes(std::move(batch));
}

} // namespace stentor::test
