#include "stentor/ports/system/phone_numbers.hpp"

namespace stentor::ports {

std::string_view to_string(phone_problem p) noexcept {
  switch (p) {
  case phone_problem::none:
    return "valid";
  case phone_problem::not_a_number:
    return "not a phone number";
  case phone_problem::bad_country:
    return "no country code: write it as +49…";
  case phone_problem::too_short:
    return "too short";
  case phone_problem::too_long:
    return "too long";
  case phone_problem::not_assigned:
    return "no such number in that country";
  case phone_problem::ambiguous:
    return "can be read as two numbers: write one as +49…, and nothing else";
  }
  return "not a phone number";
}

} // namespace stentor::ports
