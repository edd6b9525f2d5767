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

} // namespace stentor::api
