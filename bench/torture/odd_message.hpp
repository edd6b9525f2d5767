#pragma once
/// Signed webhooks of people who write what no database takes as it is. Any thread.

#include <cstdint>
#include <string>

namespace stentor::load {

struct odd_message {
  std::string id;
  std::string body; ///< Meta's envelope
};

/// The kinds go round: a time beyond every calendar, an id too long for an index, NUL and half of a
/// surrogate pair in a text, a person with neither number nor user id.
[[nodiscard]] odd_message make_odd_message(std::uint64_t number, std::uint64_t seed);

/// POSTs it to the daemon's webhook endpoint. @return the HTTP status; 0 when no answer came
[[nodiscard]] int post_webhook(std::uint16_t port, const std::string& app_secret,
                               const std::string& body);

} // namespace stentor::load
