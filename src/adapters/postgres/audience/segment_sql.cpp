#include "adapters/postgres/audience/segment_sql.hpp"

#include "stentor/core/audience/segment.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <vector>

namespace stentor::postgres {

namespace {

using core::segment_operator;
using nlohmann::json;
using kind = core::json_value::kind;

/// A group, its list, a condition, its list of values: two levels of JSON for each of a segment.
constexpr int json_depth_max = 2 * core::segment_depth_max + 4;

/// What lies deeper than any segment may be is left out, so that recursion has an end.
core::json_value value_of(const json& j, int depth = 0) {
  core::json_value v;
  if (j.is_string()) {
    v.is = kind::text;
    v.text = j.get<std::string>();
  } else if (j.is_number()) {
    v.is = kind::number;
    v.text = j.dump();
  } else if (j.is_boolean()) {
    v.is = kind::boolean;
    v.text = j.dump();
  } else if (j.is_structured() && depth < json_depth_max) {
    v.is = j.is_array() ? kind::list : kind::object;
    for (const auto& [key, member] : j.items())
      if (j.is_array())
        v.items.push_back(value_of(member, depth + 1));
      else
        v.members.push_back({key, value_of(member, depth + 1)});
  }
  return v;
}

class segment_compiler {
public:
  explicit segment_compiler(params& arguments) : arguments_{arguments} {}

  std::string compile(const core::segment& s) {
    if (s.parts.empty())
      return condition(s);
    std::string sql;
    for (const auto& part : s.parts)
      sql += (sql.empty() ? "(" : s.any ? " OR " : " AND ") + compile(part);
    return sql + ")";
  }

private:
  std::string place() { return "$" + std::to_string(arguments_.count()); }
  std::string argument(const std::string& value) {
    arguments_.text(value);
    return place();
  }

  std::string condition(const core::segment& s) {
    const auto values = source(s.field);
    switch (s.comparison) {
    case segment_operator::exists:
      return (!s.values.empty() && s.values.front().text == "false" ? "NOT " : "") +
             any(values, "jsonb_typeof(v) <> 'null'");
    case segment_operator::contains:
      return any(values, "position(lower(" + argument(s.values.front().text) +
                             "::text) IN lower(v #>> '{}')) > 0");
    case segment_operator::in:
      return any(values, one_of(s.values));
    default: {
      static const std::map<segment_operator, std::string> signs{
          {segment_operator::eq, "="}, {segment_operator::ne, "="},
          {segment_operator::gt, ">"}, {segment_operator::gte, ">="},
          {segment_operator::lt, "<"}, {segment_operator::lte, "<="}};
      return (s.comparison == segment_operator::ne ? "NOT " : "") +
             any(values, compare(signs.at(s.comparison), s.values.front()));
    }
    }
  }

  static std::string any(const std::string& values, const std::string& test) {
    return "EXISTS (SELECT 1 FROM " + values + " AS v WHERE " + test + ")";
  }

  /// The values of a field as rows `v` of jsonb. Lax paths look into lists by themselves.
  std::string source(std::string field) {
    static const std::map<std::string, std::string> columns{{"name", "name"},
                                                            {"marketingOptIn", "marketing_opt_in"},
                                                            {"createdAt", "created_at"},
                                                            {"userId", "user_id"}};
    if (const auto own = columns.find(field); own != columns.end())
      return "(SELECT to_jsonb(k." + own->second + ") AS v WHERE k." + own->second +
             " IS NOT NULL)";
    if (field.starts_with("attributes."))
      field.erase(0, std::string_view{"attributes."}.size());
    std::string path = "lax $";
    for (std::size_t begin = 0; begin <= field.size();) {
      const auto end = std::min(field.find('.', begin), field.size());
      path += "." + json(field.substr(begin, end - begin))
                        .dump(-1, ' ', true, json::error_handler_t::replace);
      begin = end + 1;
    }
    return "(SELECT q AS v FROM jsonb_path_query(k.attributes, " + argument(path + "[*]") +
           "::jsonpath) q)";
  }

  std::string compare(const std::string& sign, const core::json_value& value) {
    if (value.is == kind::number)
      return as_number(sign + " " + argument(value.text) + "::numeric");
    if (value.is == kind::boolean)
      return "v = " + argument(value.text) + "::jsonb";
    // also dates: ISO 8601 sorts as text
    return "(v #>> '{}') COLLATE \"C\" " + sign + " " + argument(value.text) +
           "::text COLLATE \"C\"";
  }

  static std::string as_number(const std::string& test) {
    return "CASE WHEN jsonb_typeof(v) = 'number' THEN (v #>> '{}')::numeric " + test +
           " ELSE false END";
  }

  /// One array for each type of value, however many values there are.
  std::string one_of(const std::vector<core::json_value>& values) {
    std::string either;
    for (const auto type : {kind::text, kind::number, kind::boolean}) {
      std::vector<std::string> some;
      for (const auto& one : values)
        if (one.is == type)
          some.push_back(one.text);
      if (some.empty())
        continue;
      arguments_.text_array(some);
      const auto list = place() + "::text[]";
      either += either.empty() ? "(" : " OR ";
      either += type == kind::text     ? "(v #>> '{}') COLLATE \"C\" = ANY (" + list + ")"
                : type == kind::number ? as_number("= ANY ((" + list + ")::numeric[])")
                                       : "v = ANY ((" + list + ")::jsonb[])";
    }
    return either + ")";
  }

  params& arguments_;
};

} // namespace

core::result<std::string> segment_to_sql(std::string_view text, params& arguments) {
  const auto parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded())
    return core::error{core::errc::invalid, "segmentQuery: is not valid JSON"};
  const auto wanted = core::read_segment(value_of(parsed));
  if (!wanted)
    return wanted.error();
  return segment_compiler{arguments}.compile(*wanted);
}

} // namespace stentor::postgres
