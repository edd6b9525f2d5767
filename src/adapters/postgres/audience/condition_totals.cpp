#include "adapters/postgres/audience/condition_totals.hpp"

#include "adapters/postgres/audience/condition_jsonpath.hpp"
#include "stentor/core/audience/condition_match.hpp"
#include "stentor/core/base/rfc3339.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

using core::amount_test;
using core::comparison;
using core::decimal;
using core::operand;
using core::subject;
using core::total;

constexpr std::uint32_t micros_a_unit = 1'000'000;

bool holds_for_zero(const std::vector<amount_test>& amounts) {
  return std::all_of(amounts.begin(), amounts.end(), [](const amount_test& each) {
    const auto order = decimal{} <=> std::get<decimal>(each.value);
    const bool is = core::ordered_as(order, each.how);
    return is != each.negated;
  });
}

/// Every amount, with `counted` on the left and on the right what `bound` makes of the value.
template <class Bound>
std::string all_amounts(const std::vector<amount_test>& amounts, const std::string& counted,
                        Bound bound) {
  std::string sql;
  for (const auto& each : amounts) {
    sql += sql.empty() ? "(" : " AND ";
    const auto one = counted + sign_of(each.how) + bound(each);
    sql += each.negated ? "NOT coalesce(" + one + ", false)" : one;
  }
  return sql + ")";
}

/// The first or last event of each person that the filter leaves.
std::string end_sql(const core::event_total& t, const std::string& filter,
                    condition_values& values) {
  const bool last = t.what == total::last;
  std::string left = "e.at";
  if (t.of == subject::event_value)
    left = "e.value_micros";
  else if (t.of == subject::event_currency)
    left = "e.currency COLLATE \"C\"";
  std::string tests;
  if (t.of == subject::event_property) {
    const auto place = "jsonb_path_query_first(e.properties, " +
                       values.jsonpath(plain_path(t.path)) + ", '{}', true) @@ ";
    for (const auto& each : t.amounts) {
      const auto one =
          place + values.jsonpath(plain_comparison(each.how, each.value, values.clock()));
      tests += (tests.empty() ? "(" : " AND ") +
               (each.negated ? "NOT coalesce(" + one + ", false)" : one);
    }
    tests += ")";
  } else {
    tests = all_amounts(t.amounts, left, [&](const amount_test& each) {
      if (t.of == subject::event_value)
        return values.micros(each.value);
      if (t.of == subject::event_currency)
        return values.text_of(each.value);
      return values.moment(core::resolved(std::get<core::moment>(each.value), values.clock()));
    });
  }
  return "k.no IN (SELECT e.customer_no FROM (SELECT DISTINCT ON (e.customer_no) e.* FROM "
         "customer_event e WHERE " +
         filter + " ORDER BY e.customer_no, e.at" + (last ? " DESC" : "") +
         ", coalesce(e.source_id, '') COLLATE \"C\"" + (last ? " DESC" : "") + ") e WHERE " +
         tests + ")";
}

/// When people did it, of a row d of delivery.
const char* moment_of(core::behaviour what) {
  switch (what) {
  case core::behaviour::received:
    return "d.accepted_ms";
  case core::behaviour::delivered:
    return "coalesce(d.delivered_ms, d.read_ms)";
  case core::behaviour::read:
    return "d.read_ms";
  case core::behaviour::replied:
    return "d.responded_ms";
  case core::behaviour::failed:
    break;
  }
  return "CASE WHEN state_name(d.state) = 'failed' THEN d.failed_ms END";
}

} // namespace

std::string condition_values::place(const char* type) {
  return "$" + std::to_string(arguments_.count()) + "::" + type;
}
std::string condition_values::text(std::string_view value) {
  arguments_.text(value);
  return place("text");
}
std::string condition_values::text_of(const operand& value) {
  return text(std::get<std::string>(value));
}
std::string condition_values::integer(std::int64_t value) {
  arguments_.integer(value);
  return place("int8");
}
std::string condition_values::moment(core::wall_time at) {
  arguments_.text(core::to_text(at));
  return place("timestamptz");
}
std::string condition_values::jsonpath(const std::string& path) {
  arguments_.text(path);
  return place("jsonpath");
}
std::string condition_values::number(const operand& value) {
  arguments_.text(std::get<decimal>(value).to_text());
  return place("numeric");
}
std::string condition_values::micros(const operand& value) {
  arguments_.text(std::get<decimal>(value).times(micros_a_unit).to_text());
  return place("numeric");
}
std::string condition_values::texts(const std::vector<operand>& values) {
  std::vector<std::string> all;
  all.reserve(values.size());
  for (const auto& value : values)
    all.push_back(std::get<std::string>(value));
  arguments_.text_array(all);
  return place("text[]");
}
std::string condition_values::phones(const std::vector<operand>& values) {
  std::vector<std::int64_t> all;
  all.reserve(values.size());
  for (const auto& value : values)
    all.push_back(std::stoll(std::get<std::string>(value)));
  arguments_.int8_array(all);
  return place("int8[]");
}
std::string condition_values::all_micros(const std::vector<operand>& values) {
  std::vector<std::string> all;
  all.reserve(values.size());
  for (const auto& value : values)
    all.push_back(std::get<decimal>(value).times(micros_a_unit).to_text());
  arguments_.text_array(all);
  return place("text[]") + "::numeric[]";
}
std::string condition_values::json_values(const std::vector<operand>& values) {
  std::vector<std::string> all;
  all.reserve(values.size());
  for (const auto& value : values)
    all.push_back(literal_of(value, clock_));
  arguments_.text_array(all);
  return place("text[]") + "::jsonb[]";
}
std::string condition_values::numbers(const std::vector<std::int32_t>& values) {
  arguments_.int4_array(values);
  return place("int4[]");
}

