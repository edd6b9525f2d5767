/// JSON to a tree of conditions, with every problem behind its path.
#include "stentor/core/audience/condition.hpp"
#include "stentor/core/audience/condition_leaves.hpp"
#include "stentor/core/audience/condition_values.hpp"
#include "stentor/core/base/ascii.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using kind = json_value::kind;
namespace limits = condition_limits;

bool same_word(std::string_view text, std::string_view small) {
  return std::equal(text.begin(), text.end(), small.begin(), small.end(),
                    [](char a, char b) { return ascii_lower(a) == b; });
}

std::string joined(const std::string& where, const std::string& member) {
  return where.empty() ? member : where + "." + member;
}

class group_reader {
public:
  group_reader(const condition_names& names, problem_list& problems)
      : names_{names}, problems_{problems} {}

  /// @param event inside whose `where` the group stands; empty: outside of any
  condition group(const json_value& g, const std::string& where, int depth,
                  const std::string& event) {
    condition_group made;
    const auto* list = g.find("conditions");
    if (list == nullptr || list->is != kind::list || list->items.empty()) {
      problems_.add(where,
                    "expected an object with a list \"conditions\" of at least one condition");
      return {made};
    }
    if (depth > limits::depth_max) {
      problems_.add(where, "is nested too deeply: at most " + std::to_string(limits::depth_max) +
                               " groups may stand inside each other");
      return {made};
    }
    made.logic = logic_of(g, where);
    refuse_unknown(g, {"logic", "conditions"}, where, problems_);
    for (std::size_t i = 0; i < list->items.size(); ++i)
      made.parts.push_back(part(
          list->items[i], joined(where, "conditions[" + std::to_string(i) + "]"), depth, event));
    if (made.logic == group_logic::all)
      check_long_lists(made, joined(where, "conditions"));
    return {std::move(made)};
  }

private:
  condition part(const json_value& p, const std::string& where, int depth,
                 const std::string& event) {
    if (p.find("conditions") != nullptr)
      return group(p, where, depth + 1, event);
    if (++leaves_ > limits::leaves_max) {
      if (leaves_ == limits::leaves_max + 1)
        problems_.add(where, "is one too many: a query has at most " +
                                 std::to_string(limits::leaves_max) + " conditions");
      return {};
    }
    if (p.is != kind::object) {
      problems_.add(where, "expected a condition, an object with field, operator and value, not " +
                               kind_of(&p));
      return {};
    }
    const leaf_place place{where, event};
    auto leaf = read_leaf(p, place, names_, problems_);
    if (auto* totals = std::get_if<event_total>(&leaf.is))
      if (const auto* filter = p.find("where"); filter != nullptr)
        totals->where.push_back(group(*filter, joined(where, "where"), depth + 1, totals->event));
    return leaf;
  }

  group_logic logic_of(const json_value& g, const std::string& where) {
    const auto* logic = g.find("logic");
    if (logic == nullptr || (logic->is == kind::text && same_word(logic->text, "and")))
      return group_logic::all;
    if (logic->is == kind::text && same_word(logic->text, "or"))
      return group_logic::any;
    if (logic->is == kind::text && same_word(logic->text, "not"))
      return group_logic::none;
    problems_.add(joined(where, "logic"), "expected AND, OR or NOT");
    return group_logic::all;
  }

  /// Whose elements other leaves are about too is asked element by element: no place for thousands
  /// of values.
  void check_long_lists(const condition_group& g, const std::string& where) {
    for (std::size_t i = 0; i < g.parts.size(); ++i) {
      const auto* test = std::get_if<field_test>(&g.parts[i].is);
      if (test == nullptr || test->negated || test->how != comparison::in || test->path.empty() ||
          test->values.size() <= limits::element_values_max)
        continue;
      const auto shares = [&](const condition& other) {
        const auto* o = std::get_if<field_test>(&other.is);
        return o != nullptr && o != test && !o->negated && o->of == test->of &&
               o->event == test->event && !o->path.empty() && o->path[0] == test->path[0];
      };
      if (std::any_of(g.parts.begin(), g.parts.end(), shares))
        problems_.add(where + "[" + std::to_string(i) + "].value",
                      "holds more than " + std::to_string(limits::element_values_max) +
                          " values, and other conditions of this group are about the same list; "
                          "put it into a group of its own");
    }
  }

  const condition_names& names_;
  problem_list& problems_;
  int leaves_ = 0;
};

} // namespace

condition_reading read_condition(const json_value& query, const condition_names& names) {
  problem_list problems;
  condition_reading reading;
  reading.tree = group_reader{names, problems}.group(query, "", 1, "");
  reading.problems = problems.take();
  return reading;
}

} // namespace stentor::core
