/// Leaves about the customer and about events.
#include "stentor/core/audience/condition_leaves.hpp"

#include "stentor/core/audience/condition_fields.hpp"

#include "stentor/core/contact/contact_key.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace stentor::core {

namespace {

using kind = json_value::kind;
namespace limits = condition_limits;

constexpr std::pair<std::string_view, total> totals[] = {{"count", total::count},
                                                         {"sum", total::sum},
                                                         {"avg", total::avg},
                                                         {"first", total::first},
                                                         {"last", total::last}};

constexpr std::string_view within = "within";
constexpr std::string_view not_within = "notWithin";

const total* total_named(std::string_view name) {
  for (const auto& [known, meaning] : totals)
    if (known == name)
      return &meaning;
  return nullptr;
}

/// "a.b" as its parts; none with a problem when one is empty or there are too many.
std::optional<std::vector<std::string>> path_of(std::string_view text, const std::string& where,
                                                problem_list& problems) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('.', begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  if (std::any_of(parts.begin(), parts.end(), [](const auto& part) { return part.empty(); }))
    problems.add(where, "has an empty part: names stand between single dots");
  else if (parts.size() > limits::path_parts_max)
    problems.add(where, "has more than " + std::to_string(limits::path_parts_max) + " parts");
  else
    return parts;
  return std::nullopt;
}

/// The longest name of an event that the field is or begins with; names may hold dots.
std::string_view event_in(std::string_view field, const condition_names& names) {
  for (auto end = field.size(); end != std::string_view::npos && end > 0;
       end = field.rfind('.', end - 1))
    if (names.events.contains(field.substr(0, end)))
      return field.substr(0, end);
  return {};
}

/// What is known of the attribute that the path is or begins with.
const known_attribute* attribute_in(std::string_view path, const condition_names& names) {
  for (auto end = path.size(); end != std::string_view::npos && end > 0;
       end = path.rfind('.', end - 1))
    if (const auto found = names.attributes.find(path.substr(0, end));
        found != names.attributes.end())
      return &found->second;
  return nullptr;
}

class leaf_reader {
public:
  leaf_reader(const json_value& leaf, const leaf_place& place, const condition_names& names,
              problem_list& problems)
      : leaf_{leaf}, place_{place}, names_{names}, problems_{problems} {}

  condition read() {
    const auto field = read_text(
        leaf_.find("field"), limits::field_bytes_max, at("field"),
        "expected the name of an attribute, such as \"saleDetails.destination\"", problems_);
    const auto name = read_text(leaf_.find("operator"), limits::field_bytes_max, at("operator"),
                                "expected an operator, such as \"eq\"", problems_);
    if (!field || !name)
      return {};
    if (field->empty()) {
      problems_.add(at("field"),
                    "expected the name of an attribute, such as \"saleDetails.destination\"");
      return {};
    }
    if (!place_.event.empty())
      return inside_event(*field, *name);
    if (field->starts_with("messages."))
      return read_behaviour(leaf_, *field, place_.path, problems_);
    if (field->starts_with("consent."))
      return read_consent(leaf_, *field, place_.path, problems_);
    if (*field == "segment")
      return read_segments(leaf_, place_.path, problems_);
    return of_customer(*field, *name);
  }

private:
  std::string at(const char* member) const { return place_.path + "." + member; }

  condition of_customer(std::string_view field, std::string_view name) {
    for (const std::string_view other : {"event.", "campaign.", "number.", "template.", "count."})
      if (field.starts_with(other)) {
        problems_.add(at("field"), "is a fact of rules and journeys, which no segment can ask; an "
                                   "attribute of this name is \"attributes." +
                                       std::string{field} + "\"");
        return {};
      }
    if (const auto* what = total_named(name))
      return of_total(field, *what);
    field_test test;
    constexpr std::string_view attributes = "attributes.";
    const auto event = attribute_in(field, names_) ? std::string_view{} : event_in(field, names_);
    if (field.starts_with(attributes))
      return attribute(field.substr(attributes.size()), name);
    if (const auto column = column_named(field)) {
      test.of = *column;
      return compared(std::move(test), name, type_of(*column));
    }
    if (event.empty())
      return attribute(field, name);
    if (event.size() == field.size())
      return whole_event(event, name);
    test.event = event;
    return property(std::move(test), field.substr(event.size() + 1), name);
  }

  condition inside_event(std::string_view field, std::string_view name) {
    if (field.size() > place_.event.size() && field.starts_with(place_.event) &&
        field[place_.event.size()] == '.')
      field.remove_prefix(place_.event.size() + 1);
    return property({}, field, name);
  }

  condition attribute(std::string_view path, std::string_view name) {
    field_test test;
    auto parts = path_of(path, at("field"), problems_);
    if (!parts)
      return {};
    test.path = std::move(*parts);
    const auto* known = attribute_in(path, names_);
    if (known != nullptr && known->sensitive) {
      problems_.add(at("field"), "is sensitive: it lies sealed, and nobody can search for it");
      return {};
    }
    // A path into a list or an object holds what it holds.
    return compared(std::move(test), name,
                    known != nullptr && names_.attributes.contains(path) ? known->type
                                                                         : value_type::any);
  }

  condition property(field_test test, std::string_view path, std::string_view name) {
    if (!locate(path, at("field"), test.of, test.path))
      return {};
    const auto type = type_of(test.of);
    return compared(std::move(test), name, type);
  }

