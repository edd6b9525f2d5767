#include "adapters/postgres/audience/segment_sql.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <vector>

namespace stentor::postgres {

namespace {

using nlohmann::json;

constexpr int depth_max = 8;
constexpr std::size_t conditions_max = 100;

class translator {
public:
  explicit translator(params& arguments) : arguments_{arguments} {}

  std::string group(const json& g, const std::string& where, int depth) {
    if (!g.is_object() || !g.contains("conditions") || !g["conditions"].is_array() ||
        g["conditions"].empty())
      return problem(where,
                     "expected an object with a list \"conditions\" of at least one condition");
    if (depth > depth_max)
      return problem(where, "conditions are nested too deeply");
    const auto logic = upper(
        g.contains("logic") && g["logic"].is_string() ? g["logic"].get<std::string>() : "AND");
    if ((logic != "AND" && logic != "OR") || (g.contains("logic") && !g["logic"].is_string()))
      return problem(where + ".logic", "expected AND or OR");
    std::string sql = "(";
    int i = 0;
    for (const auto& c : g["conditions"]) {
      const auto here = where + ".conditions[" + std::to_string(i) + "]";
      if (i++ > 0)
        sql += " " + logic + " ";
      sql += c.is_object() && c.contains("conditions") ? group(c, here, depth + 1)
                                                       : condition(c, here);
    }
    return sql + ")";
  }

  [[nodiscard]] const std::string& problems() const noexcept { return problems_; }

private:
  std::string problem(const std::string& where, const std::string& what) {
    problems_ += (problems_.empty() ? "" : "; ") + where + ": " + what;
    return "false";
  }

  static std::string upper(std::string text) {
    for (auto& c : text)
      if (c >= 'a' && c <= 'z')
        c = static_cast<char>(c - 'a' + 'A');
    return text;
  }

  std::string argument(const std::string& value) {
    arguments_.text(value);
    return "$" + std::to_string(arguments_.count());
  }

  std::string condition(const json& c, const std::string& where) {
    if (++conditions_ > conditions_max)
      return problem(where, "more than 100 conditions");
    if (!c.is_object() || !c.contains("field") || !c["field"].is_string() ||
        c["field"].get<std::string>().empty())
      return problem(where + ".field",
                     "expected the name of an attribute, such as \"saleDetails.destination\"");
    const auto name =
        c.contains("operator") && c["operator"].is_string() ? c["operator"].get<std::string>() : "";
    static const std::map<std::string, std::string> comparisons{
        {"eq", "="}, {"ne", "="}, {"gt", ">"}, {"gte", ">="}, {"lt", "<"}, {"lte", "<="}};
    const auto values = source(c["field"].get<std::string>());
    static const json absent;
    const auto& value =
        c.contains("value") ? c["value"] : absent; // a copy recurses as deep as it is
    if (name == "exists")
      return (value.is_boolean() && !value.get<bool>() ? "NOT " : "") +
             any(values, "jsonb_typeof(v) <> 'null'");
    if (name == "contains") {
      if (!value.is_string())
        return problem(where + ".value", "expected a text");
      return any(values, "position(lower(" + argument(value.get<std::string>()) +
                             "::text) IN lower(v #>> '{}')) > 0");
    }
    if (name == "in") {
      if (!value.is_array() || value.empty())
        return problem(where + ".value", "expected a list of values");
      std::string either;
      for (const auto& one : value)
        either += (either.empty() ? "" : " OR ") + compare("=", one, where + ".value");
      return any(values, either);
    }
    const auto comparison = comparisons.find(name);
    if (comparison == comparisons.end())
      return problem(where + ".operator",
                     "expected one of eq, ne, gt, gte, lt, lte, contains, in, exists");
    return (name == "ne" ? "NOT " : "") +
           any(values, compare(comparison->second, value, where + ".value"));
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

  std::string compare(const std::string& sign, const json& value, const std::string& where) {
    if (value.is_number())
      return "CASE WHEN jsonb_typeof(v) = 'number' THEN (v #>> '{}')::numeric " + sign + " " +
             argument(value.dump()) + "::numeric ELSE false END";
    if (value.is_boolean() && sign == "=")
      return "v = " + argument(value.dump()) + "::jsonb";
    if (value.is_string()) // also dates: ISO 8601 sorts as text
      return "(v #>> '{}') COLLATE \"C\" " + sign + " " + argument(value.get<std::string>()) +
             "::text COLLATE \"C\"";
    return problem(where, "expected a text or a number" +
                              std::string{sign == "=" ? ", or true or false" : ""});
  }

  params& arguments_;
  std::string problems_;
  std::size_t conditions_ = 0;
};

} // namespace

core::result<std::string> segment_to_sql(std::string_view text, params& arguments) {
  const auto parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded())
    return core::error{core::errc::invalid, "segmentQuery: is not valid JSON"};
  translator t{arguments};
  auto sql = t.group(parsed, "segmentQuery", 1);
  if (!t.problems().empty())
    return core::error{core::errc::invalid, t.problems()};
  return sql;
}

} // namespace stentor::postgres
