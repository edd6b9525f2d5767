#pragma once
/// A number that names one kind of thing. Two kinds don't mix: neither converts into the other, nor
/// does a bare integer become one by itself; reading it as an integer needs no words. Pure; any
/// thread.

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <ostream>
#include <type_traits>

namespace stentor::core {

template <class Tag, class Rep>
class strong_id {
public:
  using rep = Rep;

  constexpr strong_id() noexcept = default;
  constexpr explicit strong_id(Rep value) noexcept : value_{value} {}
  /// Literals only: `number_no none = 0`. The value of a variable must be converted by name.
  template <std::same_as<int> Literal>
  consteval strong_id(Literal value) noexcept
      : value_{value} {} // NOLINT(google-explicit-constructor)

  [[nodiscard]] constexpr Rep value() const noexcept { return value_; }
  constexpr operator Rep() const noexcept { return value_; } // NOLINT(google-explicit-constructor)

  constexpr strong_id& operator++() noexcept {
    ++value_;
    return *this;
  }

  constexpr strong_id operator++(int) noexcept {
    const auto before = *this;
    ++value_;
    return before;
  }

  friend constexpr bool operator==(strong_id a, strong_id b) noexcept {
    return a.value_ == b.value_;
  }
  friend constexpr auto operator<=>(strong_id a, strong_id b) noexcept {
    return a.value_ <=> b.value_;
  }
  template <std::integral Number>
  friend constexpr bool operator==(strong_id a, Number b) noexcept {
    return a.value_ == b;
  }
  template <std::integral Number>
  friend constexpr auto operator<=>(strong_id a, Number b) noexcept {
    return a.value_ <=> static_cast<Rep>(b);
  }
  friend std::ostream& operator<<(std::ostream& to, strong_id id) { return to << id.value_; }

  template <class Other>
  requires(!std::is_same_v<Other, Tag>) friend void operator==(strong_id,
                                                               strong_id<Other, Rep>) = delete;

private:
  Rep value_{};
};

} // namespace stentor::core

template <class Tag, class Rep>
struct std::hash<stentor::core::strong_id<Tag, Rep>> {
  std::size_t operator()(stentor::core::strong_id<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};
