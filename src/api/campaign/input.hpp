#pragma once
/// Strict reading of JSON bodies: duplicate and unknown keys, wrong types and values out of range
/// are errors that name the key. Nothing here throws. Pure functions.

#include "api/http/problem.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/campaign/admin_store.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace stentor::api {

/// What was read, or the answer that says what is wrong with it.
template <class T>
struct input {
  std::optional<T> value;
  http_server::response refusal;
};

/// @param creating POST: name and templateName are required
[[nodiscard]] input<ports::campaign_draft> read_campaign_draft(std::string_view body, bool creating,
                                                               std::string_view instance);

/// {"recipients": […]} or, under another key, {"customers": […]}.
[[nodiscard]] input<std::vector<ports::recipient_input>>
read_people(std::string_view body, std::string_view key, std::string_view instance);

struct suppression_input {
  std::string phone_number;
  std::string user_id;
  std::string reason = "operator";
};
[[nodiscard]] input<suppression_input> read_suppression(std::string_view body,
                                                        std::string_view instance);

/// ?page= and ?limit=, and no other parameters than these and `also`.
[[nodiscard]] input<ports::page> read_page(const http_server::request& head,
                                           std::string_view also = {});

[[nodiscard]] bool is_uuid(std::string_view text) noexcept;
/// RFC 3339 with an offset, "2025-06-01T10:00:00Z".
[[nodiscard]] bool is_timestamp(std::string_view text) noexcept;

} // namespace stentor::api
