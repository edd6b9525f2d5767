#pragma once
/// What stands behind "value" of a leaf, read by what the field can hold. Part of reading
/// conditions (condition.hpp). Pure; any thread.

#include "stentor/core/audience/condition.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

/// Problems as they are found, each behind its path.
class problem_list {
public:
  void add(std::string path, std::string sentence) {
    all_.push_back({std::move(path), std::move(sentence)});
  }
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  [[nodiscard]] std::vector<condition_problem> take() { return std::move(all_); }

private:
  std::vector<condition_problem> all_;
};

/// "a list", "true or false", "nothing": what somebody wrote, for a sentence.
[[nodiscard]] std::string kind_of(const json_value* value);

/// A text of people without NUL and not too long; a problem otherwise.
[[nodiscard]] std::optional<std::string> read_text(const json_value* value, std::size_t bytes_max,
                                                   const std::string& path,
                                                   const std::string& expected,
                                                   problem_list& problems);
/// One value to compare with. @param ordered what has an order: neither true nor false
[[nodiscard]] std::optional<operand> read_operand(const json_value* value, value_type type,
                                                  bool ordered, const std::string& path,
                                                  problem_list& problems);
/// Every value that the comparison wants; those that are wrong are missing.
[[nodiscard]] std::vector<operand> read_operands(const json_value* value, comparison how,
                                                 value_type type, const std::string& path,
                                                 problem_list& problems);
/// "30d"
[[nodiscard]] std::optional<calendar_span>
read_span(const json_value* value, const std::string& path, problem_list& problems);

} // namespace stentor::core
