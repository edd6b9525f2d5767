/// What an organization lays down for its campaigns: keys by country, and a list of caps
/// (reader.hpp).
#include "adapters/yaml/reader.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>

namespace stentor::yaml {
namespace {

constexpr std::string_view none = "none";
constexpr std::size_t caps_max = 10;

bool is_country(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

} // namespace

std::vector<std::string> reader::keys_below(std::string_view group) const {
  std::vector<std::string> keys;
  const auto prefix = std::string{group} + ".";
  for (auto at = found_.lower_bound(prefix); at != found_.end() && at->first.starts_with(prefix);
       ++at)
    keys.push_back(at->first.substr(prefix.size()));
  return keys;
}

std::vector<core::quiet_span> reader::quiet_spans(const std::string& path) {
  YAML::Mark mark;
  std::vector<core::quiet_span> spans;
  for (const auto& word : words(path, mark)) {
    if (word == none)
      return {};
    if (const auto span = core::quiet_span_from(word))
      spans.push_back(*span);
    else
      problems_.add(mark, path,
                    "'" + word.substr(0, 40) +
                        "' are no quiet hours: expected a time of day such as 21:00-09:00, days "
                        "(sun; sat,sun 18:00-24:00), dates of the year (12-25), or none");
  }
  return spans;
}

void reader::quiet_hours(core::policy& policy) {
  leaf all;
  if (scalar("quiet_hours", "none, or a group of countries", all)) {
    if (all.node.Scalar() == none)
      policy.quiet_hours.clear();
    else
      wrong(all, "quiet_hours", "none, or a group with default and countries (IN, DE)");
  }
  for (const auto& key : keys_below("quiet_hours")) {
    const auto path = "quiet_hours." + key;
    if (key == "default")
      policy.quiet_hours = quiet_spans(path);
    else if (is_country(key))
      policy.quiet_hours_of[key] = quiet_spans(path);
  }
}

void reader::main_zones(core::policy& policy) {
  if (const auto at = found_.find("places.main"); at != found_.end()) {
    if (at->second.node.IsScalar() || at->second.node.size() > 0)
      wrong(at->second, "places.main", "a group of countries, such as US: America/New_York");
    found_.erase(at);
  }
  for (const auto& key : keys_below("places.main"))
    if (is_country(key))
      read("places.main." + key, policy.main_zones[key], any_text{});
}

void reader::frequency(core::policy& policy) {
  using namespace std::chrono_literals;
  if (const auto at = found_.find("frequency"); at != found_.end()) {
    const auto none_said = at->second.node.IsSequence() && at->second.node.size() == 0;
    if (none_said)
      policy.frequency.clear();
    else if (!at->second.node.IsNull())
      wrong(at->second, "frequency", "a list of caps, each with max and per; [] for none");
    found_.erase(at);
    return;
  }
  std::vector<core::frequency_cap> caps;
  for (std::size_t i = 0; i < caps_max; ++i) {
    const auto at = "frequency[" + std::to_string(i) + "]";
    const auto first = found_.lower_bound(at);
    if (first == found_.end() || !first->first.starts_with(at))
      break;
    const auto mark = first->second.key;
    core::frequency_cap cap;
    read(at + ".max", cap.max, integer_range{1, 1'000});
    read(at + ".per", cap.per, duration_range{1h, 90 * one_day});
    if (cap.max == 0 || cap.per == 0ms)
      problems_.add(mark, at, "needs both: max (messages) and per (in which time, such as 7d)");
    caps.push_back(cap);
  }
  if (!caps.empty())
    policy.frequency = std::move(caps);
}

void reader::tier(core::tier_policy& tier) {
  using namespace std::chrono_literals;
  std::int32_t limit = 0;
  read("tier.limit", limit, integer_range{1, 1'000'000'000});
  if (limit > 0)
    tier.limit = limit;
  read("tier.headroom", tier.headroom_percent, integer_range{0, 90});
  std::chrono::milliseconds period = tier.period;
  read("tier.period", period, duration_range{24h, 72h});
  tier.period = std::chrono::ceil<std::chrono::minutes>(period);
}

void reader::quality(core::quality_policy& quality) {
  const auto read_share = [this](const char* key, double& share) {
    auto percent = static_cast<std::int32_t>(std::lround(share * 100));
    read(key, percent, integer_range{0, 100});
    share = percent / 100.0;
  };
  read_share("quality.yellow", quality.yellow);
  read_share("quality.red", quality.red);
  read_share("quality.template_red", quality.template_red);
}

void reader::policy(core::policy& policy) {
  quiet_hours(policy);
  main_zones(policy);
  frequency(policy);
  tier(policy.tier);
  quality(policy.quality);
}

} // namespace stentor::yaml
