#pragma once
/// Parts of conditions that count: totals over events and over campaigns' messages. Part of
/// condition_sql. One thread.

#include "adapters/postgres/client/params.hpp"
#include "stentor/core/audience/condition.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres {

/// Values from outside become parameters; each call gives the place of one in the SQL.
class condition_values {
public:
  condition_values(params& arguments, const core::zone_clock& clock)
      : arguments_{arguments}, clock_{clock} {}

  std::string text(std::string_view value);
  std::string text_of(const core::operand& value);
  std::string integer(std::int64_t value);
  std::string moment(core::wall_time at);
  std::string jsonpath(const std::string& path);
  std::string number(const core::operand& value);
  std::string micros(const core::operand& value);
  std::string texts(const std::vector<core::operand>& values);
  std::string phones(const std::vector<core::operand>& values);
  std::string all_micros(const std::vector<core::operand>& values);
  std::string json_values(const std::vector<core::operand>& values);
  std::string numbers(const std::vector<std::int32_t>& values);

  [[nodiscard]] const core::zone_clock& clock() const noexcept { return clock_; }

private:
  std::string place(const char* type);

  params& arguments_;
  const core::zone_clock& clock_;
};

/// " >= "
[[nodiscard]] const char* sign_of(core::comparison how);

/// @param filter which rows e of customer_event are counted
[[nodiscard]] std::string total_sql(const core::event_total& t, const std::string& filter,
                                    condition_values& values);
/// @param campaigns the place of an array of their numbers
[[nodiscard]] std::string behaviour_sql(const core::behaviour_test& t,
                                        const std::string& organization,
                                        const std::string& campaigns,
                                        std::optional<std::int64_t> since_ms,
                                        condition_values& values);

} // namespace stentor::postgres
