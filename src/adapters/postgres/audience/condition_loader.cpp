#include "adapters/postgres/audience/condition_loader.hpp"

#include "adapters/postgres/audience/json_tree.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace stentor::postgres {

namespace {

/// Of all segments that a query reaches; more would make statements that nobody can plan.
constexpr std::size_t leaves_max = 1'000;
constexpr std::size_t chain_max = 10;
constexpr std::size_t segments_max = 200;

core::value_type type_named(std::string_view name) {
  constexpr std::pair<std::string_view, core::value_type> all[] = {
      {"text", core::value_type::text},
      {"number", core::value_type::number},
      {"boolean", core::value_type::boolean},
      {"time", core::value_type::time}};
  for (const auto& [known, type] : all)
    if (known == name)
      return type;
  return core::value_type::any; // a list holds anything
}

class loader {
public:
  loader(connection& db, std::int32_t organization) : db_{db} {
    made_.terms.organization = organization;
  }

  core::result<loaded_condition> load(std::string_view query, std::string_view of_segment) {
    auto names = read_names(db_, made_.terms.organization);
    if (!names)
      return names.error();
    names_ = std::move(*names);
    if (auto s = read_clock(); !s)
      return s.error();
    auto reading = read(query);
    made_.problems = std::move(reading.problems);
    if (!made_.problems.empty())
      return std::move(made_);
    made_.tree = std::move(reading.tree);
    if (!of_segment.empty())
      chain_.emplace_back(of_segment, "this segment");
    if (auto s = follow(made_.tree, ""); !s)
      return s.error();
    if (made_.problems.empty() && leaves_of(made_.tree) > leaves_max)
      blame("", "has, with the segments that it names, more than " + std::to_string(leaves_max) +
                    " conditions");
    return std::move(made_);
  }

private:
  core::condition_reading read(std::string_view query) const {
    const auto json = read_json(query);
    if (!json)
      return {{}, {{"", json.error().message}}};
    return core::read_condition(*json, names_);
  }

  core::status read_clock() {
    auto now = db_.call("condition_now", organization());
    if (!now)
      return now.error();
    made_.terms.zone = row_reader{*now}.string("zone");
    made_.terms.clock = {
        core::wall_time{std::chrono::milliseconds{row_reader{*now}.integer("now")}},
        [](core::wall_time /*at*/) { return std::chrono::seconds{0}; }};
    return core::ok{};
  }

  params organization() const { return params{}.integer(made_.terms.organization); }

  void blame(const std::string& path, std::string sentence) {
    made_.problems.push_back({path, std::move(sentence)});
  }

  /// What the leaves name. @param blamed the leaf of the query that led here; empty: each its own
  core::status follow(const core::condition& tree, const std::string& blamed) {
    core::status so_far = core::ok{};
    core::each_leaf(tree, [&](const core::condition& leaf, const std::string& path) {
      if (!so_far)
        return;
      const auto& place = blamed.empty() ? path : blamed;
      if (const auto* did = std::get_if<core::behaviour_test>(&leaf.is))
        so_far = read_campaigns(did->whose, place + ".campaign");
      if (const auto* in = std::get_if<core::segment_test>(&leaf.is))
        so_far = read_segments(in->ids, place + (blamed.empty() ? ".value" : ""));
    });
    return so_far;
  }

  /// With every segment as often as it is named; none goes in a circle.
  std::size_t leaves_of(const core::condition& tree) {
    std::size_t n = 0;
    core::each_leaf(tree, [&](const core::condition& leaf, const std::string& /*path*/) {
      const auto* in = std::get_if<core::segment_test>(&leaf.is);
      ++n;
      for (std::size_t i = 0; in != nullptr && i < in->ids.size(); ++i) {
        auto& known = leaves_[in->ids[i]];
        if (known == 0)
          known = leaves_of(made_.terms.segments[in->ids[i]]);
        n = std::min(n + known, leaves_max + 1);
      }
    });
    return n;
  }

