/// Cells of lists: what is read as a number is digits, seams lie inside it, tidied white space
/// stays tidy, and a guarded cell comes back.

#include "tests/fuzz/targets.hpp"

#include "stentor/core/base/csv_cell.hpp"
#include "stentor/core/base/utf8.hpp"
#include "stentor/core/base/white_space.hpp"
#include "stentor/core/contact/phone_text.hpp"

#include <algorithm>
#include <string>

namespace stentor::fuzz {

namespace {

void read_number(std::string_view bytes) {
  const auto number = core::read_phone_text(bytes);
  const auto digits = number.digits();
  require((number.form == core::phone_form::none) == digits.empty(), "a number has digits");
  require(digits.find_first_not_of("0123456789") == std::string_view::npos, "digits are digits");
  for (std::size_t i = 0; i < number.seam_count; ++i)
    require(number.seams[i] < digits.size(), "a seam lies before the end");
  require(core::read_phone_text(digits).digits().size() <= digits.size(), "no digit is added");
}

void tidy(std::string_view bytes) {
  std::string storage;
  std::string again;
  const std::string once{core::tidy_white_space(bytes, storage)};
  require(core::tidy_white_space(once, again) == once, "what is tidy stays as it is");
  require(once.find("  ") == std::string::npos && once.find('\n') == std::string::npos,
          "no line breaks, no two spaces");
  require(!core::is_utf8_text(bytes) || core::is_utf8_text(once), "UTF-8 stays UTF-8");
}

} // namespace

void cell(std::string_view bytes) {
  read_number(bytes);
  tidy(bytes);
  const std::string exported = (core::is_like_formula(bytes) ? "'" : "") + std::string{bytes};
  require(core::without_guard(exported) == bytes, "a guarded cell comes back");
}

} // namespace stentor::fuzz
