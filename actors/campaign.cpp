#include "actors/campaign.hpp"

#include "actors/ask.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace stentor::actors {

namespace {

constexpr std::chrono::milliseconds tick_interval{100};

/// How often the balance of a campaign that only waits is asked for: at once, then ever more
/// seldom, because it scans its deliveries.
constexpr std::chrono::milliseconds check_delay_first{50};
constexpr std::chrono::milliseconds check_delay_last{15'000};

/// A round of retries claims no more than the numbers send until the next one, so that none pile up
/// in memory.
constexpr std::chrono::milliseconds retry_round{500};

void answer(const callback_ptr& then, const core::status& status) {
  if (then)
    (*then)(status);
}

} // namespace

void campaign_state::start(context_ptr context, campaign_partners partners) {
  context_ = std::move(context);
  partners_ = std::move(partners);
}

void campaign_state::on_open(const campaign_ptr& campaign) {
  campaign_ = *campaign;
  auto compiled = context_->renderer.compile(campaign_);
  if (!compiled) {
    fail("The template cannot be used: " + compiled.problem().message);
    return;
  }
  message_ = std::move(*compiled);
  auto policy = context_->settings.retry;
  policy.retries_max = campaign_.retries_max;
  policy.enabled = campaign_.retry_failed;
  self_->send(partners_.sender, atom::terms_v,
              retry_terms{.campaign = campaign_.no, .policy = policy});
  self_->send(partners_.webhook, atom::terms_v,
              retry_terms{.campaign = campaign_.no, .policy = policy});
  context_->gateway.set_campaign_rate(campaign_.no, campaign_.rate_limit_per_minute.value_or(0));
  context_->gateway.hold_campaign(campaign_.no, false);
  watch_window();
  self_->delayed_send(self_, tick_interval, atom::tick_v);
}

double campaign_state::own_rate_per_number() const {
  if (!campaign_.rate_limit_per_minute)
    return 0;
  return *campaign_.rate_limit_per_minute / 60.0 /
         static_cast<double>(std::max<std::size_t>(numbers_.size(), 1));
}

/// What this campaign may send on a number in a second.
double campaign_state::rate_of(core::number_no number) const {
  const auto& numbers = context_->settings.numbers;
  const auto found = std::find_if(numbers.begin(), numbers.end(),
                                  [&](const ports::number& n) { return n.no == number; });
  const auto limit = found == numbers.end() ? 1.0 : found->per_second;
  return campaign_.rate_limit_per_minute ? std::min(limit, own_rate_per_number()) : limit;
}

void campaign_state::attach_numbers() {
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::attach_v, campaign_.no, campaign_actor{self_},
                  own_rate_per_number());
}

void campaign_state::on_number(core::number_no number, core::lease_epoch epoch) {
  if (std::find(campaign_.numbers.begin(), campaign_.numbers.end(), number) ==
      campaign_.numbers.end())
    return;
  if (epoch == 0) {
    numbers_.erase(number);
    std::erase_if(demands_, [&](const demand& d) { return d.number == number; });
  } else {
    numbers_[number] = epoch;
  }
  if (!over_)
    attach_numbers();
}

void campaign_state::on_demand(const demand& d) {
  demands_.push_back(d);
  claim();
}

/// All demands that came while the last claim was under way share the next one.
void campaign_state::claim() {
  if (claiming_ || demands_.empty() || over_ || paused_ || outside_window_ || cancelling_ ||
      expiring_)
    return;
  if (exhausted_) {
    for (const auto& d : demands_)
      if (auto limiter = context_->who.limiter(d.number))
        self_->send(limiter, atom::none_v, campaign_.no);
    demands_.clear();
    return;
  }
  std::vector<ports::claim_order> orders;
  for (const auto& d : demands_)
    orders.push_back({.number = d.number, .epoch = d.epoch, .count = d.count});
  demands_.clear();
  claiming_ = true;
  ask(
      self_, partners_.dispatch_store,
      [no = campaign_.no, orders](ports::dispatch_store& db) { return db.claim(no, orders); },
      [this, orders](core::result<ports::claim_result> result) {
        on_claimed(std::move(result), orders);
      });
}

void campaign_state::on_claimed(core::result<ports::claim_result> result,
                                const std::vector<ports::claim_order>& orders) {
  claiming_ = false;
  if (!result) {
    spdlog::warn("Campaign {} could not claim recipients and tries again: {}", campaign_.no,
                 result.problem().message);
    for (const auto& order : orders)
      demands_.push_back({.number = order.number, .epoch = order.epoch, .count = order.count});
    return; // the next tick tries again
  }
  std::map<core::number_no, bool> served;
  for (auto& chunk : result->chunks) {
    served[chunk.number] = true;
    ++claims_open_;
    dispatch(std::move(chunk));
  }
  exhausted_ = result->exhausted;
  for (const auto& order : orders) {
    if (served.contains(order.number))
      continue;
    if (exhausted_) {
      if (auto limiter = context_->who.limiter(order.number))
        self_->send(limiter, atom::none_v, campaign_.no);
    } else {
      demands_.push_back({.number = order.number, .epoch = order.epoch, .count = order.count});
    }
  }
  check_delay_ = check_delay_first;
  claim();
}

