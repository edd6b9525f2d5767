#pragma once
/// result<T>: a value or an error. Core, ports and adapters report operating errors with it;
/// exceptions never cross a layer.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace stentor::core {

/// What a caller can do about an error, in the spirit of abseil's status codes.
enum class errc : std::uint8_t {
  invalid = 1, ///< the input is wrong: tell its author
  not_found,   ///< there is no such thing, or not for this organization
  conflict,    ///< the state forbids it now (a PUT on a running campaign)
  forbidden,   ///< the caller may not
  fenced,      ///< somebody else owns it since: stop at once
  unavailable, ///< the outside world is away: try again later
  internal,    ///< a bug or a broken promise: log and alarm
};

/// An error for people: what was wrong, where, and what to do.
struct error {
  errc code = errc::internal;
  std::string message;
};

template <class T>
class [[nodiscard]] result {
public:
  result(T value)
      : state_{std::in_place_index<0>, std::move(value)} {} // NOLINT(google-explicit-constructor)
  result(core::error problem)
      : state_{std::in_place_index<1>, std::move(problem)} {} // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  [[nodiscard]] const core::error& error() const { return std::get<1>(state_); }

private:
  std::variant<T, core::error> state_;
};

/// The result of an action that has no value.
struct ok {};
using status = result<ok>;

} // namespace stentor::core