const char* sign_of(comparison how) {
  switch (how) {
  case comparison::gt:
    return " > ";
  case comparison::gte:
    return " >= ";
  case comparison::lt:
    return " < ";
  case comparison::lte:
    return " <= ";
  default:
    return " = ";
  }
}

std::string total_sql(const core::event_total& t, const std::string& filter,
                      condition_values& values) {
  if (t.what == total::first || t.what == total::last)
    return end_sql(t, filter, values);
  std::string from = "customer_event e";
  std::string number = "e.value_micros";
  const bool property = t.of == subject::event_property;
  if (property && t.what != total::count) {
    from += " CROSS JOIN LATERAL (SELECT jsonb_path_query_first(e.properties, " +
            values.jsonpath(plain_path(t.path)) + ", '{}', true) AS v) p";
    number = "CASE WHEN jsonb_typeof(p.v) = 'number' THEN p.v::numeric END";
  }
  const auto bound = [&](const amount_test& each) {
    return t.what == total::count || property ? values.number(each.value)
                                              : values.micros(each.value);
  };
  std::string counted = "count(*)";
  if (t.what != total::count)
    counted = "coalesce(sum(" + number + "), 0)";
  auto having = t.what == total::avg // without a division, which would be rounded
                    ? "count(" + number + ") > 0 AND " +
                          all_amounts(t.amounts, counted,
                                      [&](const amount_test& each) {
                                        return bound(each) + " * count(" + number + ")";
                                      })
                    : all_amounts(t.amounts, counted, bound);
  const bool of_nobody = t.what != total::avg && holds_for_zero(t.amounts);
  const auto people =
      "SELECT e.customer_no FROM " + from + " WHERE " + filter + " GROUP BY e.customer_no HAVING ";
  if (of_nobody) // whoever has no event at all is not among the groups
    return "NOT coalesce(k.no IN (" + people + "NOT (" + having + ")), false)";
  return "k.no IN (" + people + having + ")";
}

std::string behaviour_sql(const core::behaviour_test& t, const std::string& organization,
                          const std::string& campaigns, std::optional<std::int64_t> since_ms,
                          condition_values& values) {
  const std::string done = moment_of(t.what);
  // A recipient is a customer by number, by phone or by user id: lists name their people in any
  // way.
  const auto people =
      "WITH h AS MATERIALIZED (SELECT r.campaign_no, r.seq, r.customer_no, phone_key(r.phone) AS "
      "phone, r.user_id FROM campaign_recipient r JOIN delivery d ON d.campaign_no = r.campaign_no "
      "AND d.seq = r.seq WHERE r.campaign_no = ANY (" +
      campaigns + ") AND d.campaign_no = ANY (" + campaigns + ") AND " + done +
      (since_ms ? " >= " + values.integer(*since_ms) : " IS NOT NULL") +
      ") SELECT m.no FROM (SELECT h.customer_no AS no, h.campaign_no, h.seq FROM h WHERE "
      "h.customer_no IS NOT NULL UNION SELECT c.no, h.campaign_no, h.seq FROM h JOIN customer c ON "
      "c.organization_no = " +
      organization +
      " AND c.phone = h.phone UNION SELECT c.no, h.campaign_no, h.seq FROM h JOIN customer c ON "
      "c.organization_no = " +
      organization + " AND c.user_id = h.user_id) m";
  if (t.amounts.empty())
    return std::string{t.negated ? "NOT coalesce(" : "("} + "k.no IN (" + people + ")" +
           (t.negated ? ", false)" : ")");
  const auto having = all_amounts(
      t.amounts, "count(*)", [&](const amount_test& each) { return values.number(each.value); });
  if (holds_for_zero(t.amounts))
    return "NOT coalesce(k.no IN (" + people + " GROUP BY m.no HAVING NOT " + having + "), false)";
  return "k.no IN (" + people + " GROUP BY m.no HAVING " + having + ")";
}

} // namespace stentor::postgres