  core::status read_campaigns(const core::campaign_choice& choice, const std::string& place) {
    const auto [found, is_new] = made_.terms.campaigns.try_emplace(choice_key(choice));
    if (!is_new)
      return core::ok{};
    auto rows =
        db_.call("condition_campaigns",
                 organization().text(choice.id).text(choice.tag).text(choice.template_name));
    if (!rows)
      return rows.error();
    for (const auto row : each(*rows))
      if (row.boolean("has_list"))
        found->second.push_back(static_cast<std::int32_t>(row.integer("no")));
    if (rows->empty() && !choice.id.empty())
      blame(place, "names a campaign that does not exist");
    return core::ok{};
  }

  core::status read_segments(const std::vector<std::string>& ids, const std::string& place) {
    auto rows = db_.call("condition_segments", organization().text_array(ids));
    if (!rows)
      return rows.error();
    for (const auto& id : ids) {
      int at = 0;
      while (at < rows->size() && row_reader{*rows, at}.text("id") != id)
        ++at;
      if (at == rows->size()) {
        blame(place, "names a segment that does not exist: " + id);
        continue;
      }
      const row_reader row{*rows, at};
      if (auto s = enter(id, row.string("name"), row.text("query"), place); !s)
        return s;
    }
    return core::ok{};
  }

  core::status enter(const std::string& id, const std::string& name, std::string_view query,
                     const std::string& place) {
    const auto before = std::find_if(chain_.begin(), chain_.end(),
                                     [&](const auto& each) { return each.first == id; });
    if (before != chain_.end() || chain_.size() >= chain_max) {
      std::string way;
      for (const auto& [unused, passed] : chain_)
        way += "\"" + passed + "\" → ";
      blame(place, (before != chain_.end() ? "goes in a circle: " : "goes too deep: ") + way +
                       "\"" + name + "\"");
      return core::ok{};
    }
    if (made_.terms.segments.contains(id) || !made_.problems.empty())
      return core::ok{};
    if (made_.terms.segments.size() >= segments_max) {
      blame(place, "leads to more than " + std::to_string(segments_max) + " segments");
      return core::ok{};
    }
    auto reading = read(query);
    if (!reading.problems.empty()) {
      blame(place, "names the segment \"" + name +
                       "\", whose own query is wrong: " + core::text_of(reading.problems, "query"));
      return core::ok{};
    }
    chain_.emplace_back(id, name);
    auto followed = follow(reading.tree, place);
    chain_.pop_back();
    made_.terms.segments[id] = std::move(reading.tree);
    return followed;
  }

  connection& db_;
  core::condition_names names_;
  loaded_condition made_;
  std::vector<std::pair<std::string, std::string>> chain_; ///< id and name
  std::map<std::string, std::size_t> leaves_;              ///< of segments
};

} // namespace

void use_zone(condition_terms& terms, const ports::time_zones& zones) {
  terms.clock.offset = [&zones, zone = terms.zone](core::wall_time at) {
    const auto known = zones.offset(zone, at);
    return known ? known->offset : std::chrono::seconds{0};
  };
}

core::result<core::condition_names> read_names(connection& db, std::int32_t organization) {
  core::condition_names names;
  auto events = db.call("condition_event_names", params{}.integer(organization));
  if (!events)
    return events.error();
  for (const auto row : each(*events))
    names.events.insert(row.string("name"));
  auto attributes = db.call("condition_attributes", params{}.integer(organization));
  if (!attributes)
    return attributes.error();
  for (const auto row : each(*attributes))
    names.attributes[row.string("name")] = {type_named(row.text("type")), row.boolean("sensitive")};
  return names;
}

core::result<loaded_condition> load_condition(connection& db, std::int32_t organization,
                                              std::string_view query, std::string_view of_segment) {
  return loader{db, organization}.load(query, of_segment);
}

} // namespace stentor::postgres
