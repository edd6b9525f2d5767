#include "actors/supervisor/housekeeping.hpp"

#include "actors/runtime/error.hpp"

#include <type_traits>
#include <utility>

namespace stentor::actors {

namespace {

/// A list as a message: shared, so that nobody copies it.
template <class T>
core::result<std::shared_ptr<const std::vector<T>>> shared(core::result<std::vector<T>> list) {
  if (!list)
    return list.error();
  return std::make_shared<const std::vector<T>>(std::move(*list));
}

/// Asks an open store, or answers why there is none.
template <class Question>
auto ask(housekeeping_state& state, Question question) {
  using answer = std::invoke_result_t<Question&, housekeeping_stores&, const engine_settings&,
                                      const core::wall_time&>;
  const auto& context = *state.context;
  if (!state.stores) {
    auto opened = context.stores.open_housekeeping();
    if (!opened)
      return reply(answer{opened.error()});
    state.stores = std::move(*opened);
  }
  const auto now = context.wall_clock();
  return reply(question(*state.stores, context.settings, now));
}

core::result<plan_terms_ptr> plan_of(ports::campaign_store& campaigns, core::campaign_no no) {
  auto terms = campaigns.plan_terms_of(no);
  if (!terms)
    return terms.error();
  return std::make_shared<const core::plan_terms>(std::move(*terms));
}

core::result<std::vector<core::campaign_no>> users_of(ports::campaign_store& campaigns,
                                                      const template_key& t) {
  return campaigns.using_template(t.waba_id, t.name, t.language);
}

core::wall_time time_of(std::int64_t ms) {
  return core::wall_time{std::chrono::milliseconds{ms}};
}

core::status keep(ports::template_store& templates, const account_templates& t) {
  return templates.save(t.organization, t.waba_id, t.json);
}

core::result<numbers_ptr> keep(ports::number_store& store, const std::vector<ports::number>& all,
                               const engine_settings& settings) {
  return shared(store.save(all, settings.organization));
}

core::status keep(ports::number_store& numbers, const number_stop& stop) {
  return numbers.set_stopped_reason(stop.number, stop.reason);
}

core::status keep(ports::number_facts_store& facts, const number_reading& r) {
  return facts.keep(r.number, r.facts);
}

core::status keep(ports::number_facts_store& facts, const told_limit& t) {
  return facts.keep_limit(t.waba_id, t.limit);
}

} // namespace

housekeeping_actor::behavior_type
housekeeping(housekeeping_actor::stateful_pointer<housekeeping_state> self, context_ptr context) {
  self->state.context = std::move(context);
  const auto asked = [self](auto question) { return ask(self->state, question); };
  return {
      [asked](atom::runnable) {
        return asked([](auto& s, auto&, auto& now) { return shared(s.campaigns->runnable(now)); });
      },
      [asked](atom::command, const campaign_order& o) {
        return asked([&](auto& s, auto&...) {
          return s.campaigns->command(o.campaign, o.command, o.reason, o.audit, o.kind);
        });
      },
      [asked](atom::end, const campaign_end& e) {
        return asked([&](auto& s, auto&...) { return s.campaigns->end(e.campaign, e.to); });
      },
      [asked](atom::plan, core::campaign_no campaign) {
        return asked([&](auto& s, auto&...) { return plan_of(*s.campaigns, campaign); });
      },
      [asked](atom::watch) {
        return asked([](auto& s, auto&, auto& now) { return shared(s.gates->look(now)); });
      },
      [asked](atom::using_template, const template_key& t) {
        return asked([&](auto& s, auto&...) { return users_of(*s.campaigns, t); });
      },
      [asked](atom::terms, core::campaign_no no) {
        return asked(
            [&](auto& s, auto&, auto& now) { return s.campaigns->retry_terms_of(no, now); });
      },
      [asked](atom::agenda) {
        return asked([](auto& s, auto&, auto& now) { return s.retries->agenda(now); });
      },
      [asked](atom::settle, std::int64_t ms) {
        return asked(
            [&](auto& s, auto&, auto& now) { return s.retries->settle_doubts(now, time_of(ms)); });
      },
      [asked](atom::save, const numbers_ptr& numbers) {
        return asked([&](auto& s, auto& of, auto&) { return keep(*s.numbers, *numbers, of); });
      },
      [asked](const number_stop& n) {
        return asked([&](auto& s, auto&...) { return keep(*s.numbers, n); });
      },
      [asked](const number_reading& r) {
        return asked([&](auto& s, auto&...) { return keep(*s.number_facts, r); });
      },
      [asked](const told_limit& t) {
        return asked([&](auto& s, auto&...) { return keep(*s.number_facts, t); });
      },
      [asked](const ports::number_command& c) {
        return asked([&](auto& s, auto&...) { return s.numbers->order(c); });
      },
      [asked](atom::attribute, std::int64_t limit) {
        return asked([&](auto& s, auto&...) { return s.inbox->attribute_replies(limit); });
      },
      [asked](atom::save, const account_templates& t) {
        return asked([&](auto& s, auto&...) { return keep(*s.templates, t); });
      },
  };
}

} // namespace stentor::actors
