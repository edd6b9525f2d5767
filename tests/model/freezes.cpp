/// Lists that are drawn when their campaigns start: postgres/campaign/freeze_store as values. What
/// is on them is known from the beginning; drawn, they may be sent to.
#include "tests/model/stores.hpp"

namespace stentor::simulation {

using core::campaign_status;
using ports::due_freeze;
using ports::freeze_end;

namespace {

bool stands(const campaign_row& c) {
  return c.terms.status == campaign_status::scheduled && c.list_awaited;
}

core::launch_facts facts_of(const campaign_row& c) {
  core::launch_facts facts;
  facts.what = c.terms;
  facts.recipients = c.terms.recipients_total;
  for (const auto number : c.terms.numbers) {
    auto& one = facts.numbers.emplace_back();
    one.phone_number_id = std::to_string(number.value());
    one.waba_id = "w1";
    one.per_second = 1;
    one.template_status = "APPROVED";
    one.translation_statuses.assign(c.terms.translations.size(), "APPROVED");
  }
  return facts;
}

bool is_over(const campaign_row& c, core::wall_time now) {
  return c.terms.expires_at && *c.terms.expires_at <= now;
}

} // namespace

freeze_store::~freeze_store() {
  for (auto& [no, c] : w_.campaigns)
    if (c.list_held_by == this)
      c.list_held_by = nullptr;
}

core::result<std::optional<due_freeze>> freeze_store::take(core::wall_time now,
                                                           const std::set<std::int64_t>& but_not) {
  using taken = std::optional<due_freeze>;
  return transact(w_, "take_freeze", w_.store_fails, [&]() -> core::result<taken> {
    for (auto& [no, c] : w_.campaigns)
      if (stands(c) && c.list_held_by == nullptr && !is_over(c, now) &&
          c.list_due_ms <= now.time_since_epoch().count() && !but_not.contains(no.value())) {
        c.list_held_by = this;
        return taken{due_freeze{.job = no.value(),
                                .job_id = std::to_string(no.value()),
                                .campaign = no,
                                .campaign_id = c.terms.id,
                                .organization = c.terms.organization,
                                .expires_at = c.terms.expires_at}};
      }
    return taken{};
  });
}

core::result<freeze_end> freeze_store::draw(const due_freeze& what,
                                            const ports::campaign_launch::check& obstacles) {
  return transact(w_, "draw_freeze", w_.store_fails, [&]() -> core::result<freeze_end> {
    auto& c = w_.campaigns.at(what.campaign);
    if (!stands(c))
      return freeze_end{};
    freeze_end end{.what = freeze_end::kind::drawn,
                   .status = campaign_status::sending,
                   .people = c.terms.recipients_total,
                   .obstacles = obstacles(facts_of(c))};
    if (!end.obstacles.empty()) {
      end.what = freeze_end::kind::refused;
      return end;
    }
    c.list_awaited = false;
    c.sent_without_list = c.next_seq != 1;
    c.terms.status = end.status;
    w_.log.push_back("drawn " + std::to_string(what.campaign));
    return end;
  });
}

core::status freeze_store::give_up(const due_freeze& what, const core::sentence& why) {
  return transact(w_, "give_up_freeze", w_.store_fails, [&]() -> core::status {
    auto& c = w_.campaigns.at(what.campaign);
    if (!stands(c))
      return core::ok{};
    c.terms.status = campaign_status::paused;
    c.pause = core::pause_kind::audience;
    c.reason = why;
    return core::ok{};
  });
}

/// A session that is gone holds nothing: it can't fail for good.
core::status freeze_store::release(const due_freeze& what) {
  auto& c = w_.campaigns.at(what.campaign);
  if (c.list_held_by == this)
    c.list_held_by = nullptr;
  return core::ok{};
}

} // namespace stentor::simulation
