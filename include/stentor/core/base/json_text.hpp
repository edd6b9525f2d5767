#pragma once
/// JSON that is passed on as text: nobody on the way reads it. A type of its own, so that it is not
/// mistaken for a text that people wrote. Pure; any thread.

#include <string>

namespace stentor::core {

struct json_text {
  std::string text;

  friend bool operator==(const json_text&, const json_text&) = default;
};

} // namespace stentor::core
