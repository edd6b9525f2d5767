/// Leaves about what people did with campaigns, agreed to, and belong to.
#include "stentor/core/audience/condition_leaves.hpp"
#include "stentor/core/base/ascii.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using kind = json_value::kind;
namespace limits = condition_limits;

constexpr std::pair<std::string_view, behaviour> behaviours[] = {
    {"messages.received", behaviour::received},
    {"messages.delivered", behaviour::delivered},
    {"messages.read", behaviour::read},
    {"messages.replied", behaviour::replied},
    {"messages.failed", behaviour::failed}};

constexpr std::pair<std::string_view, consent_state> consents[] = {
    {"granted", consent_state::granted},
    {"assumed", consent_state::assumed},
    {"withdrawn", consent_state::withdrawn},
    {"none", consent_state::none}};

constexpr std::pair<std::string_view, comparison> amounts[] = {
    {"eq", comparison::eq},   {"ne", comparison::eq}, {"gt", comparison::gt},
    {"gte", comparison::gte}, {"lt", comparison::lt}, {"lte", comparison::lte}};

/// As PostgreSQL writes one; none when it is something else.
std::optional<std::string> uuid_of(const json_value& value) {
  if (value.is != kind::text || value.text.size() != 36)
    return std::nullopt;
  std::string id;
  for (std::size_t i = 0; i < value.text.size(); ++i) {
    const char c = ascii_lower(value.text[i]);
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
      return std::nullopt;
    id.push_back(c);
  }
  return id;
}

std::string operator_of(const json_value& leaf) {
  return leaf.find("operator")->text; // it was read as a text before
}

constexpr const char* campaign_expected =
    "expected a campaign's id, \"any\", {\"tag\": …} or {\"template\": …}";

campaign_choice read_choice(const json_value* value, const std::string& path,
                            problem_list& problems) {
  campaign_choice choice;
  if (value == nullptr || (value->is == kind::text && value->text == "any"))
    return choice;
  if (auto id = uuid_of(*value)) {
    choice.id = std::move(*id);
    return choice;
  }
  if (value->is != kind::object || value->members.size() != 1 ||
      (value->members[0].name != "tag" && value->members[0].name != "template")) {
    problems.add(path, campaign_expected);
    return choice;
  }
  const auto& [name, text] = value->members[0];
  auto read =
      read_text(&text, limits::text_bytes_max, path + "." + name, "expected a text", problems);
  if (read && read->empty())
    problems.add(path + "." + name, "expected a text of at least one character");
  if (read)
    (name == "tag" ? choice.tag : choice.template_name) = std::move(*read);
  return choice;
}

} // namespace

std::vector<amount_test> read_amounts(const json_value* value, value_type type,
                                      const std::string& path, problem_list& problems) {
  std::vector<amount_test> tests;
  if (value == nullptr || value->is != kind::object || value->members.empty()) {
    problems.add(path, "expected an object such as {\"gte\": 2}, not " + kind_of(value));
    return tests;
  }
  refuse_unknown(*value, {"eq", "ne", "gt", "gte", "lt", "lte"}, path, problems);
  for (const auto& [name, bound] : value->members)
    for (const auto& [known, how] : amounts)
      if (known == name)
        if (auto read =
                read_operand(&bound, type, how != comparison::eq, path + "." + name, problems))
          tests.push_back({how, name == "ne", std::move(*read)});
  return tests;
}

condition read_behaviour(const json_value& leaf, std::string_view field, const std::string& path,
                         problem_list& problems) {
  behaviour_test test;
  const auto* known = std::find_if(std::begin(behaviours), std::end(behaviours),
                                   [&](const auto& each) { return each.first == field; });
  if (known == std::end(behaviours)) {
    const bool later = field == "messages.clicked" || field == "messages.bought";
    problems.add(path + ".field",
                 later ? "is not recorded yet: expected messages.received, .delivered, .read, "
                         ".replied or .failed"
                       : "expected messages.received, .delivered, .read, .replied or .failed");
    return {};
  }
  test.what = known->second;
  test.whose = read_choice(leaf.find("campaign"), path + ".campaign", problems);
  if (const auto* span = leaf.find("within"); span != nullptr)
    test.within = read_span(span, path + ".within", problems);
  const auto name = operator_of(leaf);
  const bool counts = name == "count";
  if (counts)
    test.amounts = read_amounts(leaf.find("value"), value_type::number, path + ".value", problems);
  else if (name == "notExists")
    test.negated = true;
  else if (name != "exists")
    problems.add(path + ".operator", "expected one of exists, notExists, count");
  if (counts)
    refuse_unknown(leaf, {"field", "operator", "campaign", "within", "value"}, path, problems);
  else
    refuse_unknown(leaf, {"field", "operator", "campaign", "within"}, path, problems);
  return {std::move(test)};
}

condition read_consent(const json_value& leaf, std::string_view field, const std::string& path,
                       problem_list& problems) {
  consent_test test;
  if (field != "consent.marketing") {
    problems.add(path + ".field", "expected consent.marketing, the one topic so far");
    return {};
  }
  const auto state = [&](const json_value& value, const std::string& where) {
    for (const auto& [name, meaning] : consents)
      if (value.is == kind::text && value.text == name)
        return test.states.push_back(meaning);
    problems.add(where, "expected one of granted, assumed, withdrawn, none");
  };
  const auto name = operator_of(leaf);
  const auto* value = leaf.find("value");
  const bool many = name == "in" || name == "notIn";
  test.negated = name == "ne" || name == "notIn";
  if (many && value != nullptr && value->is == kind::list && !value->items.empty())
    for (std::size_t i = 0; i < value->items.size() && i <= std::size(consents); ++i)
      state(value->items[i], path + ".value[" + std::to_string(i) + "]");
  else if (many)
    problems.add(path + ".value", "expected a list of granted, assumed, withdrawn, none");
  else if (name == "eq" || name == "ne")
    state(value == nullptr ? json_value{} : *value, path + ".value");
  else
    state({kind::text, name, {}, {}}, path + ".operator");
  refuse_unknown(leaf, {"field", "operator", "value"}, path, problems);
  return {std::move(test)};
}

condition read_segments(const json_value& leaf, const std::string& path, problem_list& problems) {
  segment_test test;
  const auto name = operator_of(leaf);
  if (name != "in" && name != "notIn")
    problems.add(path + ".operator", "expected one of in, notIn");
  test.negated = name == "notIn";
  const auto* value = leaf.find("value");
  const auto one = [&](const json_value& id, const std::string& where) {
    if (auto uuid = uuid_of(id))
      test.ids.push_back(std::move(*uuid));
    else
      problems.add(where, "expected the id of a saved segment, a UUID");
  };
  if (value != nullptr && value->is == kind::text)
    one(*value, path + ".value");
  else if (value == nullptr || value->is != kind::list || value->items.empty())
    problems.add(path + ".value", "expected a list of ids of saved segments");
  else if (value->items.size() > limits::segments_max)
    problems.add(path + ".value",
                 "names more than " + std::to_string(limits::segments_max) + " segments");
  else
    for (std::size_t i = 0; i < value->items.size(); ++i)
      one(value->items[i], path + ".value[" + std::to_string(i) + "]");
  refuse_unknown(leaf, {"field", "operator", "value"}, path, problems);
  return {std::move(test)};
}

} // namespace stentor::core
