/// Only whole negations turn NULL into false (`NOT coalesce(…, false)`): AND and OR of NULLs are
/// never true by themselves, and a bare jsonpath can use an index.
#include "adapters/postgres/audience/condition_sql.hpp"

#include "adapters/postgres/audience/condition_jsonpath.hpp"
#include "adapters/postgres/audience/condition_totals.hpp"
#include "stentor/core/base/rfc3339.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

using core::comparison;
using core::condition;
using core::condition_group;
using core::field_test;
using core::subject;

/// So many values of one attribute become one array; fewer stand in the jsonpath.
constexpr std::size_t values_in_path_max = 16;

class condition_compiler {
public:
  condition_compiler(const condition_terms& terms, params& arguments)
      : terms_{terms}, values_{arguments, terms.clock} {}

  std::string compile(const condition& c) {
    return std::visit([&](const auto& node) { return node_sql(node); }, c.is);
  }

private:
  static std::string negated(const std::string& sql) { return "NOT coalesce(" + sql + ", false)"; }
  static std::string negated_if(bool negative, const std::string& sql) {
    return negative ? negated(sql) : sql;
  }

  template <class Part>
  static void append(std::string& sql, const char* glue, const Part& part) {
    sql += (sql.empty() ? "(" : glue) + part;
  }

  std::string node_sql(const condition_group& g) {
    std::string sql;
    if (g.logic != core::group_logic::all) {
      for (const auto& part : g.parts)
        append(sql, " OR ", compile(part));
      return negated_if(g.logic == core::group_logic::none, sql + ")");
    }
    const auto parts = core::correlated(g.parts);
    if (!parts.document.empty())
      append(sql, " AND ", document_sql("k.attributes", parts.document));
    for (const auto& [event, tests] : parts.events)
      append(sql, " AND ", any_event(event, tests));
    for (const auto* other : parts.others)
      append(sql, " AND ", compile(*other));
    return sql + ")";
  }

  std::string node_sql(const field_test& t) {
    if (t.of == subject::attribute)
      return negated_if(t.negated, document_sql("k.attributes", core::document_of({&t})));
    if (!t.event.empty())
      return negated_if(t.negated, any_event(t.event, {&t}));
    return negated_if(t.negated, column_sql(t));
  }

  std::string node_sql(const core::event_total& t) {
    std::string filter = event_filter(t.event);
    if (t.within)
      filter += " AND e.at >= " + values_.moment(since(*t.within)) +
                " AND e.at <= " + values_.moment(terms_.clock.now);
    if (!t.where.empty())
      filter += " AND " + inside(t.where.front());
    return total_sql(t, filter, values_);
  }

  std::string node_sql(const core::behaviour_test& t) {
    const auto known = terms_.campaigns.find(choice_key(t.whose));
    const auto since_ms =
        t.within ? std::optional{since(*t.within).time_since_epoch().count()} : std::nullopt;
    return behaviour_sql(t, values_.integer(terms_.organization),
                         values_.numbers(known == terms_.campaigns.end()
                                             ? std::vector<std::int32_t>{}
                                             : known->second),
                         since_ms, values_);
  }

  std::string node_sql(const core::consent_test& t) {
    std::string sql;
    for (const auto state : t.states) {
      const bool agrees =
          state == core::consent_state::granted || state == core::consent_state::assumed;
      const bool said =
          state == core::consent_state::granted || state == core::consent_state::withdrawn;
      append(sql, " OR ",
             std::string{agrees ? "k.marketing_opt_in AND k.marketing_opt_in_at"
                                : "NOT k.marketing_opt_in AND k.marketing_opt_out_at"} +
                 (said ? " IS NOT NULL" : " IS NULL"));
    }
    return negated_if(t.negated, sql + ")");
  }