  /// Which part of an event a path names.
  bool locate(std::string_view path, const std::string& where, subject& of,
              std::vector<std::string>& parts) {
    constexpr std::string_view properties = "properties.";
    const auto column = event_column_named(path);
    of = column.value_or(subject::event_property);
    if (column)
      return true;
    if (path.starts_with(properties))
      path.remove_prefix(properties.size());
    auto read = path_of(path, where, problems_);
    if (read)
      parts = std::move(*read);
    return read.has_value();
  }

  condition compared(field_test test, std::string_view name, value_type type) {
    const auto* known = operator_named(name);
    if (known == nullptr || !takes(type, name)) {
      problems_.add(at("operator"), "expected one of " + operators_for(type));
      return {};
    }
    refuse_unknown(leaf_, {"field", "operator", "value"}, place_.path, problems_);
    test.how = known->how;
    test.negated = known->negated;
    const auto* value = leaf_.find("value");
    if (known->name == within || known->name == not_within) {
      if (const auto span = read_span(value, at("value"), problems_)) {
        const calendar_span back{-span->amount, span->unit};
        test.values = {moment{relative_time{back, {}}}, moment{relative_time{}}};
      }
    } else if (test.how == comparison::exists) {
      exists_value(value, test);
    } else {
      test.values = read_operands(value, test.how, type, at("value"), problems_);
      if (test.of == subject::phone_number)
        check_phones(test);
    }
    return {std::move(test)};
  }

  /// "exists" with the value false is notExists.
  void exists_value(const json_value* value, field_test& test) {
    if (value == nullptr || value->is == kind::null)
      return;
    if (value->is != kind::boolean)
      problems_.add(at("value"), "expected true or false, or nothing, not " + kind_of(value));
    else if (value->text == "false")
      test.negated = !test.negated;
  }

  /// As customers are kept, so in the one spelling.
  void check_phones(field_test& test) {
    if (test.how != comparison::eq && test.how != comparison::in)
      return;
    for (auto& value : test.values) {
      auto& text = std::get<std::string>(value);
      person_key digits = 0;
      const auto* end = text.data() + text.size();
      const auto [read, problem] =
          std::from_chars(text.data() + (text.empty() ? 0 : 1), end, digits);
      if (!text.starts_with('+') || text.size() > 16 || problem != std::errc{} || read != end)
        return problems_.add(at("value"),
                             "expected an international number such as +4915112345678");
      text = "+" + std::to_string(one_spelling(digits));
    }
  }

  /// Whether there is any event of this name.
  condition whole_event(std::string_view event, std::string_view name) {
    if (name != "exists" && name != "notExists") {
      problems_.add(at("operator"), "expected exists, notExists, count, sum, avg, first or last "
                                    "for the event \"" +
                                        std::string{event} + "\", or a field of it such as \"" +
                                        std::string{event} + ".at\"");
      return {};
    }
    field_test asked;
    asked.negated = name == "notExists";
    exists_value(leaf_.find("value"), asked);
    event_total made;
    made.event = event;
    made.amounts = {asked.negated ? amount_test{comparison::lt, false, decimal{1}}
                                  : amount_test{comparison::gte, false, decimal{1}}};
    read_within(made);
    refuse_unknown(leaf_, {"field", "operator", "value", "within", "where"}, place_.path,
                   problems_);
    return {std::move(made)};
  }

  void read_within(event_total& to) {
    if (const auto* span = leaf_.find("within"); span != nullptr)
      to.within = read_span(span, at("within"), problems_);
  }

  condition of_total(std::string_view event, total what) {
    event_total made;
    made.event = event;
    made.what = what;
    if (what == total::first || what == total::last)
      made.of = subject::event_at;
    if (const auto* of = leaf_.find("of"); of != nullptr && what != total::count)
      if (const auto path = read_text(of, limits::field_bytes_max, at("of"),
                                      "expected the name of a field of the event", problems_))
        static_cast<void>(locate(*path, at("of"), made.of, made.path));
    const bool sums = what == total::sum || what == total::avg;
    if (sums && type_of(made.of) != value_type::number && type_of(made.of) != value_type::any)
      problems_.add(at("of"), "expected a field that holds numbers");
    read_within(made);
    made.amounts = read_amounts(
        leaf_.find("value"), sums || what == total::count ? value_type::number : type_of(made.of),
        at("value"), problems_);
    if (what == total::count)
      refuse_unknown(leaf_, {"field", "operator", "value", "within", "where"}, place_.path,
                     problems_);
    else
      refuse_unknown(leaf_, {"field", "operator", "value", "within", "where", "of"}, place_.path,
                     problems_);
    return {std::move(made)};
  }

  const json_value& leaf_;
  const leaf_place& place_;
  const condition_names& names_;
  problem_list& problems_;
};

} // namespace

void refuse_unknown(const json_value& object, std::initializer_list<std::string_view> known,
                    const std::string& path, problem_list& problems) {
  for (std::size_t i = 0; i < object.members.size(); ++i) {
    const auto& name = object.members[i].name;
    const auto place = path.empty() ? name : path + "." + name;
    if (std::find(known.begin(), known.end(), name) == known.end())
      problems.add(place, "is not known here");
    else if (object.find(name) != &object.members[i].value)
      problems.add(place, "stands there twice");
  }
}

condition read_leaf(const json_value& leaf, const leaf_place& place, const condition_names& names,
                    problem_list& problems) {
  return leaf_reader{leaf, place, names, problems}.read();
}

} // namespace stentor::core
