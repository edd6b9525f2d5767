#include "stentor/core/base/csv_cell.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

/// +4915112345678, -5, -2.5: signed, and digits with at most one mark of decimals between them.
bool is_signed_number(std::string_view cell) noexcept {
  if (!cell.starts_with('+') && !cell.starts_with('-'))
    return false;
  cell.remove_prefix(1);
  const auto digits = [](std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const auto mark = cell.find_first_of(".,");
  return digits(cell.substr(0, mark)) &&
         (mark == std::string_view::npos || digits(cell.substr(mark + 1)));
}

} // namespace

bool is_like_formula(std::string_view cell) noexcept {
  const auto first = cell.find_first_not_of('\'');
  return first != std::string_view::npos &&
         std::string_view{"=+-@\t\r"}.find(cell[first]) != std::string_view::npos &&
         !is_signed_number(cell);
}

std::string_view without_guard(std::string_view cell) noexcept {
  return cell.starts_with('\'') && is_like_formula(cell) ? cell.substr(1) : cell;
}

} // namespace stentor::core
