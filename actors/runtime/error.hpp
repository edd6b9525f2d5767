#pragma once
/// The one place where core::error and caf::error meet, and how requests are asked and answered.
/// Functions only; any thread.

#include "actors/runtime/atoms.hpp"

#include "stentor/core/base/result.hpp"

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/error.hpp>
#include <caf/message.hpp>
#include <caf/result.hpp>
#include <caf/send.hpp>
#include <caf/typed_response_promise.hpp>

#include <memory>
#include <string>
#include <utility>

namespace stentor::actors {

inline constexpr caf::atom_value error_category = caf::atom("stentor");

[[nodiscard]] inline caf::error to_caf(const core::error& problem) {
  return caf::error{static_cast<std::uint8_t>(problem.code), error_category,
                    caf::make_message(problem.message)};
}

/// An error of CAF's own means that the one who was asked has ended.
[[nodiscard]] inline core::error to_core(const caf::error& problem) {
  if (problem.category() == error_category)
    return {static_cast<core::errc>(problem.code()), problem.context().get_as<std::string>(0)};
  return {core::errc::unavailable,
          "A part of the engine has ended and starts again; try again in a moment."};
}

/// A port's answer as the answer to a request.
template <class T>
[[nodiscard]] caf::result<T> reply(core::result<T> answer) {
  if (!answer)
    return to_caf(answer.error());
  return caf::result<T>{std::move(*answer)};
}
[[nodiscard]] inline caf::result<atom::done> reply(const core::status& answer) {
  if (!answer)
    return to_caf(answer.error());
  return caf::result<atom::done>{atom::done_v};
}

/// Both ways in which a request ends, as one core::result<T>.
/// @param asked what self->request() returned
template <class T, class Asked, class Then>
void when_answered(Asked&& asked, Then then) {
  std::forward<Asked>(asked).then(
      [then](const T& answer) mutable { then(core::result<T>{answer}); },
      [then](const caf::error& problem) mutable { then(core::result<T>{to_core(problem)}); });
}
/// The same for an answer without a value.
template <class Asked, class Then>
void when_done(Asked&& asked, Then then) {
  std::forward<Asked>(asked).then(
      [then](atom::done) mutable { then(core::status{core::ok{}}); },
      [then](const caf::error& problem) mutable { then(core::status{to_core(problem)}); });
}

/// For a port that answers on a thread of its own: its answer becomes a message to this actor, an
/// atom and a shared core::result<T>. Nobody hears it when the actor has ended.
template <class T, class Self, class Atom>
[[nodiscard]] auto answer_as_message(Self* self, Atom atom) {
  return [weak = caf::weak_actor_ptr{self->ctrl()}, atom](core::result<T> answer) {
    if (auto strong = weak.lock())
      caf::anon_send(caf::actor_cast<caf::actor>(strong), atom,
                     std::make_shared<const core::result<T>>(std::move(answer)));
  };
}

/// An answer that an actor still owes. CAF drops a promise without a word; this one tells the asker
/// when its actor ends before it could keep it. Belongs to one actor.
class owed_reply {
public:
  explicit owed_reply(caf::typed_response_promise<atom::done> promise)
      : promise_{std::move(promise)} {}
  owed_reply(const owed_reply&) = delete;
  owed_reply& operator=(const owed_reply&) = delete;
  ~owed_reply() {
    give(core::error{core::errc::unavailable,
                     "The engine is starting or stopping; try again in a moment."});
  }

  /// The first answer counts.
  void give(const core::status& answer) {
    if (!promise_.pending())
      return;
    if (answer)
      promise_.deliver(atom::done_v);
    else
      promise_.deliver(to_caf(answer.error()));
  }

private:
  caf::typed_response_promise<atom::done> promise_;
};

using owed_ptr = std::shared_ptr<owed_reply>;

/// Of the request that `self` is handling.
template <class Self>
[[nodiscard]] owed_ptr owe(Self* self) {
  return std::make_shared<owed_reply>(self->template make_response_promise<atom::done>());
}

/// What a handler returns that owes its answer.
[[nodiscard]] inline caf::result<atom::done> later() {
  return caf::result<atom::done>{caf::delegated<atom::done>{}};
}

} // namespace stentor::actors
