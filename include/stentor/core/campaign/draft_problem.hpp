#pragma once
/// What is wrong with one field of a draft. Pure; any thread.

#include <string>

namespace stentor::core {

/// Its name in the API, "sendWindow.until", and what is expected of it, as the end of a sentence
/// that begins with the name.
struct draft_problem {
  std::string path;
  std::string sentence;

  friend bool operator==(const draft_problem&, const draft_problem&) = default;
};

} // namespace stentor::core
