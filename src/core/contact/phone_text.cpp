/// The outline of a cell is taken apart into what stands before the number, the number and what
/// stands behind it.
#include "stentor/core/contact/phone_text.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/contact/cell_outline.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

constexpr std::size_t whole_number = 7; ///< no number in the world has fewer digits than this

using outline = cell_outline;

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

constexpr bool is_letter(char c) noexcept {
  return c == outline::letter || c == outline::exponent || c == outline::letter_x;
}

/// Only letters that hide digits: "xxx".
bool hides(std::string_view text) noexcept {
  return text.find(outline::mask) != std::string_view::npos ||
         (text.find(outline::letter_x) != std::string_view::npos &&
          text.find_first_of("ae") == std::string_view::npos);
}

/// A label before the number: "Mobil: ", "tel. ", "whatsapp:". Before a plus nearly all is
/// harmless, since behind it the number is whole.
bool may_stand_before(std::string_view head, bool plus) noexcept {
  head = trimmed(head, "='");
  const auto label = trimmed(head, " ('=");
  if (label.empty())
    return true;
  if (hides(label) || label.find_first_of("/=") != std::string_view::npos)
    return false;
  if (plus)
    return true;
  const bool apart = label.ends_with(':') || label.ends_with('.') ||
                     head.find_first_of(" (", head.rfind(label.back())) != std::string_view::npos;
  return apart && label.find_first_of("aex") != std::string_view::npos;
}

/// A note behind the number: a name, "(neu)", "mobil". Digits there would be another number's, or
/// this one's.
bool may_stand_behind(std::string_view tail) noexcept {
  if (std::any_of(tail.begin(), tail.end(), is_digit) || tail.find('+') != std::string_view::npos ||
      tail.find("..") != std::string_view::npos || tail.find("--") != std::string_view::npos ||
      hides(tail))
    return false;
  const bool text = std::any_of(tail.begin(), tail.end(), is_letter) ||
                    tail.find(outline::symbol) != std::string_view::npos;
  if (!text) // closing marks; a slash promises more than is there
    return tail.find('/') == std::string_view::npos && tail.find('=') == std::string_view::npos;
  return !is_letter(tail.front());
}

struct group {
  std::string_view before; ///< what stands between the last group and this one
  std::string_view digits;
};

/// The groups of digits of a number, and what of the outline belongs to them.
struct groups {
  static constexpr std::size_t most = 20;
  std::array<group, most> all{};
  std::size_t count = 0;
  std::size_t end = 0; ///< in the outline, behind the last digit
  bool too_many = false;

  [[nodiscard]] const group* begin_of() const noexcept { return all.data(); }
  [[nodiscard]] const group* end_of() const noexcept { return all.data() + count; }
  [[nodiscard]] const group& last() const noexcept { return all[count - 1]; }
};

groups groups_of(std::string_view text, std::size_t from) noexcept {
  groups g;
  auto at = from;
  while (at < text.size()) {
    const auto first = text.find_first_not_of(" -.,()/'", at);
    if (first == std::string_view::npos || !is_digit(text[first]))
      break;
    auto end = first;
    while (end < text.size() && is_digit(text[end]))
      ++end;
    g.too_many = g.count == groups::most;
    if (g.too_many)
      break;
    g.all[g.count++] = {text.substr(at, first - at), text.substr(first, end - first)};
    at = g.end = end;
  }
  return g;
}

bool all_zeros(std::string_view digits) noexcept {
  return digits.find_first_not_of('0') == std::string_view::npos;
}

/// ".0" and ".00": what a decimal number has behind its point, and no digit of the phone number.
bool is_decimal_tail(const group& g) noexcept {
  return (g.before == "." || g.before == ",") && g.digits.size() <= 2 && all_zeros(g.digits);
}

/// By what a group is divided from the one before it.
char kind_of(std::string_view between) noexcept {
  const auto mark = between.find_first_of("-./");
  return mark == std::string_view::npos ? ' ' : between[mark];
}

/// 62,812,345,678 and 62'812'345'678: as a spreadsheet writes it.
bool are_thousands(const group* first, const group* last, std::string_view mark) noexcept {
  return last - first >= 3 && first->digits.size() <= 3 &&
         std::all_of(first + 1, last,
                     [&](const group& g) { return g.before == mark && g.digits.size() == 3; });
}

