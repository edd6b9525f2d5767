#pragma once
/// How many people a condition is about, within bounds of cost and time. Thread-safe.

#include "adapters/postgres/audience/condition_loader.hpp"
#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace stentor::postgres {

struct counted_people {
  std::int64_t people = 0;
  bool exact = true;
  std::string answer; ///< JSON, as ports::segment_store::preview gives it
};

class segment_counter {
public:
  /// @param cost_max in PostgreSQL's units: what would cost more is counted in a sample
  segment_counter(query_pool& queries, double cost_max) : queries_{queries}, cost_max_{cost_max} {}

  /// Half a minute at most; unavailable then, and while two others of the organization run. The
  /// same question within a minute gets the same answer.
  /// @param query the text that was loaded
  [[nodiscard]] core::result<counted_people> count(const loaded_condition& condition,
                                                   const std::string& query);

private:
  using key = std::pair<std::int32_t, std::string>;
  struct kept {
    std::chrono::steady_clock::time_point until;
    counted_people answer;
  };

  [[nodiscard]] core::result<counted_people> ask(const loaded_condition& condition) const;

  query_pool& queries_;
  const double cost_max_;
  std::mutex mutex_;
  std::map<std::int32_t, int> running_; ///< by organization
  std::map<key, kept> answers_;
};

} // namespace stentor::postgres