  std::string node_sql(const core::segment_test& t) {
    std::string sql;
    for (const auto& id : t.ids) {
      const auto saved = terms_.segments.find(id);
      append(sql, " OR ", saved == terms_.segments.end() ? "false" : compile(saved->second));
    }
    return negated_if(t.negated, sql + ")");
  }

  core::wall_time since(core::calendar_span within) const {
    return core::moved_by(terms_.clock.now, {-within.amount, within.unit}, terms_.clock);
  }

  // -- JSON

  /// One jsonpath, or one array where a single list of values is long.
  std::string document_sql(const std::string& document, const core::path_node& root) {
    core::path_node rest;
    std::string sql;
    for (const auto& branch : root.below) {
      const auto* only = only_test(branch);
      if (only != nullptr && only->how == comparison::in &&
          only->values.size() > values_in_path_max)
        append(sql, " AND ",
               "EXISTS (SELECT FROM jsonb_path_query(" + document + ", " +
                   values_.jsonpath(values_path(only->path)) + ") AS v WHERE v = ANY (" +
                   values_.json_values(only->values) + "))");
      else
        rest.below.push_back(branch);
    }
    if (!rest.empty())
      append(sql, " AND ", document + " @@ " + values_.jsonpath(jsonpath_of(rest, terms_.clock)));
    return sql + ")";
  }

  static const field_test* only_test(const core::path_node& node) {
    if (node.tests.size() + node.below.size() != 1)
      return nullptr;
    return node.tests.empty() ? only_test(node.below.front()) : node.tests.front();
  }

  // -- columns

  std::string column_sql(const field_test& t) {
    switch (t.of) {
    case subject::name:
      return text_column("k.name", t);
    case subject::user_id:
      return text_column("k.user_id", t);
    case subject::phone_number:
      return phone_column(t);
    case subject::country:
      return text_column("k.country", t);
    case subject::language:
      return text_column("k.language", t);
    case subject::time_zone:
      return text_column("k.time_zone", t);
    case subject::tags:
      return tags_column(t);
    case subject::created_at:
      return time_column("k.created_at", t);
    case subject::updated_at:
      return time_column("k.updated_at", t);
    case subject::marketing_opt_in:
      return truth_column("k.marketing_opt_in", t);
    default:
      return event_column(t);
    }
  }

  std::string text_column(const std::string& column, const field_test& t) {
    const auto bytes = column + " COLLATE \"C\"";
    const auto value = [&](std::size_t i) { return values_.text_of(t.values[i]); };
    switch (t.how) {
    case comparison::exists:
      return column + " IS NOT NULL";
    case comparison::between:
      return "(" + bytes + " >= " + value(0) + " AND " + bytes + " <= " + value(1) + ")";
    case comparison::in:
      return column + " = ANY (" + values_.texts(t.values) + ")";
    case comparison::contains:
    case comparison::starts_with:
    case comparison::ends_with:
      return bytes + " ~ " + values_.text(pattern_of(std::get<std::string>(t.values[0]), t.how));
    default:
      return (t.how == comparison::eq ? column : bytes) + sign_of(t.how) + value(0);
    }
  }

  std::string tags_column(const field_test& t) {
    if (t.how == comparison::exists)
      return "cardinality(k.tags) > 0";
    if (t.how == comparison::eq || t.how == comparison::in)
      return "k.tags && " + values_.texts(t.values);
    return "EXISTS (SELECT FROM unnest(k.tags) AS tag WHERE " + text_column("tag", t) + ")";
  }

  /// Equality goes by the number, which has an index.
  std::string phone_column(const field_test& t) {
    if (t.how == comparison::eq || t.how == comparison::in)
      return "k.phone = ANY (" + values_.phones(t.values) + ")";
    if (t.how == comparison::exists)
      return "k.phone IS NOT NULL";
    return text_column("('+' || k.phone)", t);
  }

