/// How a campaign asks the planner and does what it says (campaign.hpp).
#include "actors/campaign/campaign.hpp"

#include "actors/runtime/error.hpp"

#include "stentor/core/delivery/pacing/share.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace stentor::actors {

namespace {

/// Nobody is claimed so short before a part closes: he would have to go back.
constexpr std::chrono::seconds closing_margin{1};

/// How often the terms are read anew: other daemons claim too, and policies change.
constexpr std::chrono::seconds plan_renewed{30};
/// The same while people wait for a decision about those who went first.
constexpr std::chrono::seconds canary_asked{2};

} // namespace

void campaign_state::ask_for_plan() {
  if (std::exchange(asking_plan_, true))
    return;
  when_answered<plan_terms_ptr>(
      self_->request(partners_.campaigns, caf::infinite, atom::plan_v, campaign_.no),
      [this](const core::result<plan_terms_ptr>& terms) {
        asking_plan_ = false;
        if (terms)
          on_plan(**terms);
        else
          spdlog::warn("The plan of campaign {} could not be read, which is tried again: {}",
                       campaign_.id, terms.error().message);
      });
}

void campaign_state::on_plan(core::plan_terms terms) {
  if (state_.is_over())
    return;
  if (terms.window && terms.window->time_zone != core::recipient_zone)
    if (const auto known =
            context_->time_zones.offset(terms.window->time_zone, context_->wall_clock());
        !known)
      return fail(core::make_sentence("send_window_unusable",
                                      "Its send window cannot be used: {problem}",
                                      {{"problem", known.error().message}}));
  terms.expires_at.reset(); // watch_expiry() ends the campaign then, rather than to hold it
  plan_ = core::planner{std::move(terms), ports::lookup_in(context_->time_zones)};
  plan_read_ = self_->clock().now();
  planned_ = true;
  look_at_plan();
}

/// Every tick: most often nothing has changed.
void campaign_state::watch_plan() {
  const auto renewed = plan_.terms().canary ? canary_asked : plan_renewed;
  if (!planned_ || self_->clock().now() - plan_read_ >= renewed)
    ask_for_plan();
  const auto now = context_->wall_clock();
  if (planned_ && (now >= step_.look_again || now < looked_at_))
    look_at_plan();
}

void campaign_state::look_at_plan() {
  if (!planned_)
    return;
  const bool first = looked_at_ == core::wall_time{};
  const auto rate_before = step_.own_per_minute;
  looked_at_ = context_->wall_clock();
  step_ = plan_.at(looked_at_, numbers_per_second());
  dry_ = false;
  if (step_.own_per_minute != rate_before)
    use_own_rate();
  const auto outside = !step_.any_open;
  if (state_.window_moved(outside) || first) {
    if (outside || !first)
      spdlog::info("Campaign {} {}.", campaign_.id,
                   outside ? "waits (" + std::string{core::to_string(step_.binding)} + ")"
                           : std::string{"may send now"});
    if (first || !state_.is_paused())
      hold(state_.is_held());
  }
  if (state_.is_sending())
    attach_numbers();
}

double campaign_state::numbers_per_second() const {
  double all = 0;
  for (const auto& number : *context_->numbers.all())
    if (numbers_.contains(number.no))
      all += number.per_second;
  return all;
}

/// None: all that are open may close at once.
std::optional<ports::claim_scope> campaign_state::open_parts() const {
  ports::claim_scope scope{.all = step_.all_open, .open = {}};
  const auto margin = context_->wall_clock() + closing_margin;
  for (const auto& part : step_.parts)
    if (part.closed_by == core::limit::none && part.changes_at > margin)
      scope.open.push_back(part.no);
    else
      scope.all = false;
  if (!scope.all && scope.open.empty())
    return std::nullopt;
  if (scope.all)
    scope.open.clear();
  return scope;
}

/// Whoever has not left by then goes back.
core::wall_time campaign_state::closes_at(const core::claimed_chunk& claimed) const {
  auto closes = campaign_.expires_at.value_or(core::wall_time::max());
  const auto& parts = plan_.terms().parts;
  const auto look_at = [&](core::recipient_seq seq) {
    const auto next = std::upper_bound(
        parts.begin(), parts.end(), seq,
        [](core::recipient_seq one, const core::plan_part& part) { return one < part.from; });
    if (next == parts.begin())
      return;
    const auto& part = step_.parts[static_cast<std::size_t>(next - parts.begin() - 1)];
    closes = std::min(closes, part.closed_by == core::limit::none ? part.changes_at : looked_at_);
  };
  if (!claimed.retries)
    look_at(claimed.from_seq);
  else if (step_.look_again != core::wall_time::max())
    for (const auto& row : claimed.rows)
      look_at(row.seq);
  return closes;
}

/// While other daemons are alive, a number's part of the campaign's own limit is the same wherever
/// it is, so that all together keep it.
std::int32_t campaign_state::part_of(core::number_no number) const {
  const auto& all = campaign_.numbers;
  const auto place =
      std::count_if(all.begin(), all.end(), [&](auto other) { return other < number; });
  return core::part_of(*step_.own_per_minute, static_cast<std::size_t>(place), all.size());
}

double campaign_state::own_rate_of(core::number_no number) const {
  if (!step_.own_per_minute)
    return 0;
  const auto per_minute =
      others_ > 0
          ? part_of(number)
          : *step_.own_per_minute / static_cast<double>(std::max<std::size_t>(numbers_.size(), 1));
  return per_minute / 60.0;
}

void campaign_state::use_own_rate() {
  const auto& whole = step_.own_per_minute;
  auto here = whole.value_or(0);
  if (whole && others_ > 0) {
    here = 0;
    for (const auto& [number, epoch] : numbers_)
      here += part_of(number);
    here = std::max(here, 1); // none lifts the limit
  }
  context_->gateway.set_campaign_rate(campaign_.no, here);
}

/// Others came or went.
void campaign_state::watch_others() {
  const auto others = context_->counters.other_nodes.load();
  if (std::exchange(others_, others) == others || !step_.own_per_minute)
    return;
  use_own_rate();
  if (state_.is_sending())
    attach_numbers();
}

/// A number for which Meta has not got the header's media sends nothing of it until it has.
void campaign_state::watch_media() {
  auto renewed = message_->renewed();
  if (!renewed)
    return;
  message_ = std::move(renewed);
  if (state_.is_sending())
    attach_numbers();
}

void campaign_state::attach_numbers() {
  for (const auto& [number, epoch] : numbers_)
    if (auto limiter = context_->running.limiter(number)) {
      const auto own_rate = own_rate_of(number);
      const bool all_others = step_.own_per_minute && own_rate <= 0; // have the limit
      if (all_others || !message_->ready_for(number)) {
        self_->send(limiter, atom::detach_v, campaign_.no);
        continue;
      }
      self_->send(limiter, atom::attach_v, campaign_.no, campaign_actor{self_}, own_rate,
                  plan_.terms().for_marketing);
      if (state_.is_held())
        self_->send(limiter, atom::hold_v, campaign_.no, true);
    }
}

} // namespace stentor::actors
