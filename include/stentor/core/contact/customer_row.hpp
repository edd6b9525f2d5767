#pragma once
/// What a caller says of one customer, as a patch: what is given replaces, what is given as nothing
/// is removed, what is absent stays. Pure; any thread.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace stentor::core {

/// A yes or no to marketing. Without a time it is said now.
struct said_word {
  std::optional<wall_time> at;

  friend bool operator==(const said_word&, const said_word&) = default;
};

struct customer_row {
  std::int64_t line = 0;           ///< of a file or a list, from 1
  std::int64_t phone = 0;          ///< E.164 digits in their one spelling; 0: not given
  std::string user_id;             ///< empty: not given
  std::string region;              ///< of the phone number; empty: of no country, or not given
  std::optional<std::string> name; ///< empty: to be removed; so are those that follow
  std::optional<std::string> language;
  std::optional<std::string> time_zone; ///< an IANA name
  std::optional<std::vector<std::string>> tags;
  /// Names, each once, and JSON; empty JSON: to be removed.
  std::vector<std::pair<std::string, std::string>> attributes;
  std::optional<said_word> yes;
  std::optional<said_word> no;
  /// The person was met (wrote, bought): the name fills only an empty one, and nothing is assumed
  /// about marketing when the customer is new.
  bool met = false;

  friend bool operator==(const customer_row&, const customer_row&) = default;
};

/// Makes one row of two about one person: storing it does what storing both in turn does.
void follow(customer_row& earlier, customer_row&& later);

} // namespace stentor::core
