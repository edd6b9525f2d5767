#include "actors/supervisor/housekeeping.hpp"

#include "actors/runtime/error.hpp"

#include <type_traits>
#include <utility>

namespace stentor::actors {

namespace {

/// Asks an open store, or answers why there is none.
template <class Question>
auto ask(housekeeping_state& state, Question question) {
  using answer = std::invoke_result_t<Question&, housekeeping_stores&>;
  if (!state.stores) {
    auto opened = state.context->stores.open_housekeeping();
    if (!opened)
      return reply(answer{opened.problem()});
    state.stores = std::move(*opened);
  }
  return reply(question(*state.stores));
}

/// A list as a message: shared, so that nobody copies it.
template <class T>
core::result<std::shared_ptr<const std::vector<T>>> shared(core::result<std::vector<T>> list) {
  if (!list)
    return list.problem();
  return std::make_shared<const std::vector<T>>(std::move(*list));
}

} // namespace

housekeeping_actor::behavior_type
housekeeping(housekeeping_actor::stateful_pointer<housekeeping_state> self, context_ptr context) {
  self->state.context = context;
  auto& state = self->state;
  using stores = housekeeping_stores;
  return {
      [&state](atom::runnable) {
        return ask(state, [&](stores& s) {
          return shared(s.campaigns->runnable(state.context->wall_clock()));
        });
      },
      [&state](atom::command, const campaign_order& o) {
        return ask(state, [&](stores& s) {
          return s.campaigns->command(o.campaign, o.command, o.reason, o.audit);
        });
      },
      [&state](atom::end, const campaign_end& e) {
        return ask(state, [&](stores& s) { return s.campaigns->end(e.campaign, e.to); });
      },
      [&state](atom::using_template, const template_key& t) {
        return ask(state, [&](stores& s) {
          return s.campaigns->using_template(t.waba_id, t.name, t.language);
        });
      },
      [&state](atom::agenda) {
        return ask(state,
                   [&](stores& s) { return s.retries->agenda(state.context->wall_clock()); });
      },
      [&state](atom::settle) {
        return ask(state, [&](stores& s) {
          return s.retries->settle_doubts(state.context->wall_clock(),
                                          state.context->settings.in_doubt_wait);
        });
      },
      [&state](atom::save, const numbers_ptr& configured) {
        return ask(state, [&](stores& s) {
          return shared(s.numbers->save(*configured, state.context->settings.organization));
        });
      },
      [&state](atom::lease, const std::string& owner, const std::vector<core::number_no>& numbers) {
        return ask(state, [&](stores& s) {
          return s.numbers->acquire_leases(owner, numbers, state.context->settings.lease_duration);
        });
      },
      [&state](atom::release, const std::string& owner) {
        return ask(state, [&](stores& s) { return s.numbers->release_leases(owner); });
      },
      [&state](atom::stopped_reason, core::number_no number, const std::string& reason) {
        return ask(state, [&](stores& s) { return s.numbers->set_stopped_reason(number, reason); });
      },
      [&state](atom::attribute, std::int64_t limit) {
        return ask(state, [&](stores& s) { return s.inbox->attribute_replies(limit); });
      },
      [&state](atom::save, const account_templates& t) {
        return ask(state,
                   [&](stores& s) { return s.templates->save(t.organization, t.waba_id, t.json); });
      },
      [&state](atom::status, const template_status& t) {
        return ask(state, [&](stores& s) {
          return s.templates->set_status(t.waba_id, t.name, t.language, t.status);
        });
      },
  };
}

} // namespace stentor::actors
