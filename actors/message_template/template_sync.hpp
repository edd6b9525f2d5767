#pragma once
/// TEMPLATE_SYNC: templates as Meta has them, fetched for every WhatsApp business account at the
/// start, now and then, and on demand.

#include "actors/runtime/context.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>

namespace stentor::actors {

class template_sync_state {
public:
  static constexpr const char* name = "template_sync";
  explicit template_sync_state(template_sync_actor::pointer self) : self_{self} {}

  void start(context_ptr context, store_actor store);
  void on_tick();
  void on_sync(const callback_ptr& then);

private:
  struct account {
    core::organization_no organization{};
    std::string waba_id;
    std::string token;
    std::string path; ///< of the next page
  };

  void next();
  void on_page(const ports::management_answer& answer);
  void finish(const core::status& status);

  template_sync_actor::pointer self_;
  context_ptr context_;
  store_actor store_;
  std::deque<account> left_;
  std::string templates_; ///< of the account that is being read, without the brackets of the array
  std::vector<callback_ptr> waiting_;
  bool running_ = false;
};

template_sync_actor::behavior_type
template_sync(template_sync_actor::stateful_pointer<template_sync_state> self, context_ptr context,
              store_actor store);

} // namespace stentor::actors
