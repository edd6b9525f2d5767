#pragma once
/// Meta's error codes as the simulator answers them: HTTP status, wording, and whether they come at
/// once or by webhook. The codes and wordings are those of Meta's error reference; Meta names no
/// HTTP statuses any more, so clients must not branch on them.

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::load {

struct meta_error {
  int code = 0;
  int http_status = 400;
  std::string_view title;
  std::string_view details;
  int subcode = 0;
};

/// The row of a code; an unknown one gets a general wording.
[[nodiscard]] meta_error error_of(int code);

/// Appends the body of a refusal. @param details instead of the row's own when not empty
void append_error_body(std::string& to, const meta_error& error, std::string_view details,
                       std::uint64_t trace);

/// Appends `{"code":…,"title":…,…}` as in the errors of a failed status.
void append_status_error(std::string& to, const meta_error& error);

} // namespace stentor::load
