#pragma once
/// Asking the store: the work runs on the store's thread, the answer's handler on the asker's own,
/// as its message `then`. An asker that has died in the meantime is not called.

#include "actors/runtime/interfaces.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <type_traits>
#include <utility>

namespace stentor::actors {

/// Runs `then` as a message of `self` on its own thread; callable from any thread.
template <class Self>
auto later(Self* self) {
  return [weak = caf::weak_actor_ptr{self->ctrl()}](std::function<void()> then) {
    if (auto strong = weak.lock())
      caf::anon_send(caf::actor_cast<caf::actor>(strong), atom::then_v,
                     std::make_shared<std::function<void()>>(std::move(then)));
  };
}

/// @param work called with the store; returns a core::result or core::status
/// @param then called with that answer on self's thread; may use self and its state
template <class Self, class Work, class Then>
void ask(Self* self, const store_actor& store, Work work, Then then) {
  auto task = [come_back = later(self), work = std::move(work),
               then = std::move(then)](ports::dispatch_store& db) mutable {
    using answer = std::invoke_result_t<Work&, ports::dispatch_store&>;
    auto shared = std::make_shared<answer>(work(db));
    come_back([shared, then]() mutable { then(std::move(*shared)); });
  };
  caf::anon_send(store, atom::work_v,
                 std::make_shared<std::function<void(ports::dispatch_store&)>>(std::move(task)));
}

} // namespace stentor::actors
