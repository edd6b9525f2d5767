#include "stentor/core/audience/condition_match.hpp"

#include "stentor/core/base/characters.hpp"
#include "stentor/core/base/letter_case.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using kind = json_value::kind;
using seen = std::vector<const json_value*>;

/// The elements of a list, or the value itself.
seen unwrapped(const json_value& v) {
  seen all;
  if (v.is != kind::list) {
    all.push_back(&v);
    return all;
  }
  for (const auto& item : v.items)
    all.push_back(&item);
  return all;
}

seen members(const json_value& v, std::string_view name) {
  seen all;
  for (const auto* object : unwrapped(v))
    if (object->is == kind::object)
      if (const auto* member = object->find(name); member != nullptr)
        all.push_back(member);
  return all;
}

std::u32string without_case(std::string_view text) {
  std::u32string folded;
  while (!text.empty()) {
    const auto c = first_character(text);
    folded.push_back(small_letter(c.code));
    text.remove_prefix(c.bytes);
  }
  return folded;
}

std::string month_and_day(std::chrono::year_month_day date) {
  std::string text(5, '-');
  const auto two = [&](std::size_t at, unsigned n) {
    text[at] = static_cast<char>('0' + n / 10);
    text[at + 1] = static_cast<char>('0' + n % 10);
  };
  two(0, static_cast<unsigned>(date.month()));
  two(3, static_cast<unsigned>(date.day()));
  return text;
}

bool is_date_of(std::string_view text, std::string_view month_and_day) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  return text.size() >= 10 && digit(0) && digit(1) && digit(2) && digit(3) && text[4] == '-' &&
         text.substr(5, 5) == month_and_day;
}

class matcher {
public:
  explicit matcher(const zone_clock& clock) : clock_{clock} {}

  bool holds_in(const json_value& document, const path_node& node) const {
    return std::all_of(node.tests.begin(), node.tests.end(),
                       [&](const auto* test) { return value_holds(document, *test); }) &&
           std::all_of(node.below.begin(), node.below.end(), [&](const path_node& next) {
             const auto found = members(document, next.name);
             return std::any_of(found.begin(), found.end(), [&](const auto* value) {
               const auto elements = unwrapped(*value);
               return std::any_of(elements.begin(), elements.end(),
                                  [&](const auto* e) { return holds_in(*e, next); });
             });
           });
  }

  /// Of one element, which may be a list itself.
  bool value_holds(const json_value& element, const field_test& t) const {
    const auto any = [&](auto fits) {
      const auto values = unwrapped(element);
      return std::any_of(values.begin(), values.end(), [&](const auto* v) { return fits(*v); });
    };
    if (t.how == comparison::exists)
      return any([](const json_value& v) { return v.is != kind::null; });
    if (t.how == comparison::between)
      return any([&](const json_value& v) { return fits(v, comparison::gte, t.values[0]); }) &&
             any([&](const json_value& v) { return fits(v, comparison::lte, t.values[1]); });
    return any([&](const json_value& v) {
      return std::any_of(t.values.begin(), t.values.end(),
                         [&](const operand& o) { return fits(v, t.how, o); });
    });
  }

  bool fits(const json_value& v, comparison how, const operand& o) const {
    if (how == comparison::anniversary)
      return v.is == kind::text && is_date_of(v.text, month_and_day(date_of(o)));
    if (const auto* text = std::get_if<std::string>(&o))
      return v.is == kind::text && text_fits(v.text, how, *text);
    if (const auto* when = std::get_if<moment>(&o))
      return v.is == kind::text && text_fits(v.text, how, attribute_time(*when, clock_));
    if (const auto* yes = std::get_if<bool>(&o))
      return v.is == kind::boolean && (v.text == "true") == *yes;
    if (v.is != kind::number)
      return false;
    const auto number = decimal::from(v.text);
    return number && ordered_as(*number <=> std::get<decimal>(o), how);
  }

  static bool text_fits(std::string_view value, comparison how, std::string_view wanted) {
    if (how != comparison::contains && how != comparison::starts_with &&
        how != comparison::ends_with)
      return ordered_as(value.compare(wanted) <=> 0, how);
    const auto in = without_case(value);
    const auto part = without_case(wanted);
    if (how == comparison::contains)
      return in.find(part) != std::u32string::npos;
    return how == comparison::starts_with ? in.starts_with(part) : in.ends_with(part);
  }

  std::chrono::year_month_day date_of(const operand& o) const {
    return day_of(resolved(std::get<moment>(o), clock_), clock_);
  }

private:
  const zone_clock& clock_;
};

} // namespace

bool ordered_as(std::strong_ordering order, comparison how) noexcept {
  switch (how) {
  case comparison::gt:
    return std::is_gt(order);
  case comparison::gte:
    return std::is_gteq(order);
  case comparison::lt:
    return std::is_lt(order);
  case comparison::lte:
    return std::is_lteq(order);
  default:
    return std::is_eq(order);
  }
}

bool document_holds(const json_value& document, const path_node& tree, const zone_clock& clock) {
  return matcher{clock}.holds_in(document, tree);
}

bool value_holds(const json_value& element, const field_test& t, const zone_clock& clock) {
  return matcher{clock}.value_holds(element, t);
}

bool value_fits(const json_value& v, comparison how, const operand& o, const zone_clock& clock) {
  return matcher{clock}.fits(v, how, o);
}

} // namespace stentor::core