/// Renders a chunk and hands it to its number. Who cannot be rendered or said stop is recorded and
/// costs the others nothing.
void campaign_state::dispatch(core::claimed_chunk claimed) {
  auto chunk = std::make_shared<core::chunk>();
  auto write = std::make_shared<ports::ledger_write>();
  message_->render(claimed, context_->now_ms(), *chunk, write->events);
  if (claimed.claim == 0) {
    std::size_t next = 0;
    for (const auto& row : claimed.rows) {
      if (next < chunk->items.size() && chunk->items[next].seq == row.seq)
        ++next;
      else
        write->retries_done.emplace_back(claimed.campaign, row.seq);
    }
  }
  if (chunk->items.empty() && claimed.claim != 0) {
    write->claims_done.push_back(claimed.claim);
    --claims_open_;
  }
  if (!write->empty())
    self_->send(partners_.recorder, atom::write_v, std::move(write), callback_ptr{});
  if (chunk->items.empty()) {
    if (claimed.claim != 0)
      demands_.push_back({.number = claimed.number,
                          .epoch = claimed.epoch,
                          .count = static_cast<std::int32_t>(claimed.rows.size() + 1)});
    return;
  }
  if (claimed.claim != 0)
    self_->send(partners_.sender, atom::open_v,
                claim_opened{.claim = claimed.claim,
                             .campaign = campaign_.no,
                             .count = static_cast<std::int32_t>(chunk->items.size())});
  if (auto limiter = context_->who.limiter(claimed.number))
    self_->send(limiter, atom::chunk_v, chunk_ptr{std::move(chunk)});
  else
    self_->send(partners_.sender, atom::give_back_v,
                core::slice{chunk, 0, static_cast<std::uint32_t>(chunk->items.size())});
}

void campaign_state::on_closed(std::int32_t claims) {
  claims_open_ = std::max<std::int64_t>(0, claims_open_ - claims);
  check_delay_ = check_delay_first;
  if (exhausted_ && claims_open_ == 0)
    next_check_ = self_->clock().now() + check_delay_first;
}

void campaign_state::on_retries() {
  if (claiming_retries_ || over_ || paused_ || outside_window_ || cancelling_ || expiring_ ||
      numbers_.empty())
    return;
  const auto now = self_->clock().now();
  if (now - retries_claimed_at_ < retry_round)
    return; // the retry actor asks again
  retries_claimed_at_ = now;
  std::vector<ports::claim_order> orders;
  for (const auto& [number, epoch] : numbers_)
    orders.push_back(
        {.number = number,
         .epoch = epoch,
         .count = std::max(
             1, static_cast<std::int32_t>(rate_of(number) *
                                          std::chrono::duration<double>(retry_round).count()))});
  claiming_retries_ = true;
  ask(
      self_, partners_.dispatch_store,
      [no = campaign_.no, orders, now = context_->wall_clock()](ports::dispatch_store& db) {
        return db.claim_retries(no, orders, now);
      },
      [this](core::result<std::vector<core::claimed_chunk>> result) {
        on_retries_claimed(std::move(result));
      });
}

void campaign_state::on_retries_claimed(core::result<std::vector<core::claimed_chunk>> result) {
  claiming_retries_ = false;
  if (!result) {
    spdlog::warn("Campaign {} could not claim retries and tries again: {}", campaign_.no,
                 result.problem().message);
    return;
  }
  for (auto& chunk : *result)
    dispatch(std::move(chunk));
  check_delay_ = check_delay_first;
}

// -- holding and ending

void campaign_state::hold(bool held) {
  context_->gateway.hold_campaign(campaign_.no, held);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::hold_v, campaign_.no, held);
  if (!held)
    claim();
}

void campaign_state::on_pause(const std::string& reason, const callback_ptr& then) {
  paused_ = true;
  hold(true);
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no, reason](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::paused, reason);
      },
      [this, then](core::status status) {
        if (!status.ok() && status.problem().code == core::errc::conflict) {
          paused_ = false; // it had ended already
          hold(outside_window_);
        }
        answer(then, status);
      });
}

void campaign_state::on_resume(const callback_ptr& then) {
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::sending, "");
      },
      [this, then](core::status status) {
        if (status.ok()) {
          paused_ = false;
          check_delay_ = check_delay_first;
          watch_window();
          hold(outside_window_);
        }
        answer(then, status);
      });
}

