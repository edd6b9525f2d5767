#pragma once
/// The members of a JSON object that people write into a draft, each asked for by name; whatever
/// nobody asked for is a problem. One thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/json_value.hpp"
#include "stentor/core/campaign/draft_problem.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

class strict_members {
public:
  /// @param path of the object, "plan.spread"
  /// @param problems outlives it, as the object does
  strict_members(const json_value& from, std::string path, std::vector<draft_problem>& problems);

  /// nullptr when it is absent or null; the name counts as known.
  [[nodiscard]] const json_value* find(std::string_view name);
  /// Each none when it is absent, null or wrong, which is told.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name, std::int64_t least,
                                                    std::int64_t most);
  [[nodiscard]] std::optional<double> real(std::string_view name, double least, double most);
  [[nodiscard]] std::optional<std::chrono::seconds>
  duration(std::string_view name, std::chrono::seconds least, std::chrono::seconds most);
  [[nodiscard]] std::optional<wall_time> time(std::string_view name);
  [[nodiscard]] std::optional<bool> boolean(std::string_view name);
  /// The place of its text among the names.
  [[nodiscard]] std::optional<std::size_t> one_of(std::string_view name,
                                                  std::initializer_list<std::string_view> names);

  void wrong(std::string_view name, std::string sentence);
  [[nodiscard]] std::string path_of(std::string_view name) const;
  /// Tells whatever nobody asked for; comes last.
  void refuse_unknown();
  /// Since it was made, its members' own ones among them.
  [[nodiscard]] bool has_problems() const noexcept { return problems_.size() > problems_before_; }

private:
  const json_value& from_;
  std::string path_;
  std::vector<draft_problem>& problems_;
  std::size_t problems_before_;
  std::set<std::string_view> known_;
};

} // namespace stentor::core
