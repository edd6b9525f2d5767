#pragma once
/// What every route reads: the outcome of reading a body, the page of a list, ids. Pure
/// functions.

#include "api/http/problem.hpp"
#include "stentor/core/base/page.hpp"

#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>

namespace stentor::api {

/// What was read, or the answer that says what is wrong with it.
template <class T>
struct input {
  std::optional<T> value;
  http_server::response refusal;
};

/// 422 with every wrong field; there must be one.
[[nodiscard]] http_server::response refusal_of(const field_errors& errors,
                                               std::string_view instance);

template <class T>
[[nodiscard]] input<T> refuse_or(std::optional<T> value, const field_errors& errors,
                                 std::string_view instance) {
  if (errors.empty())
    return {std::move(value), {}};
  return {std::nullopt, refusal_of(errors, instance)};
}

/// ?page= or ?cursor=, and ?limit=, and no other parameters than these and those of `also`.
[[nodiscard]] input<core::page> read_page(const http_server::request& head,
                                          std::initializer_list<std::string_view> also = {});

[[nodiscard]] bool is_uuid(std::string_view text) noexcept;

} // namespace stentor::api
