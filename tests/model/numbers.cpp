/// Numbers, leases, replies and templates of the simulated database; and all its stores together.
#include "tests/model/stores.hpp"

namespace stentor::simulation {

namespace {

std::string installation(const std::string& owner) {
  return owner.substr(0, owner.find('#'));
}

} // namespace

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
    }
    return saved;
  });
}

core::result<std::vector<ports::lease>>
number_store::acquire_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                             std::chrono::milliseconds duration) {
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
      if (valid && installation(row.owner) != installation(owner))
        continue;
      const auto same = valid && row.owner == owner;
      if (!same)
        ++row.epoch;
      row.owner = owner;
      row.expires_ms = w_.now_ms() + duration.count();
      held.push_back({.number = number, .epoch = row.epoch, .fresh = !same});
    }
    return held;
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

core::status number_store::release_leases(const std::string& owner) {
  return transact(w_, "release_leases", w_.store_fails, [&]() -> core::status {
    w_.log.emplace_back("release_leases");
    for (auto& [number, row] : w_.leases)
      if (row.owner == owner)
        row.expires_ms = w_.now_ms();
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
                     .retries = std::make_shared<retry_store>(w),
                     .numbers = std::make_shared<number_store>(w),
                     .inbox = std::make_shared<inbox_store>(w),
                     .templates = std::make_shared<template_store>(w)}};
              },
          .open_leases =
              [&w] {
                return core::result<std::unique_ptr<ports::number_store>>{
                    std::make_unique<number_store>(w)};
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
