#pragma once
/// Events of customers as callers tell them. An event that can't be read is a problem of its row
/// and costs no other. Pure functions.

#include "api/http/input.hpp"
#include "stentor/ports/contact/event_store.hpp"

#include <string_view>
#include <vector>

namespace stentor::api {

struct told_events {
  std::vector<ports::event_input> events;
  std::vector<ports::row_problem> problems;
};

/// {"events": […]}. Refused as a whole: what is no such list.
[[nodiscard]] input<told_events> read_events(std::string_view body, std::string_view instance);

} // namespace stentor::api