class assembler {
public:
  explicit assembler(bool plus) noexcept : plus_{plus} {}

  [[nodiscard]] phone_text take(const groups& g) noexcept {
    const auto* first = g.begin_of();
    const auto* last = g.end_of();
    if (last - first >= 2 && last[-2].digits.size() >= whole_number &&
        (last[-1].before == "." || last[-1].before == ",")) {
      if (!is_decimal_tail(last[-1])) // digits were lost, or there are two numbers
        return {};
      --last;
    }
    for (const std::string_view mark : {",", "'", "."}) {
      const bool tail = last - first > 3 && is_decimal_tail(last[-1]) && last[-1].before != mark;
      if (are_thousands(first, tail ? last - 1 : last, mark))
        return join_thousands(first, tail ? last - 1 : last);
    }
    return join(first, last);
  }

  [[nodiscard]] phone_text take_exponent(const groups& g, std::size_t power) noexcept {
    const bool point = g.count == 2 && (g.last().before == "." || g.last().before == ",");
    const auto whole = g.all[0].digits;
    const auto part = point ? g.last().digits : std::string_view{};
    // With fewer digits than the power asks for, some were rounded away.
    if ((g.count != 1 && !point) || whole.starts_with('0') || part.size() < power ||
        !all_zeros(part.substr(power)))
      return {};
    const bool fits = add(whole) && add(part.substr(0, power));
    return fits ? finished() : phone_text{};
  }

private:
  bool add(std::string_view digits) noexcept { return number_.add_digits(digits); }

  phone_text join_thousands(const group* first, const group* last) noexcept {
    for (; first != last; ++first)
      if (!add(first->digits))
        return {};
    return finished();
  }

  phone_text join(const group* first, const group* last) noexcept {
    first_ = first;
    for (const auto* g = first; g != last; ++g)
      if (!(g == first ? may_open(*g) : may_follow(*g, g[-1], last)) || !add(g->digits))
        return {};
    return finished();
  }

  bool may_open(const group& g) noexcept {
    return g.before.find_first_not_of(" (") == std::string_view::npos;
  }

  /// Whether a group goes on with the number, and whether it is sure that it does.
  bool may_follow(const group& g, const group& previous, const group* end) noexcept {
    const auto between = g.before;
    const auto so_far = number_.digits().size();
    const auto count = [&](char c) { return std::count(between.begin(), between.end(), c); };
    if (count('-') > 1 || count('.') > 1 || count('(') > 1 || count(')') > 1 || count('/') > 1 ||
        between.find_first_of(",'") != std::string_view::npos)
      return false;
    const auto bracket = between.find('(');
    if (bracket != std::string_view::npos &&
        (so_far > 4 + dialled() || between.find(')', bracket) != std::string_view::npos))
      return false;
    if (count('/') > 0 && !is_area_slash(so_far, end))
      return false;
    if (bracket != std::string_view::npos && g.digits == "0" && &g + 1 != end &&
        (&g)[1].before.starts_with(')') && (plus_ || number_.digits().starts_with("00")))
      number_.optional_zero = static_cast<std::uint8_t>(so_far);
    const bool last = &g + 1 == end;
    const bool unsure = previous.digits.size() >= whole_number || between == " - " ||
                        (last && (g.digits.size() == 1 || is_decimal_tail(g) || is_ending(g)));
    return !unsure || number_.add_seam();
  }

  /// "-68" behind groups that are divided otherwise: another number's ending, or an extension.
  [[nodiscard]] bool is_ending(const group& g) const noexcept {
    constexpr std::size_t ending = 3;
    const char kind = kind_of(g.before);
    return g.digits.size() <= ending && kind != ' ' && first_ + 1 < &g &&
           std::none_of(first_ + 1, &g, [&](const group& e) { return kind_of(e.before) == kind; });
  }

  /// Of "00" before the country code.
  [[nodiscard]] std::size_t dialled() const noexcept {
    return number_.digits().starts_with("00") ? 2 : 0;
  }

