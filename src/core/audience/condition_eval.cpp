/// One person's facts, one kind of leaf after the other.
#include "stentor/core/audience/condition_eval.hpp"

#include "stentor/core/audience/condition_match.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

using kind = json_value::kind;
bool amount_holds(const amount_test& test, std::strong_ordering order) {
  return ordered_as(order, test.how) != test.negated;
}

json_value tags_of(const person_facts& person) {
  json_value list{kind::list, "", {}, {}};
  for (const auto& tag : person.tags)
    list.items.push_back({kind::text, tag, {}, {}});
  return list;
}

class evaluator {
public:
  evaluator(const person_facts& person, const zone_clock& clock, const condition_segments& segments)
      : person_{person}, clock_{clock}, segments_{segments} {}

  bool ask(const condition& c) const {
    return std::visit([&](const auto& node) { return node_holds(node); }, c.is);
  }

private:
  bool node_holds(const condition_group& g) const {
    if (g.logic != group_logic::all) {
      const bool any =
          std::any_of(g.parts.begin(), g.parts.end(), [&](const auto& p) { return ask(p); });
      return any == (g.logic == group_logic::any);
    }
    const auto parts = correlated(g.parts);
    return (parts.document.empty() || document_holds(person_.attributes, parts.document, clock_)) &&
           std::all_of(parts.events.begin(), parts.events.end(),
                       [&](const auto& each) { return any_event(each.first, each.second); }) &&
           std::all_of(parts.others.begin(), parts.others.end(),
                       [&](const auto* other) { return ask(*other); });
  }

  bool node_holds(const field_test& t) const {
    bool found = false;
    if (t.of == subject::attribute)
      found = document_holds(person_.attributes, document_of({&t}), clock_);
    else if (!t.event.empty())
      found = any_event(t.event, {&t});
    else
      found = column_holds(t);
    return found != t.negated;
  }

  bool node_holds(const event_total& t) const {
    const auto events = events_of(t);
    if (t.what == total::first || t.what == total::last)
      return end_holds(t, events);
    std::uint32_t counted = 0;
    decimal sum;
    for (const auto* e : events) {
      if (t.what == total::count)
        ++counted;
      else if (const auto number = number_of(*e, t)) {
        sum = sum + *number;
        ++counted;
      }
    }
    if (t.what == total::avg && counted == 0)
      return false;
    return std::all_of(t.amounts.begin(), t.amounts.end(), [&](const amount_test& each) {
      const auto& bound = std::get<decimal>(each.value);
      switch (t.what) {
      case total::count:
        return amount_holds(each, decimal{counted} <=> bound);
      case total::avg: // without a division, which would have to be rounded
        return amount_holds(each, sum <=> bound.times(counted));
      default:
        return amount_holds(each, sum <=> bound);
      }
    });
  }

  bool node_holds(const behaviour_test& t) const {
    std::int64_t n = 0;
    for (const auto& m : person_.messages) {
      const auto done = m.done.find(t.what);
      const bool chosen =
          (t.whose.id.empty() || m.campaign == t.whose.id) &&
          (t.whose.template_name.empty() || m.template_name == t.whose.template_name) &&
          (t.whose.tag.empty() ||
           std::find(m.tags.begin(), m.tags.end(), t.whose.tag) != m.tags.end());
      if (chosen && done != m.done.end() && (!t.within || since(*t.within) <= done->second))
        ++n;
    }
    if (t.amounts.empty())
      return (n > 0) != t.negated;
    return std::all_of(t.amounts.begin(), t.amounts.end(), [&](const amount_test& each) {
      return amount_holds(each, decimal{n} <=> std::get<decimal>(each.value));
    });
  }

  bool node_holds(const consent_test& t) const {
    const auto state =
        person_.marketing_opt_in
            ? (person_.opt_in_at_known ? consent_state::granted : consent_state::assumed)
            : (person_.opt_out_at_known ? consent_state::withdrawn : consent_state::none);
    return (std::find(t.states.begin(), t.states.end(), state) != t.states.end()) != t.negated;
  }

  bool node_holds(const segment_test& t) const {
    const bool in = std::any_of(t.ids.begin(), t.ids.end(), [&](const auto& id) {
      const auto saved = segments_.find(id);
      return saved != segments_.end() && ask(saved->second);
    });
    return in != t.negated;
  }

  wall_time since(calendar_span within) const {
    return moved_by(clock_.now, {-within.amount, within.unit}, clock_);
  }

  // -- columns

  bool column_holds(const field_test& t) const {
    switch (t.of) {
    case subject::name:
      return text_column(person_.name, t);
    case subject::phone_number:
      return text_column(person_.phone_number, t);
    case subject::user_id:
      return text_column(person_.user_id, t);
    case subject::country:
      return text_column(person_.country, t);
    case subject::language:
      return text_column(person_.language, t);
    case subject::time_zone:
      return text_column(person_.time_zone, t);
    case subject::tags:
      return value_holds(tags_of(person_), t, clock_);
    case subject::created_at:
      return time_column(person_.created_at, t);
    case subject::updated_at:
      return time_column(person_.updated_at, t);
    case subject::marketing_opt_in:
      return value_holds({kind::boolean, person_.marketing_opt_in ? "true" : "false", {}, {}}, t,
                         clock_);
    default:
      return false;
    }
  }

