#include "adapters/phone/phone_numbers.hpp"

#include "adapters/phone/numbering_plan.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/core/contact/phone_text.hpp"

#include <phonenumbers/phonenumberutil.h>

#include <charconv>
#include <string>

namespace stentor::phone {

namespace lib = i18n::phonenumbers;

namespace {

using core::phone_form;
using core::phone_text;
using ports::phone_problem;

constexpr std::size_t digits_max = 15; ///< ITU-T E.164

std::uint64_t to_integer(std::string_view digits) {
  std::uint64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

phone_problem problem_of(lib::PhoneNumberUtil::ErrorType e) {
  switch (e) {
  case lib::PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
    return phone_problem::bad_country;
  case lib::PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
  case lib::PhoneNumberUtil::TOO_SHORT_NSN:
    return phone_problem::too_short;
  case lib::PhoneNumberUtil::TOO_LONG_NSN:
    return phone_problem::too_long;
  default:
    return phone_problem::not_a_number;
  }
}

phone_problem problem_of(const lib::PhoneNumberUtil& util, const lib::PhoneNumber& number) {
  switch (util.IsPossibleNumberWithReason(number)) {
  case lib::PhoneNumberUtil::INVALID_COUNTRY_CODE:
    return phone_problem::bad_country;
  case lib::PhoneNumberUtil::TOO_SHORT:
  case lib::PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
    return phone_problem::too_short;
  case lib::PhoneNumberUtil::TOO_LONG:
    return phone_problem::too_long;
  default:
    return phone_problem::not_assigned;
  }
}

/// One way to read digits.
struct reading {
  ports::phone phone;
  bool mobile = false;

  [[nodiscard]] bool valid() const noexcept { return phone.problem == phone_problem::none; }
};

reading refused(phone_problem why) {
  return {{0, false, why}, false};
}

/// The surer of two readings; when neither can be right, what is wrong with the second one.
reading surer_of(const reading& one, const reading& other) {
  if (!one.valid() && !other.valid())
    return other;
  const auto best =
      core::the_surer({one.phone.digits, one.mobile}, {other.phone.digits, other.mobile});
  if (!best)
    return refused(phone_problem::ambiguous);
  return best->digits == one.phone.digits ? one : other;
}

class numbers final : public ports::phone_numbers {
public:
  explicit numbers(bool fast) : fast_{fast} {}

  [[nodiscard]] ports::phone parse(std::string_view text, std::string_view region) const override {
    return read(core::read_phone_text(text), region);
  }

  [[nodiscard]] ports::phone parse_international(std::string_view text,
                                                 std::string_view region) const override {
    auto written = core::read_phone_text(text);
    if (written.form == phone_form::national && !written.digits().starts_with('0'))
      written.form = phone_form::international;
    return read(written, region);
  }

private:
  [[nodiscard]] ports::phone read(const phone_text& written, std::string_view region) const {
    const auto found = read_as_written(written, region);
    if (found.problem == phone_problem::none || found.problem == phone_problem::ambiguous ||
        written.form != phone_form::international || written.digits().size() > digits_max)
      return found;
    // WhatsApp itself writes mobile numbers that no numbering plan has any more.
    const auto digits = to_integer(written.digits());
    const auto today = core::one_spelling(digits);
    const auto again = today == digits ? refused(found.problem) : abroad(std::to_string(today));
    return again.valid() ? again.phone : found;
  }

  [[nodiscard]] ports::phone read_as_written(const phone_text& written,
                                             std::string_view region) const {
    if (written.form == phone_form::none)
      return refused(phone_problem::not_a_number).phone;
    const auto found = read_digits(written, written.digits(), region);
    // Where something else could begin, the number must not be whole already.
    for (std::size_t i = 0; found.valid() && i < written.seam_count; ++i)
      if (read_digits(written, written.digits().substr(0, written.seams[i]), region).valid())
        return refused(phone_problem::ambiguous).phone;
    return found.phone;
  }

  [[nodiscard]] reading read_digits(const phone_text& written, std::string_view digits,
                                    std::string_view region) const {
    if (written.form == phone_form::national)
      return at_home(digits, region);
    if (written.optional_zero < digits.size()) {
      std::string without{digits};
      without.erase(written.optional_zero, 1);
      return surer_of(abroad(without), abroad(digits));
    }
    const auto found = abroad(digits);
    if (written.dialled_abroad && !region.empty() && !plan_.dials_double_zero(region))
      return surer_of(ask_library("00" + std::string{digits}, region), found);
    return found;
  }

  /// Digits that begin with a country code.
  [[nodiscard]] reading abroad(std::string_view digits) const {
    if (digits.size() > digits_max)
      return refused(phone_problem::too_long);
    const auto verdict = plan_.check(digits);
    const reading as_it_stands{
        {to_integer(digits), verdict.united_states, phone_problem::none, verdict.region},
        verdict.mobile};
    if (fast_ && verdict.valid && !verdict.has_prefix)
      return as_it_stands;
    auto found = ask_library("+" + std::string{digits}, "ZZ");
    return !found.valid() && verdict.valid ? as_it_stands : found;
  }

  /// Digits without plus and 00: a number of the region, or one whose plus is missing.
  [[nodiscard]] reading at_home(std::string_view digits, std::string_view region) const {
    if (region.empty())
      return refused(phone_problem::bad_country);
    const auto home = ask_library(std::string{digits}, region);
    if (!digits.starts_with('0'))
      return surer_of(abroad(digits), home);
    // A zero before the region's own country code: nobody can tell which of the two is too much.
    const auto rest = digits.substr(1);
    if (!home.valid() || home.mobile ||
        !rest.starts_with(std::to_string(plan_.calling_code(region))))
      return home;
    const auto other = abroad(rest);
    return other.mobile && other.phone.digits != home.phone.digits
               ? refused(phone_problem::ambiguous)
               : home;
  }

  /// @param text digits, after a plus or as they are dialled in the region
  [[nodiscard]] reading ask_library(const std::string& text, std::string_view region) const {
    const auto& util = *lib::PhoneNumberUtil::GetInstance();
    lib::PhoneNumber number;
    if (const auto parsed = util.Parse(text, std::string{region}, &number);
        parsed != lib::PhoneNumberUtil::NO_PARSING_ERROR)
      return refused(problem_of(parsed));
    std::string e164;
    util.Format(number, lib::PhoneNumberUtil::E164, &e164);
    const auto digits = std::string_view{e164}.substr(1);
    if (digits.size() > digits_max)
      return refused(phone_problem::too_long);
    // The library may be older than a range, or newer than our plans.
    const auto verdict = plan_.check(digits);
    if (verdict.valid)
      return {{to_integer(digits), verdict.united_states, phone_problem::none, verdict.region},
              verdict.mobile};
    if (!util.IsValidNumber(number))
      return refused(problem_of(util, number));
    std::string where;
    util.GetRegionCodeForNumber(number, &where);
    const auto type = util.GetNumberType(number);
    return {{to_integer(digits), is_united_states(where), phone_problem::none,
             plan_.region_named(where)},
            type == lib::PhoneNumberUtil::MOBILE ||
                type == lib::PhoneNumberUtil::FIXED_LINE_OR_MOBILE};
  }

  numbering_plan plan_;
  bool fast_;
};

} // namespace

std::unique_ptr<ports::phone_numbers> make_phone_numbers(bool fast) {
  return std::make_unique<numbers>(fast);
}

} // namespace stentor::phone
