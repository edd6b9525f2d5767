#pragma once
/// TEMPLATE_SYNC: templates as Meta has them, fetched for every WhatsApp business account at the
/// start, now and then, and on demand.

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>

namespace stentor::actors {

class template_sync_state {
public:
  static constexpr const char* name = "template_sync";
  explicit template_sync_state(template_sync_actor::pointer self) : self_{self} {}

  void start(context_ptr context, template_store_actor store);
  void on_tick();
  void on_sync(owed_ptr synced);
  void on_page(const core::result<ports::template_page>& page);

private:
  struct account {
    core::organization_no organization{};
    ports::business_account who;
    std::string page; ///< the next one
  };

  void fetch();
  void next();
  void finish(const core::status& status);

  template_sync_actor::pointer self_;
  context_ptr context_;
  template_store_actor store_;
  std::deque<account> left_;
  std::vector<std::string> templates_; ///< of the account that is being read
  std::vector<owed_ptr> waiting_;
  bool running_ = false;
  bool tick_waits_ = false; ///< the next tick is scheduled when this run ends
};

template_sync_actor::behavior_type
template_sync(template_sync_actor::stateful_pointer<template_sync_state> self, context_ptr context,
              template_store_actor store);

} // namespace stentor::actors
