#pragma once
/// What every feature's reading of requests has in common: the answer to a wrong body, pages, ids.
/// Nothing here throws. Pure functions.

#include "api/http/problem.hpp"
#include "stentor/core/base/page.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::api {

/// What was read, or the answer that says what is wrong with it.
template <class T>
struct input {
  std::optional<T> value;
  http_server::response refusal;
};

/// 422 with every field that is wrong; the detail tells the first.
[[nodiscard]] http_server::response wrong_fields(const field_errors& errors,
                                                 std::string_view instance);

template <class T>
[[nodiscard]] input<T> refuse_or(std::optional<T> value, const field_errors& errors,
                                 std::string_view instance) {
  if (errors.empty())
    return {std::move(value), {}};
  return {std::nullopt, wrong_fields(errors, instance)};
}

/// ?page= and ?limit=, and no other parameters than these and `also`.
[[nodiscard]] input<core::page> read_page(const http_server::request& head,
                                          std::string_view also = {});

[[nodiscard]] bool is_uuid(std::string_view text) noexcept;

} // namespace stentor::api