  bool text_column(const std::optional<std::string>& value, const field_test& t) const {
    return value && value_holds({kind::text, *value, {}, {}}, t, clock_);
  }

  bool time_column(wall_time value, const field_test& t) const {
    if (t.how == comparison::exists)
      return true;
    if (t.how == comparison::anniversary) {
      const auto day = day_of(value, clock_);
      const auto wanted = day_of(resolved(std::get<moment>(t.values[0]), clock_), clock_);
      return day.month() == wanted.month() && day.day() == wanted.day();
    }
    const auto bound = [&](std::size_t i) {
      return resolved(std::get<moment>(t.values[i]), clock_);
    };
    if (t.how == comparison::between)
      return value >= bound(0) && value <= bound(1);
    return ordered_as(value <=> bound(0), t.how);
  }

  // -- events

  bool any_event(std::string_view name, const std::vector<const field_test*>& tests) const {
    return std::any_of(person_.events.begin(), person_.events.end(),
                       [&](const auto& e) { return e.name == name && event_holds(e, tests); });
  }

  bool event_holds(const event_facts& e, const std::vector<const field_test*>& tests) const {
    std::vector<const field_test*> properties;
    for (const auto* t : tests)
      if (t->of == subject::event_property)
        properties.push_back(t);
      else if (!event_column_holds(e, *t))
        return false;
    return properties.empty() || document_holds(e.properties, document_of(properties), clock_);
  }

  bool event_column_holds(const event_facts& e, const field_test& t) const {
    if (t.of == subject::event_at)
      return time_column(e.at, t);
    if (t.of == subject::event_currency)
      return text_column(e.currency, t);
    return e.value_micros &&
           value_holds({kind::number, decimal::of_micros(*e.value_micros).to_text(), {}, {}}, t,
                       clock_);
  }

  /// The `where` of a total, about one event.
  bool inside_holds(const condition& c, const event_facts& e) const {
    if (const auto* t = std::get_if<field_test>(&c.is))
      return event_holds(e, {t}) != t->negated;
    const auto* g = std::get_if<condition_group>(&c.is);
    if (g == nullptr)
      return false;
    if (g->logic != group_logic::all) {
      const bool any = std::any_of(g->parts.begin(), g->parts.end(),
                                   [&](const auto& p) { return inside_holds(p, e); });
      return any == (g->logic == group_logic::any);
    }
    const auto parts = correlated(g->parts);
    return (parts.document.empty() || document_holds(e.properties, parts.document, clock_)) &&
           std::all_of(parts.others.begin(), parts.others.end(),
                       [&](const auto* other) { return inside_holds(*other, e); });
  }

  std::vector<const event_facts*> events_of(const event_total& t) const {
    std::vector<const event_facts*> found;
    for (const auto& e : person_.events)
      if (e.name == t.event && (!t.within || (e.at >= since(*t.within) && e.at <= clock_.now)) &&
          (t.where.empty() || inside_holds(t.where.front(), e)))
        found.push_back(&e);
    return found;
  }

  static std::optional<decimal> number_of(const event_facts& e, const event_total& t) {
    if (t.of == subject::event_value)
      return e.value_micros ? std::optional{decimal::of_micros(*e.value_micros)} : std::nullopt;
    const auto* value = property(e, t.path);
    return value != nullptr && value->is == kind::number ? decimal::from(value->text)
                                                         : std::nullopt;
  }

  /// Plainly what stands there: no list is looked into.
  static const json_value* property(const event_facts& e, const std::vector<std::string>& path) {
    const auto* value = &e.properties;
    for (const auto& part : path) {
      if (value == nullptr || value->is != kind::object)
        return nullptr;
      value = value->find(part);
    }
    return value;
  }

  /// The first or last event's value.
  bool end_holds(const event_total& t, const std::vector<const event_facts*>& events) const {
    if (events.empty())
      return false;
    const auto before = [](const auto* a, const auto* b) {
      return a->at != b->at ? a->at < b->at : a->source_id < b->source_id;
    };
    const auto& e = t.what == total::first
                        ? **std::min_element(events.begin(), events.end(), before)
                        : **std::max_element(events.begin(), events.end(), before);
    return std::all_of(t.amounts.begin(), t.amounts.end(), [&](const amount_test& each) {
      field_test asked;
      asked.of = t.of;
      asked.how = each.how;
      asked.values = {each.value};
      bool is = false;
      if (t.of != subject::event_property)
        is = event_column_holds(e, asked);
      else if (const auto* value = property(e, t.path); value != nullptr)
        is = value_fits(*value, each.how, each.value, clock_);
      return is != each.negated;
    });
  }

  const person_facts& person_;
  const zone_clock& clock_;
  const condition_segments& segments_;
};

} // namespace

bool holds(const condition& tree, const person_facts& person, const zone_clock& clock,
           const condition_segments& segments) {
  return evaluator{person, clock, segments}.ask(tree);
}

} // namespace stentor::core
