#pragma once
/// Small helpers that every handler uses. Private to this folder.

#include "api/http/input.hpp"
#include "api/http/problem.hpp"
#include "api/http/router.hpp"
#include "stentor/core/base/json_text.hpp"

#include <string>
#include <string_view>

namespace stentor::api {

inline void answer(const call& c, int status, std::string body) {
  c.e->respond(json_answer(status, std::move(body)));
}
inline void refuse(const call& c, const core::error& e) {
  c.e->respond(problem_of(e, c.head().target));
}

/// The store's JSON as a 200, or its error.
inline void answer(const call& c, core::result<std::string> json, int status = 200) {
  if (json)
    answer(c, status, std::move(*json));
  else
    refuse(c, json.error());
}
inline void answer(const call& c, core::result<core::json_text> json, int status = 200) {
  if (json)
    answer(c, status, std::move(json->text));
  else
    refuse(c, json.error());
}

/// The media type of the body without its parameters, in lower case.
[[nodiscard]] std::string media_type_of(const http_server::request& head);

/// For what the engine does; changes that a store makes are written by it in the same transaction.
/// The thing is done: a row that can't be written is logged, and the answer stays what it is.
void audit(const call& c, std::string_view action, std::string_view subject,
           std::string_view detail = "{}");

/// Whether the first id is a UUID; answers 404 otherwise, because nothing can have such an id.
[[nodiscard]] inline bool has_campaign_id(const call& c) {
  if (is_uuid(c.ids[0]))
    return true;
  refuse(c, {core::errc::not_found, "There is no campaign with this id; ids are UUIDs."});
  return false;
}

} // namespace stentor::api
