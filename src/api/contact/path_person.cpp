#include "api/contact/path_person.hpp"

#include <algorithm>

namespace stentor::api {

path_person path_person_of(const context& c, std::string_view key) {
  constexpr std::string_view user = "user:";
  const auto is_letter = [](char each) {
    return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
  };
  if (key.starts_with(user))
    return {.phone_number = {}, .user_id = std::string{key.substr(user.size())}};
  if (key.starts_with('+') ||
      (std::none_of(key.begin(), key.end(), is_letter) &&
       c.s.phones->parse(key, c.options.default_region).problem == ports::phone_problem::none))
    return {.phone_number = std::string{key}, .user_id = {}};
  return {.phone_number = {}, .user_id = std::string{key}};
}

core::result<core::person_key> phone_key_of(const context& c, const path_person& person) {
  if (person.phone_number.empty())
    return core::person_key{0};
  const auto phone = c.s.phones->parse(person.phone_number, c.options.default_region);
  if (phone.problem != ports::phone_problem::none)
    return core::error{core::errc::not_found, "This is no phone number that can exist."};
  return core::one_spelling(phone.digits);
}

} // namespace stentor::api
