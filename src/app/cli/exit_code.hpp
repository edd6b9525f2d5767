#pragma once
/// What the program's exit status says. Documented in docs/command-line.md and below every --help.

#include "stentor/core/base/result.hpp"

namespace stentor::app {

enum class exit_code : int {
  ok = 0,
  failed = 1,            ///< it was tried and did not work; the message says why
  usage = 2,             ///< the command line or the configuration is wrong
  not_found = 3,         ///< no such campaign, recipient, token or file
  conflict = 4,          ///< the state forbids it, such as starting a running campaign
  unauthorized = 5,      ///< the token is missing, unknown, or may not do this
  unavailable = 6,       ///< the daemon or the database can't be reached: try again later
  campaign_failures = 7, ///< `campaign watch`: it ended, but not every recipient was reached
};

[[nodiscard]] constexpr int number_of(exit_code c) noexcept {
  return static_cast<int>(c);
}

[[nodiscard]] constexpr exit_code exit_code_of(core::errc c) noexcept {
  switch (c) {
  case core::errc::invalid:
    return exit_code::usage;
  case core::errc::not_found:
    return exit_code::not_found;
  case core::errc::conflict:
  case core::errc::fenced:
    return exit_code::conflict;
  case core::errc::forbidden:
    return exit_code::unauthorized;
  case core::errc::unavailable:
    return exit_code::unavailable;
  case core::errc::internal:
    break;
  }
  return exit_code::failed;
}

/// For an answer of the admin API.
[[nodiscard]] constexpr exit_code exit_code_of_http(int status) noexcept {
  if (status >= 200 && status < 300)
    return exit_code::ok;
  switch (status) {
  case 401:
  case 403:
    return exit_code::unauthorized;
  case 404:
    return exit_code::not_found;
  case 409:
    return exit_code::conflict;
  case 400:
  case 413:
  case 415:
  case 422:
    return exit_code::usage;
  case 429:
  case 503:
    return exit_code::unavailable;
  default:
    return exit_code::failed;
  }
}

} // namespace stentor::app