  /// A slash behind the area code, "0151/12345678", not one between two numbers or two endings.
  [[nodiscard]] bool is_area_slash(std::size_t so_far, const group* end) const noexcept {
    const bool abroad = plus_ || dialled() > 0;
    if (!abroad && !number_.digits().starts_with('0'))
      return false;
    constexpr std::size_t area_with_country = 6;
    constexpr std::size_t area = 5;
    return so_far <= (abroad ? area_with_country + dialled() : area) && end[-1].digits.size() > 1;
  }

  phone_text finished() noexcept {
    number_.form = plus_ ? phone_form::international : phone_form::national;
    if (number_.digits().starts_with("00")) { // how one dials abroad, with a plus before it or not
      number_.form = phone_form::international;
      number_.dialled_abroad = !plus_;
      number_.drop_front(2);
    }
    return number_.digits().empty() ? phone_text{} : number_;
  }

  phone_text number_;
  const group* first_ = nullptr; ///< of those that are joined
  bool plus_;
};

/// The power of "E10" and "E+10" at the beginning of what stands behind a number, 0 when it is
/// none.
std::size_t power_in(std::string_view tail) noexcept {
  tail = trimmed(tail, "' ");
  if (!tail.starts_with(outline::exponent))
    return 0;
  tail.remove_prefix(tail.substr(1).starts_with('+') ? 2 : 1);
  if (tail.empty() || tail.size() > 2 || !std::all_of(tail.begin(), tail.end(), is_digit))
    return 0;
  std::size_t power = 0;
  for (const char digit : tail)
    power = power * 10 + static_cast<std::size_t>(digit - '0');
  return power;
}

/// "+" and digits, as nearly all cells of a good list are.
phone_text read_plain(std::string_view cell) noexcept {
  phone_text number;
  const auto digits = cell.substr(1);
  if (digits.empty() || digits.front() == '0' ||
      !std::all_of(digits.begin(), digits.end(), is_digit) || !number.add_digits(digits))
    return {};
  number.form = phone_form::international;
  return number;
}

} // namespace

bool phone_text::add_digits(std::string_view digits) noexcept {
  if (digits.size() > digits_max - size_)
    return false;
  std::copy(digits.begin(), digits.end(), digits_.begin() + size_);
  size_ = static_cast<std::uint8_t>(size_ + digits.size());
  return true;
}

bool phone_text::add_seam() noexcept {
  if (seam_count == seams_max)
    return false;
  if (size_ > 0)
    seams[seam_count++] = size_;
  return true;
}

void phone_text::drop_front(std::size_t count) noexcept {
  const auto gone = static_cast<std::uint8_t>(std::min<std::size_t>(count, size_));
  std::copy(digits_.begin() + gone, digits_.begin() + size_, digits_.begin());
  size_ = static_cast<std::uint8_t>(size_ - gone);
  for (std::size_t i = 0; i < seam_count; ++i)
    seams[i] = static_cast<std::uint8_t>(seams[i] - std::min(seams[i], gone));
  if (optional_zero != digits_max)
    optional_zero = static_cast<std::uint8_t>(optional_zero - std::min(optional_zero, gone));
}

phone_text read_phone_text(std::string_view cell) noexcept {
  if (cell.size() > outline::cell_max)
    return {};
  if (cell.starts_with('+'))
    if (auto number = read_plain(cell); number.form != phone_form::none)
      return number;
  const outline whole{cell};
  const auto text = whole.view();
  const auto begin = text.find_first_of("+0123456789");
  if (begin == std::string_view::npos)
    return {};
  const bool plus = text[begin] == '+';
  if (!may_stand_before(text.substr(0, begin), plus))
    return {};
  const auto first = plus ? std::min(text.find_first_not_of('+', begin), text.size()) : begin;
  const auto g = groups_of(text, first);
  if (g.count == 0 || g.too_many)
    return {};
  assembler number{plus};
  const auto tail = text.substr(g.end);
  if (const auto power = power_in(tail); power > 0)
    return number.take_exponent(g, power);
  return may_stand_behind(tail) ? number.take(g) : phone_text{};
}

std::optional<phone_reading> the_surer(const phone_reading& one,
                                       const phone_reading& other) noexcept {
  if (one.digits == other.digits || other.digits == 0)
    return one.digits == 0 ? std::nullopt : std::optional{one};
  if (one.digits == 0)
    return other;
  if (one.mobile == other.mobile)
    return std::nullopt;
  return one.mobile ? one : other;
}

} // namespace stentor::core
