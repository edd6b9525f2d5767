#pragma once
/// Random people and random questions about them, made so that they meet often. One thread.

#include "stentor/core/audience/condition_eval.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <random>
#include <string>

namespace stentor::postgres::testing {

/// The numbers come from the generator itself, because distributions differ between libraries.
class random_conditions {
public:
  explicit random_conditions(std::uint32_t seed) : random_{seed} {}

  [[nodiscard]] nlohmann::json group(int depth);
  [[nodiscard]] nlohmann::json attributes(int depth = 0);
  /// A row of customer, as JSON of its columns.
  [[nodiscard]] nlohmann::json customer(int no);
  /// A row of customer_event without its customer.
  [[nodiscard]] nlohmann::json event();
  [[nodiscard]] std::uint32_t below(std::uint32_t end) {
    return static_cast<std::uint32_t>(random_() % end);
  }

  /// The campaigns and segments that leaves may name.
  std::vector<std::string> campaigns;
  std::vector<std::string> segments;

private:
  template <std::size_t N>
  const char* one_of(const char* const (&all)[N]) {
    return all[below(N)];
  }
  nlohmann::json leaf(bool inside_event);
  nlohmann::json event_leaf();
  nlohmann::json behaviour_leaf();
  nlohmann::json column_leaf();
  nlohmann::json compared(std::string field);
  nlohmann::json compared_time(std::string field);
  nlohmann::json trip();
  nlohmann::json trip_leaf(const std::string& before);
  nlohmann::json scalar();
  nlohmann::json text();
  nlohmann::json number();
  nlohmann::json time();
  nlohmann::json amounts();
  nlohmann::json group_of(int depth, bool inside_event);
  std::string path();

  std::mt19937 random_;
};

} // namespace stentor::postgres::testing
