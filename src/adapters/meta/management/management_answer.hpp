#pragma once
/// Meta's answers to requests outside the message path. Pure; any thread. Private to this folder.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/message_template/management_transport.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace stentor::meta {

/// The object of a 2xx; else Meta's refusal in its own words.
[[nodiscard]] core::result<nlohmann::json> read_object(int http_status, std::string_view body);

/// A callback for ports::gateway::manage(): Meta's answer goes through `read`, which takes its
/// status and body, and what that makes of it to `then`; without an answer the problem does.
template <class Read, class Then>
[[nodiscard]] auto handing_over(Read read, Then then) {
  return [read = std::move(read), then = std::move(then)](const ports::management_answer& answer) {
    if (answer.status == 0)
      then(core::error{core::errc::unavailable, answer.problem});
    else
      then(read(answer.status, answer.body));
  };
}

} // namespace stentor::meta
