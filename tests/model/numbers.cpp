/// Numbers, leases, replies and templates of the simulated database; and all its stores together.
#include "tests/model/stores.hpp"

#include "stentor/core/campaign/policy.hpp"

namespace stentor::simulation {

core::result<std::vector<ports::number>>
number_store::save(const std::vector<ports::number>& configured, const std::string&) {
  using numbers = std::vector<ports::number>;
  return transact(w_, "save_numbers", w_.store_fails, [&]() -> core::result<numbers> {
    w_.log.emplace_back("save_numbers");
    auto saved = configured;
    for (auto& number : saved) {
      const auto next = static_cast<core::number_no>(w_.number_keys.size() + 1);
      number.no = w_.number_keys.try_emplace(number.phone_number_id, next).first->second;
      if (number.organization == 0)
        number.organization = 1;
      w_.accounts[number.no] = number.waba_id;
      w_.rates[number.no] = number.per_second;
      w_.number_of[number.phone_number_id] = number.no;
    }
    return saved;
  });
}

namespace {

/// As number_share() in the database, under the policy that nobody changed.
double share_of(const world& w, core::number_no number) {
  const core::quality_policy rules;
  const auto facts = w.facts.find(number);
  if (facts == w.facts.end())
    return 1;
  const auto& rating = facts->second.quality_rating;
  return rating == "YELLOW" ? rules.yellow : rating == "RED" ? rules.red : 1;
}

} // namespace

core::result<std::vector<ports::lease>>
number_store::take(const std::string& owner, const std::vector<core::number_no>& numbers,
                   std::chrono::milliseconds duration, bool first) {
  using leases = std::vector<ports::lease>;
  return transact(w_, "acquire_leases", w_.store_fails, [&]() -> core::result<leases> {
    if (w_.logged("acquire_leases") == 0)
      w_.log.emplace_back("acquire_leases");
    leases held;
    if (w_.foreign_lease)
      return held;
    for (const auto number : numbers) {
      auto& row = w_.leases[number];
      const auto valid = row.expires_ms > w_.now_ms();
      const auto ours = core::node_of(row.owner) == core::node_of(owner);
      const auto same = valid && row.owner == owner;
      if (valid && row.owner != owner && !(first && ours))
        continue;
      const auto clean = row.owner.empty() || row.released || ours;
      if (!same)
        ++row.epoch;
      row.owner = owner;
      row.released = false;
      row.expires_ms = w_.now_ms() + duration.count();
      held.push_back({.number = number,
                      .epoch = row.epoch,
                      .fresh = !same,
                      .clean = clean,
                      .order_no = w_.orders[number].no,
                      .paused_by_operator = w_.orders[number].pause,
                      .marketing_share = share_of(w_, number),
                      .learned = row.learned});
    }
    return held;
  });
}

core::result<std::vector<ports::lease>>
number_store::acquire_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                             std::chrono::milliseconds duration) {
  return take(owner, numbers, duration, true);
}

core::result<std::vector<ports::lease>>
number_store::renew_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                           std::chrono::milliseconds duration,
                           const std::vector<ports::number_pace>& at_work) {
  auto taken = take(owner, numbers, duration, false);
  if (!taken)
    return taken;
  for (const auto& each : at_work) {
    w_.paces[each.phone_number_id] = each.per_second;
    const auto known = w_.number_of.find(each.phone_number_id);
    if (known == w_.number_of.end() || w_.leases[known->second].owner != owner)
      continue;
    auto& learned = w_.leases[known->second].learned;
    learned.reset();
    if (each.ceiling < w_.rates[known->second])
      learned = each.ceiling;
  }
  return taken;
}

core::result<ports::node_view> number_store::show(const ports::node_sign& sign) {
  return transact(w_, "show_node", w_.store_fails, [&]() -> core::result<ports::node_view> {
    const auto now = w_.now_ms();
    w_.nodes[core::node_of(sign.owner)] = {sign.numbers, now + sign.duration.count(), sign.owner};
    ports::node_view view;
    for (const auto& [id, node] : w_.nodes)
      if (node.expires_ms > now)
        view.nodes.push_back({id, node.numbers});
    for (const auto& [id, number] : w_.number_keys) {
      const auto lease = w_.leases.find(number);
      const bool held = lease != w_.leases.end() && lease->second.expires_ms > now;
      view.numbers.push_back(
          {number, w_.rates[number], held ? core::node_of(lease->second.owner) : std::string{}});
    }
    return view;
  });
}

core::result<ports::obeyed_number> number_store::order(const ports::number_command& command) {
  return transact(w_, "order_number", w_.store_fails, [&]() -> core::result<ports::obeyed_number> {
    const auto found = w_.number_keys.find(command.phone_number_id);
    if (found == w_.number_keys.end() || command.organization > 1)
      return core::error{core::errc::not_found, "there is no such number"};
    auto& order = w_.orders[found->second];
    order = {order.no + 1, command.pause};
    if (command.pause)
      w_.stopped_reasons[found->second] = command.reason;
    else
      w_.stopped_reasons.erase(found->second);
    return ports::obeyed_number{found->second, order.no};
  });
}

core::status node_feed::wait(std::chrono::milliseconds) {
  return core::ok{};
}

