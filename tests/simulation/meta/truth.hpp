#pragma once
/// What really happened, as the receiver and the people saw it: the checker holds the database
/// against it. Values; one thread.

#include "tests/model/message.hpp"
#include "tests/model/world.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::simulation {

/// The ids of messages that the database refuses begin so.
inline constexpr std::string_view refused_id = "wamid.refused.";

/// A request of which Meta saw the end.
struct seen_request {
  message_body body;
  core::steady_time departed;   ///< from the process
  std::int64_t wall_ms = 0;     ///< by the process's clock, at that moment
  std::int64_t takeable_ms = 0; ///< for so long webhooks could be taken until then
  int node = 0;
  bool foreign = false; ///< it never came to Meta
  bool taken = false;
  std::int32_t status = 0; ///< of the answer; 0: none was given
  std::int32_t code = 0;   ///< of Meta's refusal
  bool with_lease = true;  ///< the database knew the sender's lease at that moment
};

struct receipt {
  core::event_kind kind = core::event_kind::sent;
  std::int32_t code = 0;
  std::optional<core::steady_time> told;         ///< posted for the first time
  std::optional<core::steady_time> acknowledged; ///< answered with 200
};

/// A message that Meta took.
struct taken_message {
  std::size_t request = 0; ///< in truth::requests
  std::int16_t attempt = 0;
  std::string id;
  bool reaches_person = true; ///< false: a webhook says that it failed, and nothing else
  bool answered = false;      ///< with its id, and the answer came through
  std::deque<receipt> receipts;
};

/// A person who may not be written to for a while.
struct standing_stop {
  std::size_t person = 0; ///< in plan::people
  bool by_phone = true, by_user_id = true;
  core::steady_time from;                 ///< when the answer was given
  std::optional<core::steady_time> until; ///< when it was asked to be lifted
  std::string by;
  int node = 0; ///< that answered
};

struct truth {
  std::vector<seen_request> requests;
  std::map<recipient, std::deque<taken_message>> taken; ///< nothing in it ever moves
  std::vector<standing_stop> stops;
};

} // namespace stentor::simulation
