#include "stentor/core/delivery/answer_guard.hpp"

#include "stentor/core/delivery/error_policy.hpp"

namespace stentor::core {

namespace {

constexpr auto unreadable = static_cast<std::int32_t>(local_code::answer_unreadable);

} // namespace

bool refusal_guard::refused(std::int32_t code) noexcept {
  if (code <= 0 || is_about_the_person(code))
    return false; // says nothing of the next one, neither good nor bad
  if (code != code_) {
    code_ = code;
    in_a_row_ = 0;
  }
  if (++in_a_row_ < same_in_a_row_max)
    return false;
  in_a_row_ = same_in_a_row_max - more_in_a_row_max;
  return true;
}

sentence same_refusal_for_all(std::int32_t code, std::string_view explanation) {
  return make_sentence(
      "same_refusal_for_all",
      "Meta refuses every message with error {code} ({explanation}). {meaning} Mend the cause and "
      "resume the campaign: it goes on with the rest. Those who failed can be tried again.",
      {{"code", std::to_string(code)},
       {"explanation", std::string{explanation}},
       {"meaning", std::string{rule_for(code).meaning}}});
}

bool foreign_answer_guard::answered(outcome_class kind, std::int32_t code) noexcept {
  if (kind == outcome_class::not_sent || kind == outcome_class::not_processed ||
      (kind == outcome_class::in_doubt && code == 0))
    return false; // no answer at all
  if (code != unreadable) {
    in_a_row_ = 0;
    return false;
  }
  if (++in_a_row_ < in_a_row_max)
    return false;
  in_a_row_ = 0;
  return true;
}

} // namespace stentor::core
