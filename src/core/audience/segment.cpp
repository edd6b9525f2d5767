#include "stentor/core/audience/segment.hpp"

#include <algorithm>
#include <optional>

namespace stentor::core {

namespace {

using kind = json_value::kind;

std::optional<segment_operator> operator_named(std::string_view name) {
  constexpr std::pair<std::string_view, segment_operator> all[] = {
      {"eq", segment_operator::eq},        {"ne", segment_operator::ne},
      {"gt", segment_operator::gt},        {"gte", segment_operator::gte},
      {"lt", segment_operator::lt},        {"lte", segment_operator::lte},
      {"in", segment_operator::in},        {"contains", segment_operator::contains},
      {"exists", segment_operator::exists}};
  for (const auto& [known, meaning] : all)
    if (known == name)
      return meaning;
  return std::nullopt;
}

bool same_word(std::string_view text, std::string_view upper) {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

class segment_reader {
public:
  segment group(const json_value& g, const std::string& where, int depth) {
    segment made;
    const auto* conditions = g.find("conditions");
    if (conditions == nullptr || conditions->is != kind::list || conditions->items.empty()) {
      blame(where, "expected an object with a list \"conditions\" of at least one condition");
      return made;
    }
    if (depth > segment_depth_max) {
      blame(where, "conditions are nested too deeply");
      return made;
    }
    if (const auto* logic = g.find("logic"); logic != nullptr) {
      made.any = logic->is == kind::text && same_word(logic->text, "OR");
      if (!made.any && !(logic->is == kind::text && same_word(logic->text, "AND"))) {
        blame(where + ".logic", "expected AND or OR");
        return made;
      }
    }
    int i = 0;
    for (const auto& c : conditions->items) {
      const auto here = where + ".conditions[" + std::to_string(i++) + "]";
      made.parts.push_back(c.find("conditions") != nullptr ? group(c, here, depth + 1)
                                                           : condition(c, here));
    }
    return made;
  }

  [[nodiscard]] const std::string& problems() const noexcept { return problems_; }

private:
  void blame(const std::string& where, const std::string& what) {
    problems_ += (problems_.empty() ? "" : "; ") + where + ": " + what;
  }

  segment condition(const json_value& c, const std::string& where) {
    segment made;
    if (++conditions_ > segment_conditions_max) {
      blame(where, "more than " + std::to_string(segment_conditions_max) + " conditions");
      return made;
    }
    const auto* field = c.find("field");
    if (field == nullptr || field->is != kind::text || field->text.empty()) {
      blame(where + ".field",
            "expected the name of an attribute, such as \"saleDetails.destination\"");
      return made;
    }
    made.field = field->text;
    const auto* name = c.find("operator");
    const auto known =
        name != nullptr && name->is == kind::text ? operator_named(name->text) : std::nullopt;
    if (!known) {
      blame(where + ".operator", "expected one of eq, ne, gt, gte, lt, lte, contains, in, exists");
      return made;
    }
    made.comparison = *known;
    const auto* value = c.find("value");
    static const json_value absent;
    values(made, value == nullptr ? absent : *value, where + ".value");
    return made;
  }

  void values(segment& made, const json_value& value, const std::string& where) {
    switch (made.comparison) {
    case segment_operator::exists:
      if (value.is == kind::boolean)
        made.values.push_back(value);
      return;
    case segment_operator::contains:
      if (value.is != kind::text)
        return blame(where, "expected a text");
      made.values.push_back(value);
      return;
    case segment_operator::in:
      return list(made, value, where);
    default: {
      const bool equality =
          made.comparison == segment_operator::eq || made.comparison == segment_operator::ne;
      if (!comparable(value, equality))
        return blame(where, equality ? "expected a text or a number, or true or false"
                                     : "expected a text or a number");
      made.values.push_back(value);
    }
    }
  }

  void list(segment& made, const json_value& value, const std::string& where) {
    if (value.is != kind::list || value.items.empty())
      return blame(where, "expected a list of values");
    if (value.items.size() > segment_values_max)
      return blame(where, "holds more than " + std::to_string(segment_values_max) + " values");
    if (!std::all_of(value.items.begin(), value.items.end(),
                     [](const json_value& one) { return comparable(one, true); }))
      return blame(where, "expected texts or numbers, or true or false");
    made.values = value.items;
  }

  static bool comparable(const json_value& value, bool equality) {
    return value.is == kind::text || value.is == kind::number ||
           (equality && value.is == kind::boolean);
  }

  std::string problems_;
  int conditions_ = 0;
};

} // namespace

result<segment> read_segment(const json_value& query) {
  segment_reader reader;
  auto made = reader.group(query, "segmentQuery", 1);
  if (!reader.problems().empty())
    return error{errc::invalid, reader.problems()};
  return made;
}

} // namespace stentor::core
