#pragma once
/// A person as a path names him.

#include "api/http/handlers.hpp"
#include "stentor/core/contact/contact_key.hpp"

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

/// The key of such a phone number, or of none 0; refused if it can't exist.
[[nodiscard]] core::result<core::person_key> phone_key_of(const context& c,
                                                          const path_person& person);

} // namespace stentor::api
