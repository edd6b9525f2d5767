#include "adapters/yaml/configuration_file.hpp"

#include "adapters/yaml/document.hpp"
#include "adapters/yaml/fields.hpp"
#include "adapters/yaml/reader.hpp"

#include <yaml-cpp/yaml.h>

#include <any>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <type_traits>

namespace stentor::yaml {
namespace {

constexpr std::size_t file_size_max = 1 << 20;

/// Collects the keys that a file may hold.
struct key_collector {
  std::vector<known_key> keys;

  template <class T, class Rule>
  void operator()(const std::string& path, const T&, const Rule&, change when) {
    const bool reloadable = when == change::on_reload;
    if constexpr (std::is_same_v<Rule, secret_name> || std::is_same_v<Rule, secret_names>) {
      keys.push_back({path + "_file", reloadable});
      keys.push_back({path + "_env", reloadable});
    } else {
      keys.push_back({path, reloadable});
    }
  }
};

/// Remembers the value of every setting by its key.
struct snapshot {
  std::map<std::string, std::any> values;

  template <class T, class Rule>
  void operator()(const std::string& path, const T& member, const Rule&, change) {
    values.insert_or_assign(key_of<Rule>(path), member);
  }

  /// database.url and its secret share a path.
  template <class Rule>
  static std::string key_of(const std::string& path) {
    return std::is_same_v<Rule, secret_name> ? path + "_file" : path;
  }
};

/// Goes over the running configuration and takes over what may change.
struct updater {
  const snapshot& next;
  ports::configuration_change& seen;

  template <class T, class Rule>
  void operator()(const std::string& path, T& member, const Rule&, change when) {
    const auto value = next.values.find(snapshot::key_of<Rule>(path));
    if (value == next.values.end())
      return;
    const auto& wanted = std::any_cast<const T&>(value->second);
    if (wanted == member)
      return;
    if (when == change::on_reload) {
      seen.reloadable.push_back(path);
      member = wanted;
    } else {
      seen.restart.push_back(path);
    }
  }
};

/// Rules that concern more than one key.
void check_together(const ports::configuration& c, problem_list& problems) {
  if (c.http.tls_certificate.empty() != c.http.tls_key.empty())
    problems.add("http", "tls_certificate and tls_key go together: give both or none");
  if (!c.database.url.empty() && c.database.url_secret.given())
    problems.add("database", "url and url_file (or url_env) exclude each other: keep one of them");
  if (c.retry.delay_max < c.retry.base_delay)
    problems.add("retry", "delay_max must be at least base_delay");
  if (!c.numbers.empty() && c.meta.app_secrets.empty())
    problems.add(
        "meta",
        "app_secret_file (or app_secret_env) is missing: without it no webhook of Meta can be "
        "verified, and no receipt would be counted");
  if (!c.numbers.empty() && !c.meta.verify_token.given())
    problems.add(
        "meta",
        "verify_token_file (or verify_token_env) is missing: Meta asks for it when the webhook is "
        "set up");
}

core::error invalid(std::string message) {
  return {core::errc::invalid, std::move(message)};
}

} // namespace

std::vector<known_key> known_keys() {
  key_collector collector;
  const ports::configuration defaults;
  visit_settings(collector, defaults);
  const ports::number_settings number;
  visit_number(collector, "numbers[]", number);
  for (const auto* key :
       {"quiet_hours.default", "places.main", "frequency[].max", "frequency[].per"})
    collector.keys.push_back({key, true});
  return std::move(collector.keys);
}

core::result<ports::configuration> parse(std::string_view text, const std::string& path,
                                         load_options options) {
  if (text.size() > file_size_max)
    return invalid(path + " is larger than 1 MiB: that is no configuration file");
  problem_list problems{path};
  try {
    const std::string copy{text};
    const auto root = YAML::Load(copy);
    check_single_document(copy, problems);
    auto folder = std::filesystem::absolute(path).parent_path().string();
    reader read{flatten(root, problems), std::move(folder), options.read_secrets, problems};
    ports::configuration c;
    read.numbers(c.numbers);
    read.policy(c.policy);
    visit_settings(read, c);
    std::vector<std::string> known;
    for (auto& k : known_keys())
      known.push_back(std::move(k.path));
    read.report_unknown(known);
    check_together(c, problems);
    if (!problems.empty())
      return invalid(problems.text());
    if (c.database.url_secret.given())
      c.database.url = c.database.url_secret.value;
    return c;
  } catch (const YAML::Exception& e) { // the parser's way to report broken YAML
    problems.add(e.mark, "", "this is no YAML: " + e.msg);
    return invalid(problems.text());
  } catch (const std::exception& e) {
    return invalid(path + " can't be read: " + e.what());
  }
}

core::result<ports::configuration> load(const std::string& path, load_options options) {
  std::error_code failure;
  if (std::filesystem::is_directory(path, failure))
    return invalid(path + " is a folder: name the configuration file in it");
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return core::error{core::errc::not_found,
                       "can't read the configuration file " + path + ": " + std::strerror(errno) +
                           ". 'stentor config example' prints one to start from."};
  std::string text(file_size_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return parse(text, path, options);
}

ports::reloaded_configuration reload(const ports::configuration& running,
                                     const ports::configuration& next) {
  ports::reloaded_configuration result{running, {}};
  snapshot wanted;
  visit_settings(wanted, next);
  for (const auto& n : next.numbers)
    visit_number(wanted, "numbers[" + n.phone_number_id + "]", n);
  updater update{wanted, result.change};
  visit_settings(update, result.now);
  for (auto& n : result.now.numbers)
    visit_number(update, "numbers[" + n.phone_number_id + "]", n);
  const auto take_over = [&](auto& member, const auto& wanted_now, const char* key) {
    if (member == wanted_now)
      return;
    result.change.reloadable.emplace_back(key);
    member = wanted_now;
  };
  auto& policy = result.now.policy;
  take_over(policy.quiet_hours, next.policy.quiet_hours, "quiet_hours");
  take_over(policy.quiet_hours_of, next.policy.quiet_hours_of, "quiet_hours");
  take_over(policy.main_zones, next.policy.main_zones, "places.main");
  take_over(policy.frequency, next.policy.frequency, "frequency");
  take_over(policy.tier, next.policy.tier, "tier");
  take_over(policy.quality, next.policy.quality, "quality");
  // Which numbers there are decides leases and queues, so a change of the list waits for the next
  // start.
  const auto ids = [](const ports::configuration& c) {
    std::vector<std::string> all;
    for (const auto& n : c.numbers)
      all.push_back(n.phone_number_id);
    return all;
  };
  if (ids(running) != ids(next))
    result.change.restart.emplace_back("numbers");
  return result;
}

} // namespace stentor::yaml
