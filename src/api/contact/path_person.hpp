#pragma once
/// A person as a path names him.

#include "api/http/handlers.hpp"

#include <string>
#include <string_view>

namespace stentor::api {

/// One of both.
struct path_person {
  std::string phone_number; ///< as it was written
  std::string user_id;
};

/// A phone number if it begins with a plus, or if it has no letter and reads as one; otherwise a
/// user id. "user:" before it makes a user id of anything.
[[nodiscard]] path_person path_person_of(const context& c, std::string_view key);

} // namespace stentor::api
