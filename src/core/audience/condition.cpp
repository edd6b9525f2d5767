/// What trees of conditions mean, apart from reading them (condition_reader.cpp).
#include "stentor/core/audience/condition.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace stentor::core {

namespace {

void add(path_node& root, const field_test& test) {
  auto* node = &root;
  for (const auto& part : test.path) {
    auto found = std::find_if(node->below.begin(), node->below.end(),
                              [&](const path_node& each) { return each.name == part; });
    if (found == node->below.end())
      found = node->below.insert(found, path_node{part, {}, {}});
    node = &*found;
  }
  node->tests.push_back(&test);
}

bool in_document(const field_test& test) {
  return test.of == subject::attribute ||
         (test.of == subject::event_property && test.event.empty());
}

void walk(const condition& tree, const std::string& path,
          const std::function<void(const condition&, const std::string&)>& seen) {
  const auto* group = std::get_if<condition_group>(&tree.is);
  if (group == nullptr)
    return seen(tree, path);
  for (std::size_t i = 0; i < group->parts.size(); ++i)
    walk(group->parts[i],
         path + (path.empty() ? "" : ".") + "conditions[" + std::to_string(i) + "]", seen);
}

} // namespace

wall_time resolved(const moment& when, const zone_clock& clock) {
  if (const auto* relative = std::get_if<relative_time>(&when.written))
    return resolved(*relative, clock);
  if (const auto* at = std::get_if<wall_time>(&when.written))
    return *at;
  const std::chrono::local_days day{std::get<std::chrono::year_month_day>(when.written)};
  return moment_of(day, clock);
}

std::string attribute_time(const moment& when, const zone_clock& clock) {
  const auto* day_alone = std::get_if<std::chrono::year_month_day>(&when.written);
  const wall_time at =
      day_alone != nullptr ? wall_time{std::chrono::sys_days{*day_alone}} : resolved(when, clock);
  const auto second = std::chrono::floor<std::chrono::seconds>(at);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{second - day};
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  constexpr std::size_t day_length = 10;
  return {text.data(), day_alone != nullptr ? day_length : static_cast<std::size_t>(length)};
}

correlated_parts correlated(const std::vector<condition>& all_of) {
  correlated_parts parts;
  for (const auto& each : all_of) {
    const auto* test = std::get_if<field_test>(&each.is);
    if (test == nullptr || test->negated)
      parts.others.push_back(&each);
    else if (in_document(*test))
      add(parts.document, *test);
    else if (!test->event.empty())
      parts.events[test->event].push_back(test);
    else
      parts.others.push_back(&each);
  }
  return parts;
}

path_node document_of(const std::vector<const field_test*>& tests) {
  path_node root;
  for (const auto* test : tests)
    add(root, *test);
  return root;
}

void each_leaf(const condition& tree,
               const std::function<void(const condition&, const std::string&)>& seen) {
  walk(tree, "", seen);
}

std::vector<std::string> segments_named(const condition& tree) {
  std::vector<std::string> ids;
  each_leaf(tree, [&](const condition& leaf, const std::string& /*path*/) {
    if (const auto* test = std::get_if<segment_test>(&leaf.is))
      for (const auto& id : test->ids)
        if (std::find(ids.begin(), ids.end(), id) == ids.end())
          ids.push_back(id);
  });
  return ids;
}

std::string text_of(const std::vector<condition_problem>& problems, std::string_view query_name) {
  std::string text;
  for (const auto& [path, sentence] : problems)
    text += (text.empty() ? "" : "; ") + std::string{query_name} + (path.empty() ? "" : ".") +
            path + ": " + sentence;
  return text;
}

} // namespace stentor::core
