#pragma once
/// What no two runs share (ids, times, ports, secrets), replaced by tokens that all runs share. The
/// same id becomes the same token, so that what belongs together stays visible. One thread.

#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace stentor::testing {

/// Which keys of one answer hold a number that depends on the moment.
struct volatile_keys {
  std::set<std::string> names;
  bool all_numbers = false;
};

class volatile_values {
public:
  volatile_values();
  /// A value that every file shall call so: "<draft>".
  void name(const std::string& value, const std::string& token) {
    if (!value.empty())
      named_[value] = token;
  }
  /// Unnamed ids are counted within one answer, so that a new step does not renumber all files.
  void begin_answer() { counted_.clear(); }
  [[nodiscard]] std::string masked(std::string text);
  [[nodiscard]] nlohmann::json masked(const nlohmann::json& value, const volatile_keys& keys);

private:
  /// Whether a time was taken while this program ran; others were given, or stand in a text.
  [[nodiscard]] bool is_of_this_run(std::string time) const;
  std::string token_of(const std::string& kind, const std::string& value);
  void replace_shapes(std::string& text);

  std::string begin_; ///< a little before the first answer
  std::map<std::string, std::string> named_;
  std::map<std::string, std::map<std::string, std::size_t>> counted_; ///< by kind and value
};

} // namespace stentor::testing
