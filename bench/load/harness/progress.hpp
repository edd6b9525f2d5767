#pragma once
/// What a scenario says while it runs, on standard error. Main thread only.

#include <string>

namespace stentor::load {

/// One line of live figures, written over; silent unless a person looks on.
void show_progress(const std::string& text);
/// A line that stays.
void say(const std::string& text);

} // namespace stentor::load