void campaign_state::on_cancel(const callback_ptr& then) {
  cancelling_ = true;
  self_->send(partners_.sender, atom::cancel_v, campaign_.no);
  context_->gateway.revoke_campaign(campaign_.no);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::detach_v, campaign_.no);
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::cancelled, "cancelled by an operator");
      },
      [this, then](core::status status) {
        answer(then, status);
        end_as(core::campaign_status::cancelled);
      });
}

void campaign_state::watch_window() {
  if (!campaign_.window)
    return;
  const auto now = context_->wall_clock();
  const auto offset = context_->time_zones.offset(campaign_.window->time_zone, now);
  if (!offset) {
    fail(offset.problem().message);
    return;
  }
  const auto outside = !core::window_at(*campaign_.window, now, *offset).open;
  if (outside == outside_window_)
    return;
  outside_window_ = outside;
  spdlog::info("Campaign {} is {} its send window.", campaign_.no, outside ? "outside" : "inside");
  if (!paused_)
    hold(outside);
}

void campaign_state::on_tick() {
  if (over_)
    return;
  self_->delayed_send(self_, tick_interval, atom::tick_v);
  watch_window();
  if (campaign_.expires_at && !expiring_ && !cancelling_ &&
      context_->wall_clock() >= *campaign_.expires_at) {
    expiring_ = true;
    self_->send(partners_.sender, atom::cancel_v, campaign_.no);
    context_->gateway.revoke_campaign(campaign_.no);
  }
  if (paused_)
    return;
  claim();
  check_balance();
}

void campaign_state::check_balance() {
  const auto ending = exhausted_ || expiring_;
  const auto now = self_->clock().now();
  if (!ending || cancelling_ || checking_ || claiming_ || now < next_check_ ||
      (claims_open_ > 0 && !expiring_))
    return;
  checking_ = true;
  check_delay_ = std::clamp(check_delay_ * 2, check_delay_first, check_delay_last);
  next_check_ = now + check_delay_;
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no](ports::dispatch_store& db) { return db.balance(no); },
      [this](core::result<ports::campaign_balance> balance) { on_balance(balance); });
}

void campaign_state::on_balance(const core::result<ports::campaign_balance>& balance) {
  checking_ = false;
  if (!balance || over_)
    return;
  if (expiring_)
    end_as(core::campaign_status::expired);
  else if (balance->settled())
    end_as(core::campaign_status::completed);
}

void campaign_state::end_as(core::campaign_status status) {
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no, status](ports::dispatch_store& db) { return db.finish(no, status); },
      [this, status](core::result<bool> finished) {
        if (finished && *finished) {
          spdlog::info("Campaign {} is {}.", campaign_.no, core::to_string(status));
          end();
        } else if (status == core::campaign_status::cancelled) {
          end(); // the status is written; what is still in flight is folded when it comes
        }
      });
}

void campaign_state::fail(const std::string& reason) {
  spdlog::error("Campaign {} is paused: {}", campaign_.no, reason);
  over_ = true;
  ask(
      self_, partners_.housekeeping_store,
      [no = campaign_.no, reason](ports::dispatch_store& db) {
        return db.set_status(no, core::campaign_status::paused, reason);
      },
      [this](core::status) { end(); });
}

void campaign_state::end() {
  over_ = true;
  self_->send(partners_.sender, atom::forget_v, campaign_.no);
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->who.limiter(number))
      self_->send(limiter, atom::detach_v, campaign_.no);
  context_->gateway.set_campaign_rate(campaign_.no, 0);
  self_->send(partners_.supervisor, atom::ended_v, campaign_.no);
}

campaign_actor::behavior_type campaign(campaign_actor::stateful_pointer<campaign_state> self,
                                       context_ptr context, campaign_partners partners) {
  self->state.start(std::move(context), std::move(partners));
  return {
      [self](atom::open, const campaign_ptr& campaign) { self->state.on_open(campaign); },
      [self](const demand& d) { self->state.on_demand(d); },
      [self](atom::closed, std::int32_t claims) { self->state.on_closed(claims); },
      [self](atom::retries) { self->state.on_retries(); },
      [self](atom::number, std::int32_t number, std::int32_t epoch) {
        self->state.on_number(number, epoch);
      },
      [self](atom::pause, const std::string& reason, const callback_ptr& then) {
        self->state.on_pause(reason, then);
      },
      [self](atom::resume, const callback_ptr& then) { self->state.on_resume(then); },
      [self](atom::cancel, const callback_ptr& then) { self->state.on_cancel(then); },
      [self](atom::tick) { self->state.on_tick(); },
      [self](atom::then, const closure_ptr& closure) { (*closure)(); },
  };
}

} // namespace stentor::actors
