#pragma once
/// What Meta says of a business number (GET /{phone-number-id}). Values.

#include <string>

namespace stentor::ports {

/// Each as Meta spells it; empty: it said nothing of that.
struct number_facts {
  std::string display_phone_number = {};
  std::string verified_name = {};
  std::string quality_rating = {};  ///< GREEN, YELLOW, RED, NA, UNKNOWN
  std::string status = {};          ///< CONNECTED, FLAGGED, RESTRICTED, …
  std::string throughput = {};      ///< STANDARD, HIGH, …
  std::string messaging_limit = {}; ///< TIER_250 … TIER_UNLIMITED
};

} // namespace stentor::ports
