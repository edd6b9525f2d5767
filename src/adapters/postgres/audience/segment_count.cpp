#include "adapters/postgres/audience/segment_count.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace stentor::postgres {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int running_max = 2; ///< of one organization
constexpr std::chrono::seconds kept_for{60};
constexpr std::size_t answers_max = 1'000;
constexpr milliseconds count_time{30'000};
constexpr milliseconds sample_time{2'000};
constexpr double sampled_customers = 200'000;
constexpr double two_sided_95 = 1.96; ///< of the normal distribution

std::string with(std::string statement, std::string_view place, std::string_view text) {
  for (auto at = statement.find(place); at != std::string::npos;
       at = statement.find(place, at + text.size()))
    statement.replace(at, place.size(), text);
  return statement;
}

struct expected {
  double cost = 0;
  double rows = 0;
  std::set<std::string> uses;
};

void gather(const json& node, expected& to) {
  if (node.contains("Relation Name")) {
    auto used = node["Node Type"].get<std::string>();
    if (node.contains("Index Name"))
      used += " " + node["Index Name"].get<std::string>();
    to.uses.insert(used + " on " + node["Relation Name"].get<std::string>());
  }
  if (node.contains("Plans"))
    for (const auto& child : node["Plans"])
      gather(child, to);
}

/// What the planner thinks of it.
core::result<expected> explain(connection& db, const std::string& statement, params arguments) {
  auto r = db.query("EXPLAIN (FORMAT JSON) " + statement, std::move(arguments));
  if (!r)
    return r.error();
  expected e;
  const auto plan = json::parse(r->text(0, 0), nullptr, false);
  if (plan.is_discarded() || !plan.is_array() || plan.empty())
    return core::error{core::errc::internal, "PostgreSQL's plan can't be read"};
  const auto& top = plan[0]["Plan"];
  e.cost = top.value("Total Cost", 0.0);
  e.rows = top.contains("Plans") ? top["Plans"][0].value("Plan Rows", 0.0) : 0;
  gather(top, e);
  return e;
}

/// A transaction that only reads, for so long at most.
core::result<transaction> begin_reading(connection& db, milliseconds time) {
  auto t = transaction::begin(db);
  if (!t)
    return t.error();
  if (auto s = db.call("segment_session", params{}.text(std::to_string(time.count()))); !s)
    return s.error();
  return t;
}

json sample_of(connection& db, const std::string& condition, params arguments) {
  auto shown = json::array();
  auto t = begin_reading(db, sample_time);
  if (!t)
    return shown;
  const auto r = db.query(with(sql_fragment("segment_sample"), "{condition}", condition),
                          std::move(arguments));
  if (r)
    for (const auto row : each(*r))
      shown.push_back(json::parse(row.text("customer"), nullptr, false));
  return shown;
}

/// A slot among the previews of an organization.
class turn {
public:
  turn(std::mutex& mutex, std::map<std::int32_t, int>& running, std::int32_t organization)
      : mutex_{mutex}, running_{running}, organization_{organization} {
    const std::scoped_lock hold{mutex_};
    auto& now = running_[organization_];
    if (now < running_max) {
      ++now;
      taken_ = true;
    }
  }
  ~turn() {
    if (!taken_)
      return;
    const std::scoped_lock hold{mutex_};
    if (--running_[organization_] == 0)
      running_.erase(organization_);
  }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

  [[nodiscard]] bool taken() const noexcept { return taken_; }

private:
  std::mutex& mutex_;
  std::map<std::int32_t, int>& running_;
  std::int32_t organization_;
  bool taken_ = false;
};

} // namespace

core::result<counted_people> segment_counter::count(const loaded_condition& condition,
                                                    const std::string& query) {
  const auto organization = condition.terms.organization;
  const key asked{organization, query};
  {
    const std::scoped_lock hold{mutex_};
    const auto now = steady_clock::now();
    std::erase_if(answers_, [&](const auto& each) { return each.second.until <= now; });
    if (const auto known = answers_.find(asked); known != answers_.end())
      return known->second.answer;
  }
  const turn mine{mutex_, running_, organization};
  if (!mine.taken())
    return core::error{core::errc::unavailable,
                       "two previews of this organization are running: try again when one of them "
                       "is done"};
  auto answer = ask(condition);
  if (!answer)
    return answer;
  const std::scoped_lock hold{mutex_};
  if (answers_.size() < answers_max)
    answers_[asked] = {steady_clock::now() + kept_for, *answer};
  return answer;
}

core::result<counted_people> segment_counter::ask(const loaded_condition& condition) const {
  const auto begun = steady_clock::now();
  auto db = queries_.own_connection("stentor preview");
  if (!db)
    return db.error();
  params arguments;
  arguments.integer(condition.terms.organization);
  const auto sql = condition_to_sql(condition.tree, condition.terms, arguments);
  auto statement = with(sql_fragment("segment_count"), "{condition}", sql);
  json shown;
  counted_people made;
  {
    auto t = begin_reading(*db, count_time);
    if (!t)
      return t.error();
    const auto plan =
        explain(*db, with(sql_fragment("segment_people"), "{condition}", sql), arguments);
    if (!plan)
      return plan.error();
    double share = 1;
    if (plan->cost > cost_max_) {
      auto size = db->call("segment_table_size");
      if (!size)
        return size.error();
      share = std::min(1.0, sampled_customers / row_reader{*size}.real("customers"));
      if (share < 1)
        statement = with(with(sql_fragment("segment_estimate"), "{condition}", sql), "{percent}",
                         std::to_string(share * 100));
    }
    auto counted = db->query(statement, arguments);
    if (!counted) {
      constexpr const char* query_canceled = "57014";
      if (db->last_sqlstate() == query_canceled)
        return core::error{core::errc::unavailable,
                           "counting took more than 30 seconds: ask for less, or count it later"};
      return counted.error();
    }
    const row_reader row{*counted};
    const auto scaled = [&](const char* name) {
      return std::llround(static_cast<double>(row.integer(name)) / share);
    };
    made.people = scaled("people");
    made.exact = share >= 1;
    shown["people"] = made.people;
    shown["reachable"] = scaled("reachable");
    shown["exact"] = made.exact;
    const auto looked_at = static_cast<double>(std::max<std::int64_t>(1, row.integer("customers")));
    const auto part = static_cast<double>(row.integer("people")) / looked_at;
    shown["marginOfError"] =
        made.exact ? 0.0 : two_sided_95 * std::sqrt(part * (1 - part) / looked_at);
    shown["plan"] = {{"rows", std::llround(plan->rows)},
                     {"cost", std::llround(plan->cost)},
                     {"uses", plan->uses}};
  }
  shown["sample"] = made.people == 0 ? json::array() : sample_of(*db, sql, std::move(arguments));
  shown["millis"] = std::chrono::duration_cast<milliseconds>(steady_clock::now() - begun).count();
  made.answer = shown.dump(-1, ' ', false, json::error_handler_t::replace);
  return made;
}

} // namespace stentor::postgres
