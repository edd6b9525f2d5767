#pragma once
/// Meta's answers to requests outside the message path. Pure; any thread. Private to this folder.

#include "stentor/core/base/result.hpp"

#include <nlohmann/json.hpp>

#include <string_view>

namespace stentor::meta {

/// The object of a 2xx; else Meta's refusal in its own words.
[[nodiscard]] core::result<nlohmann::json> read_object(int http_status, std::string_view body);

} // namespace stentor::meta
