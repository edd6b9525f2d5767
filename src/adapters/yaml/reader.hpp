#pragma once
/// The visitor that fills a configuration from a flattened file and says what is wrong with each
/// value. Private to this adapter.

#include "adapters/yaml/document.hpp"
#include "adapters/yaml/fields.hpp"

#include <string>
#include <vector>

namespace stentor::yaml {

class reader {
public:
  reader(leaves found, std::string folder, bool read_secrets, problem_list& problems)
      : found_{std::move(found)}, folder_{std::move(folder)},
        read_secrets_{read_secrets}, problems_{problems} {}

  template <class T, class Rule>
  void operator()(const std::string& path, T& member, const Rule& rule, change) {
    read(path, member, rule);
  }

  void numbers(std::vector<ports::number_settings>& numbers);
  /// What has no fixed keys: quiet_hours, places.main, frequency (reader_policy.cpp).
  void policy(core::policy& policy);
  /// What the visits left over is unknown, or belongs to a group that takes no value.
  void report_unknown(const std::vector<std::string>& known);

private:
  void quiet_hours(core::policy& policy);
  void main_zones(core::policy& policy);
  void frequency(core::policy& policy);
  void tier(core::tier_policy& tier);
  void quality(core::quality_policy& quality);
  /// The keys below a group, without it.
  [[nodiscard]] std::vector<std::string> keys_below(std::string_view group) const;
  [[nodiscard]] std::vector<core::quiet_span> quiet_spans(const std::string& path);
  void read(const std::string& path, std::string& member, any_text rule);
  void read(const std::string& path, std::string& member, digits rule);
  void read(const std::string& path, std::string& member, digits_or_none rule);
  void read(const std::string& path, std::string& member, address rule);
  void read(const std::string& path, std::string& member, web_address rule);
  void read(const std::string& path, std::string& member, version_text rule);
  void read(const std::string& path, std::string& member, region_text rule);
  void read(const std::string& path, std::string& member, path_text rule);
  void read(const std::string& path, std::string& member, connection_text rule);
  void read(const std::string& path, double& member, real_range rule);
  void read(const std::string& path, std::vector<std::string>& member, text_list rule);
  void read(const std::string& path, ports::secret& member, secret_name rule);
  void read(const std::string& path, std::vector<ports::secret>& member, secret_names rule);
  void read(const std::string& path, ports::log_level& member, log_level_name rule);
  void read(const std::string& path, ports::log_format& member, log_format_name rule);
  void read(const std::string& path, std::chrono::milliseconds& member, duration_range rule);
  template <class Integer>
  void read(const std::string& path, Integer& member, integer_range rule) {
    if (std::uint64_t value = 0; integer(path, value, rule))
      member = static_cast<Integer>(value);
  }
  template <class Integer>
  void read(const std::string& path, Integer& member, size_range rule) {
    if (std::uint64_t value = 0; size(path, value, rule))
      member = static_cast<Integer>(value);
  }

  bool integer(const std::string& path, std::uint64_t& value, integer_range rule);
  bool size(const std::string& path, std::uint64_t& value, size_range rule);
  /// Takes a scalar out of the file; false when it is absent, null, or (a problem then) no scalar.
  bool scalar(const std::string& path, const std::string& expected, leaf& taken);
  /// A scalar or a list of them.
  std::vector<std::string> words(const std::string& path, YAML::Mark& mark);
  template <class Test>
  void text(const std::string& path, std::string& member, const std::string& expected,
            const Test& good);
  template <class Enumeration, std::size_t N>
  void choice(const std::string& path, Enumeration& member, const std::string_view (&names)[N]);
  void wrong(const leaf& at, const std::string& path, const std::string& expected);
  void refuse_inline(const std::string& path);
  [[nodiscard]] std::string resolved(const std::string& path) const;
  void fetch(ports::secret& s, const YAML::Mark& mark, const std::string& path);

  leaves found_;
  std::string folder_;
  bool read_secrets_;
  problem_list& problems_;
};

} // namespace stentor::yaml
