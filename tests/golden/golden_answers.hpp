#pragma once
/// The golden answers: what each endpoint says in the fixed scenario, one file per answer in
/// answers/. With STENTOR_WRITE_GOLDEN=1 in the environment the files are written instead of
/// compared. JSON keys are sorted, because their order is no part of the API; the order of lists
/// is. The main thread only.

#include "tests/golden/plain_http.hpp"
#include "tests/golden/volatile_values.hpp"
#include "tests/support/test_environment.hpp"

#include <functional>
#include <set>
#include <string>

namespace stentor::testing {

/// How one answer is looked at.
struct view {
  volatile_keys varying = {};
  /// Puts in order what comes in no order, or keeps a part only.
  std::function<json(const json&)> arrange = {};
  std::function<json(const std::string&)> read = {}; ///< of a body that is no JSON
};

class golden_answers {
public:
  explicit golden_answers(test_environment& env);
  golden_answers(const golden_answers&) = delete;
  golden_answers& operator=(const golden_answers&) = delete;
  /// The one of this program.
  static golden_answers& one();

  /// Asks, holds the answer against answers/<name>.json, and returns it.
  plain_answer ask(const std::string& name, plain_request request, const view& how = {});
  /// The same with the token of an admin of the daemon's own organization.
  plain_answer ask(const std::string& name, const std::string& method, const std::string& target,
                   const json& body = {}, const view& how = {});
  /// Holds something else that people read by machine, such as a command's JSON.
  void hold(const std::string& name, const json& value);
  [[nodiscard]] volatile_values& values() noexcept { return values_; }
  [[nodiscard]] const std::string& token() const noexcept { return token_; }
  [[nodiscard]] const std::set<std::string>& names() const noexcept { return names_; }

  [[nodiscard]] static std::string folder();
  [[nodiscard]] static bool writes();

private:
  void compare(const std::string& name, const json& whole);

  test_environment& env_;
  volatile_values values_;
  std::string token_;
  std::set<std::string> names_;
};

} // namespace stentor::testing