  std::string time_column(const std::string& column, const field_test& t) {
    const auto value = [&](std::size_t i) {
      return values_.moment(core::resolved(std::get<core::moment>(t.values[i]), terms_.clock));
    };
    switch (t.how) {
    case comparison::exists:
      return column + " IS NOT NULL";
    case comparison::between:
      return "(" + column + " >= " + value(0) + " AND " + column + " <= " + value(1) + ")";
    case comparison::anniversary:
      return "to_char(" + column + " AT TIME ZONE " + values_.text(terms_.zone) +
             ", 'MM-DD') = " + values_.text(month_and_day(t.values[0], terms_.clock));
    default:
      return column + sign_of(t.how) + value(0);
    }
  }

  std::string truth_column(const std::string& column, const field_test& t) {
    if (t.how == comparison::exists)
      return column + " IS NOT NULL";
    std::string sql;
    for (const auto& value : t.values)
      append(sql, " OR ", std::get<bool>(value) ? column : "NOT " + column);
    return sql + ")";
  }

  std::string event_column(const field_test& t) {
    switch (t.of) {
    case subject::event_at:
      return time_column("e.at", t);
    case subject::event_currency:
      return text_column("e.currency", t);
    case subject::event_value:
      return micros_column(t);
    default:
      return document_sql("e.properties", core::document_of({&t}));
    }
  }

  std::string micros_column(const field_test& t) {
    const std::string column = "e.value_micros";
    switch (t.how) {
    case comparison::exists:
      return column + " IS NOT NULL";
    case comparison::between:
      return "(" + column + " >= " + values_.micros(t.values[0]) + " AND " + column +
             " <= " + values_.micros(t.values[1]) + ")";
    case comparison::in:
      return column + "::numeric = ANY (" + values_.all_micros(t.values) + ")";
    default:
      return column + sign_of(t.how) + values_.micros(t.values[0]);
    }
  }

  // -- events

  /// Of a row e of customer_event.
  std::string event_filter(const std::string& name) {
    return "e.organization_no = " + values_.integer(terms_.organization) +
           " AND e.name = " + values_.text(name);
  }

  /// Tests of one event.
  std::string any_event(const std::string& name, const std::vector<const field_test*>& tests) {
    std::string filter = event_filter(name);
    std::vector<const field_test*> properties;
    for (const auto* t : tests)
      if (t->of == subject::event_property)
        properties.push_back(t);
      else
        filter += " AND " + event_column(*t);
    if (!properties.empty())
      filter += " AND " + document_sql("e.properties", core::document_of(properties));
    return "k.no IN (SELECT e.customer_no FROM customer_event e WHERE " + filter + ")";
  }

  /// The `where` of a total, about a row e.
  std::string inside(const condition& c) {
    if (const auto* t = std::get_if<field_test>(&c.is))
      return negated_if(t->negated, event_column(*t));
    const auto* g = std::get_if<condition_group>(&c.is);
    if (g == nullptr)
      return "false";
    std::string sql;
    if (g->logic != core::group_logic::all) {
      for (const auto& part : g->parts)
        append(sql, " OR ", inside(part));
      return negated_if(g->logic == core::group_logic::none, sql + ")");
    }
    const auto parts = core::correlated(g->parts);
    if (!parts.document.empty())
      append(sql, " AND ", document_sql("e.properties", parts.document));
    for (const auto* other : parts.others)
      append(sql, " AND ", inside(*other));
    return sql + ")";
  }

  const condition_terms& terms_;
  condition_values values_;
};

} // namespace

std::string choice_key(const core::campaign_choice& choice) {
  if (!choice.id.empty())
    return "id " + choice.id;
  if (!choice.tag.empty())
    return "tag " + choice.tag;
  return choice.template_name.empty() ? "any" : "template " + choice.template_name;
}

std::string condition_to_sql(const condition& tree, const condition_terms& terms,
                             params& arguments) {
  return condition_compiler{terms, arguments}.compile(tree);
}

} // namespace stentor::postgres