core::result<ports::node_news> node_feed::look(const std::vector<core::campaign_no>& running) {
  return transact(w_, "look_at_news", w_.store_fails, [&]() -> core::result<ports::node_news> {
    ports::node_news news;
    std::map<std::pair<core::organization_no, core::person_key>, ports::stop_effect> last;
    for (auto i = seen_.value_or(w_.told.size()); i < w_.told.size(); ++i)
      last.insert_or_assign({w_.told[i].organization, w_.told[i].person}, w_.told[i]);
    for (const auto& [key, effect] : last)
      news.stops.push_back(effect);
    seen_ = w_.told.size();
    for (const auto& [number, order] : w_.orders)
      if (order.no > std::exchange(words_[number], order.no))
        news.words.push_back({number, order.no, order.pause});
    std::string now;
    for (const auto& [id, node] : w_.nodes) {
      const bool alive = node.expires_ms > w_.now_ms();
      now += alive ? node.owner + "," : std::string{};
      news.others += alive && id != node_ ? 1 : 0;
    }
    for (const auto& [number, lease] : w_.leases)
      now += lease.expires_ms > w_.now_ms() ? "1" : "0";
    news.leases = now != std::exchange(leases_, now);
    for (const auto no : running)
      if (const auto found = w_.campaigns.find(no); found != w_.campaigns.end())
        news.campaigns.push_back({no, found->second.terms.status});
    return news;
  });
}

core::status number_store::set_stopped_reason(core::number_no number,
                                              const std::optional<core::sentence>& reason) {
  return transact(w_, "set_stopped_reason", w_.store_fails, [&]() -> core::status {
    if (!reason)
      w_.stopped_reasons.erase(number);
    else
      w_.stopped_reasons[number] = *reason;
    return core::ok{};
  });
}

core::status number_facts_store::keep(core::number_no number, const ports::number_facts& facts) {
  return transact(w_, "keep_facts", w_.store_fails, [&]() -> core::status {
    w_.facts[number] = facts;
    return core::ok{};
  });
}

core::status number_facts_store::keep_limit(const std::string&, const std::string& limit) {
  return transact(w_, "keep_limit", w_.store_fails, [&]() -> core::status {
    for (auto& [number, facts] : w_.facts)
      facts.messaging_limit = limit;
    return core::ok{};
  });
}

core::status number_store::release_lease(const std::string& owner, core::number_no number) {
  return transact(w_, "release_lease", w_.store_fails, [&]() -> core::status {
    auto& row = w_.leases[number];
    if (row.owner == owner) {
      row.expires_ms = w_.now_ms();
      row.released = true;
    }
    return core::ok{};
  });
}

core::status number_store::release_leases(const std::string& owner) {
  return transact(w_, "release_leases", w_.store_fails, [&]() -> core::status {
    w_.log.emplace_back("release_leases");
    for (auto& [number, row] : w_.leases)
      if (row.owner == owner) {
        row.expires_ms = w_.now_ms();
        row.released = true;
      }
    for (auto& [id, node] : w_.nodes)
      if (node.owner == owner)
        node.expires_ms = w_.now_ms();
    return core::ok{};
  });
}

core::result<ports::attribution_report> inbox_store::attribute_replies(std::int64_t) {
  return transact(w_, "attribute_replies", w_.store_fails,
                  [&]() -> core::result<ports::attribution_report> {
                    w_.log.emplace_back("attribute_replies");
                    w_.attributed = w_.inbound.size();
                    return ports::attribution_report{};
                  });
}

core::status template_store::save(core::organization_no, const std::string& account,
                                  const std::string& json) {
  return transact(w_, "save_templates", w_.store_fails, [&]() -> core::status {
    w_.saved_templates.emplace_back(account, json);
    return core::ok{};
  });
}

actors::store_factory stores_of(world& w, std::string session) {
  return {.open_claims =
              [&w] {
                return core::result<std::unique_ptr<ports::claim_store>>{
                    std::make_unique<claim_store>(w)};
              },
          .open_housekeeping =
              [&w] {
                return core::result<actors::housekeeping_stores>{
                    {.campaigns = std::make_shared<campaign_store>(w),
                     .gates = std::make_shared<gate_watch>(w),
                     .retries = std::make_shared<retry_store>(w),
                     .numbers = std::make_shared<number_store>(w),
                     .number_facts = std::make_shared<number_facts_store>(w),
                     .inbox = std::make_shared<inbox_store>(w),
                     .templates = std::make_shared<template_store>(w)}};
              },
          .open_leases =
              [&w] {
                return core::result<std::unique_ptr<ports::number_store>>{
                    std::make_unique<number_store>(w)};
              },
          .open_feed =
              [&w](const std::string& node) {
                return core::result<std::unique_ptr<ports::node_feed>>{
                    std::make_unique<node_feed>(w, node)};
              },
          .open_ledger =
              [&w] {
                return core::result<std::unique_ptr<ports::ledger>>{std::make_unique<ledger>(w)};
              },
          .open_projection =
              [&w, session = std::move(session)] {
                return core::result<std::unique_ptr<ports::projection>>{
                    std::make_unique<projection>(w, session)};
              }};
}

} // namespace stentor::simulation
