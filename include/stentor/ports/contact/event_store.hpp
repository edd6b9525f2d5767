#pragma once
/// What customers did, as callers tell it: purchases, bookings, visits. Thread-safe; every call
/// blocks until it is durable.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor::ports {

using row_problem = std::pair<std::int64_t, core::sentence>;

struct event_input {
  std::int64_t row = 0;     ///< of the list, from 1
  std::string phone_number; ///< as it was written
  std::string user_id;
  std::string name;
  core::wall_time at{};
  std::optional<std::int64_t> value_micros;
  std::string currency;   ///< ISO 4217, or empty
  std::string source_id;  ///< the caller's; with `at` it tells that the event is known. Empty: none
  std::string properties; ///< a JSON object
};

class event_store {
public:
  virtual ~event_store() = default;

  /// People who are no customers become some. {"stored": …, "known": …, "customersMade": …,
  /// "problems": [{"row": …, "problem": a sentence}]}
  /// @param refused rows that the caller could not read
  [[nodiscard]] virtual core::result<std::string> add(const principal& who,
                                                      const std::vector<event_input>& events,
                                                      std::vector<row_problem> refused) = 0;
};

} // namespace stentor::ports
