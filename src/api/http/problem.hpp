#pragma once
/// Answers: JSON documents and problems (RFC 9457). Pure functions.

#include "adapters/http_server/message.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::api {

/// What is wrong with one field of the input; `field` as the caller wrote it, "recipients[3].name".
struct field_error {
  std::string field;
  std::string message;
};
using field_errors = std::vector<field_error>;

[[nodiscard]] http_server::response json_answer(int status, std::string body);
[[nodiscard]] http_server::response problem_answer(int status, std::string_view detail,
                                                   std::string_view instance = {},
                                                   const field_errors& errors = {});
/// The same with everything that stands in the way, as `obstacles`.
[[nodiscard]] http_server::response obstacles_answer(int status, std::string_view detail,
                                                     std::string_view instance,
                                                     const std::vector<core::sentence>& obstacles);
/// 503: the work needs a token that another daemon has.
[[nodiscard]] http_server::response no_token_answer(std::string_view detail,
                                                    std::string_view instance);
/// The problem of an error, with the status that fits its code.
[[nodiscard]] http_server::response problem_of(const core::error& e, std::string_view instance);

} // namespace stentor::api
