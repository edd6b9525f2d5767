#include "adapters/phone/phone_numbers.hpp"

#include "adapters/phone/numbering_plan.hpp"
#include "stentor/core/contact/contact_key.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <array>
#include <charconv>
#include <string>

namespace stentor::phone {

namespace lib = i18n::phonenumbers;

namespace {

constexpr std::size_t digits_max = 15; ///< ITU-T E.164
constexpr std::size_t text_max = 250;  ///< libphonenumber's own limit

/// The digits of a number as people write it, when it holds nothing but digits and harmless
/// punctuation.
struct plain_number {
  std::array<char, digits_max + 2> digits{};
  std::size_t size = 0;
  bool international = false;
  bool plain = false;

  [[nodiscard]] std::string_view view() const { return {digits.data(), size}; }
};

plain_number read_plain(std::string_view text) {
  plain_number n;
  std::size_t at = 0;
  while (at < text.size() && (text[at] == ' ' || text[at] == '('))
    ++at;
  if (at < text.size() && text[at] == '+') {
    n.international = true;
    ++at;
  } else if (text.substr(at, 2) == "00") { // the usual way to dial abroad
    n.international = true;
    at += 2;
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c >= '0' && c <= '9') {
      if (n.size == n.digits.size())
        return n;
      n.digits[n.size++] = c;
    } else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '.') {
      return n;
    }
  }
  n.plain = true;
  return n;
}

std::uint64_t to_integer(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

ports::phone_problem problem_of(lib::PhoneNumberUtil::ErrorType e) {
  switch (e) {
  case lib::PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
    return ports::phone_problem::bad_country;
  case lib::PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
  case lib::PhoneNumberUtil::TOO_SHORT_NSN:
    return ports::phone_problem::too_short;
  case lib::PhoneNumberUtil::TOO_LONG_NSN:
    return ports::phone_problem::too_long;
  default:
    return ports::phone_problem::not_a_number;
  }
}

ports::phone_problem problem_of(const lib::PhoneNumberUtil& util, const lib::PhoneNumber& number) {
  switch (util.IsPossibleNumberWithReason(number)) {
  case lib::PhoneNumberUtil::INVALID_COUNTRY_CODE:
    return ports::phone_problem::bad_country;
  case lib::PhoneNumberUtil::TOO_SHORT:
  case lib::PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
    return ports::phone_problem::too_short;
  case lib::PhoneNumberUtil::TOO_LONG:
    return ports::phone_problem::too_long;
  default:
    return ports::phone_problem::not_assigned;
  }
}

class libphonenumber final : public ports::phone_numbers {
public:
  explicit libphonenumber(bool fast) : fast_{fast} {}

  [[nodiscard]] ports::phone parse(std::string_view text, std::string_view region) const override {
    const auto found = parse_as_written(text, region);
    const auto plain = read_plain(text);
    if (found.problem == ports::phone_problem::none || !plain.plain || !plain.international)
      return found;
    // WhatsApp itself writes mobile numbers that no numbering plan has any more.
    const auto written = to_integer(plain.view());
    const auto today = core::one_spelling(written);
    if (today == written)
      return found;
    const auto again = parse_as_written("+" + std::to_string(today), region);
    return again.problem == ports::phone_problem::none ? again : found;
  }

private:
  [[nodiscard]] ports::phone parse_as_written(std::string_view text,
                                              std::string_view region) const {
    const auto plain = read_plain(text);
    if (fast_ && plain.plain && plain.international && plain.size <= digits_max) {
      const auto verdict = plan_.check(plain.view());
      if (verdict != numbering_plan::verdict::unknown)
        return {to_integer(plain.view()), verdict == numbering_plan::verdict::valid_united_states,
                ports::phone_problem::none};
    }
    if (plain.plain &&
        plain.international) // spells "00" as "+", which the library only knows with a region
      return ask_library("+" + std::string{plain.view()}, region);
    return ask_library(std::string{text.substr(0, text_max + 1)}, region);
  }

  [[nodiscard]] ports::phone ask_library(const std::string& text, std::string_view region) const {
    const auto& util = *lib::PhoneNumberUtil::GetInstance();
    lib::PhoneNumber number;
    const auto parsed = util.Parse(text, region.empty() ? "ZZ" : std::string{region}, &number);
    if (parsed != lib::PhoneNumberUtil::NO_PARSING_ERROR)
      return {0, false, problem_of(parsed)};
    if (number.has_extension())
      return {0, false,
              ports::phone_problem::not_a_number}; // nobody receives WhatsApp behind a switchboard
    if (!util.IsValidNumber(number))
      return {0, false, problem_of(util, number)};
    std::string e164;
    util.Format(number, lib::PhoneNumberUtil::E164, &e164);
    if (e164.size() > digits_max + 1)
      return {0, false, ports::phone_problem::too_long};
    std::string where;
    util.GetRegionCodeForNumber(number, &where);
    return {to_integer(std::string_view{e164}.substr(1)), is_united_states(where),
            ports::phone_problem::none};
  }

  numbering_plan plan_;
  bool fast_;
};

} // namespace

std::unique_ptr<ports::phone_numbers> make_phone_numbers(bool fast) {
  return std::make_unique<libphonenumber>(fast);
}

} // namespace stentor::phone
