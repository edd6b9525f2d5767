#pragma once
/// TEMPLATE_SYNC: templates as Meta has them, fetched for every WhatsApp business account at the
/// start, now and then, and on demand; then only for the accounts of the organization that asks,
/// and at most once in ten seconds. A fault of one account keeps the others from nothing.

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <map>

namespace stentor::actors {

class template_sync_state {
public:
  static constexpr const char* name = "template_sync";
  explicit template_sync_state(template_sync_actor::pointer self) : self_{self} {}

  void start(context_ptr context, template_store_actor store);
  void on_tick();
  void on_sync(core::organization_no organization, owed_ptr synced);
  void on_turn(core::organization_no organization);
  void on_page(const core::result<ports::template_page>& page);

private:
  struct account {
    core::organization_no organization{};
    ports::business_account who;
    std::string page; ///< the next one
  };

  /// What was asked for one organization.
  struct request {
    std::vector<owed_ptr> waiting;
    bool planned = false;         ///< its turn will come, or is there
    core::steady_time earliest{}; ///< of the next turn
    core::status result{core::ok{}};
  };

  void enqueue(core::organization_no organization);
  void next();
  void finish_account(const core::status& status);
  void finish_organization(core::organization_no organization);

  template_sync_actor::pointer self_;
  context_ptr context_;
  template_store_actor store_;
  std::deque<account> left_;
  std::vector<std::string> templates_; ///< of the account that is being read
  std::map<core::organization_no, request> requests_;
  bool running_ = false;
  bool failed_ = false;     ///< some account of this run
  bool tick_waits_ = false; ///< the next tick is scheduled when this run ends
};

template_sync_actor::behavior_type
template_sync(template_sync_actor::stateful_pointer<template_sync_state> self, context_ptr context,
              template_store_actor store);

} // namespace stentor::actors
