#pragma once
/// GET /api/whatsapp/people/{key} as text for people. Pure functions.

#include <string>
#include <string_view>

namespace stentor::app {

/// Whether anything is known of the person.
[[nodiscard]] bool is_known_person(std::string_view answer_json);
[[nodiscard]] std::string person_text(std::string_view answer_json);

} // namespace stentor::app
