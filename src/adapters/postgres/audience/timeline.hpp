#pragma once
/// The answer to "why": one recipient with everything that happened, each in a sentence.
/// Thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "stentor/core/base/ids.hpp"
#include "stentor/ports/system/phone_numbers.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::postgres {

/// Who is asked for.
struct timeline_request {
  core::campaign_no campaign{};
  std::string_view campaign_id;
  std::string_view recipient; ///< an id, a place on the list, or a phone number
  const ports::phone_numbers* phones = nullptr;
  std::string_view region; ///< of numbers without country code
};

/// The place on the list that is asked for; none when nobody can stand there.
[[nodiscard]] core::result<std::optional<std::int64_t>>
place_of_recipient(query_pool& pool, const timeline_request& wanted);

[[nodiscard]] core::result<std::string> recipient_timeline(query_pool& pool,
                                                           const timeline_request& wanted);

} // namespace stentor::postgres
