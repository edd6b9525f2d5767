#include "stentor/core/audience/screening.hpp"

namespace stentor::core {

std::string_view to_string(screen_reason reason) noexcept {
  switch (reason) {
  case screen_reason::none:
    return {};
  case screen_reason::invalid_number:
    return "invalid_number";
  case screen_reason::duplicate:
    return "duplicate";
  case screen_reason::no_consent:
    return "no_consent";
  case screen_reason::opted_out:
    return "opted_out";
  case screen_reason::united_states:
    return "united_states";
  case screen_reason::frequency:
    return "frequency";
  case screen_reason::excluded:
    return "excluded";
  case screen_reason::over_maximum:
    return "over_maximum";
  case screen_reason::meta_cap:
    return "meta_cap";
  case screen_reason::past_place:
    return "past_place";
  }
  return {};
}

std::string_view meaning_of(screen_reason reason) noexcept {
  switch (reason) {
  case screen_reason::none:
    return {};
  case screen_reason::invalid_number:
    return "There is no valid phone number and no user id.";
  case screen_reason::duplicate:
    return "The person is already on the list of this campaign.";
  case screen_reason::no_consent:
    return "The person has not agreed to marketing.";
  case screen_reason::opted_out:
    return "The person said stop.";
  case screen_reason::united_states:
    return "Meta does not deliver marketing to numbers in the United States.";
  case screen_reason::frequency:
    return "The person got enough marketing lately.";
  case screen_reason::excluded:
    return "The campaign leaves this person out: one of its exclusions fits.";
  case screen_reason::over_maximum:
    return "The campaign goes to so many people at most, and chance chose others.";
  case screen_reason::meta_cap:
    return "Meta said lately that the person had enough marketing (131049).";
  case screen_reason::past_place:
    return "The time at which the campaign starts was past where the person is.";
  }
  return {};
}

screen_reason screened(const listed_person& person, message_class message) noexcept {
  if (!person.reachable)
    return screen_reason::invalid_number;
  if (blocked(message, stop::none, person.agreed) == block::no_consent)
    return screen_reason::no_consent;
  if (person.united_states && message == message_class::marketing)
    return screen_reason::united_states;
  return screen_reason::none;
}

} // namespace stentor::core
