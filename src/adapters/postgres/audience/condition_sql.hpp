#pragma once
/// Conditions as SQL. Names and values from outside travel as parameters only, never as SQL text;
/// core/audience/condition_eval says what they mean, and a property test holds the two together.
/// Pure; any thread.

#include "adapters/postgres/client/params.hpp"
#include "stentor/core/audience/condition.hpp"
#include "stentor/core/audience/condition_eval.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stentor::postgres {

/// What a condition needs to know beside itself.
struct condition_terms {
  std::int32_t organization = 0;
  core::zone_clock clock;
  std::string zone = "UTC"; ///< the clock's, as PostgreSQL knows it
  core::condition_segments segments;
  /// By choice_key of each choice in the condition and its segments: the campaigns' numbers.
  std::map<std::string, std::vector<std::int32_t>> campaigns;
};

[[nodiscard]] std::string choice_key(const core::campaign_choice& choice);

/// A boolean expression over a row `k` of customer, of the terms' organization; NULL counts as
/// false.
/// @param arguments receives the values; the SQL numbers them from what it holds already
[[nodiscard]] std::string condition_to_sql(const core::condition& tree,
                                           const condition_terms& terms, params& arguments);

} // namespace stentor::postgres
