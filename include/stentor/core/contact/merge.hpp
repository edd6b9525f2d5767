#pragma once
/// Two customers who turn out to be one person. Pure; any thread.
///
/// merged() is associative and commutative, and merging a customer with itself changes nothing;
/// only which of them survives depends on who they are. It never makes a yes of a no: who withdrew
/// has agreed again only if that was said later.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace stentor::core {

/// What a customer said about marketing. Without a time nothing was said: then `agrees` is what the
/// organization assumes (true), or that there is no consent (false).
struct marketing_word {
  bool agrees = true;
  std::optional<wall_time> in_at;  ///< the latest yes
  std::optional<wall_time> out_at; ///< the latest no

  friend bool operator==(const marketing_word&, const marketing_word&) = default;
};

/// The later word counts, of two at one moment the no; of two who said nothing the stricter.
[[nodiscard]] marketing_word merged(const marketing_word& a, const marketing_word& b) noexcept;

/// A value and when it was written. Of two the later one stays, on a tie the greater.
struct written_text {
  std::string text; ///< empty: there is none, and that says nothing
  wall_time at{};

  friend bool operator==(const written_text&, const written_text&) = default;
};

struct customer_identity {
  std::int64_t no = 0; ///< customer.no
  wall_time created_at{};
  bool has_phone = false;

  friend bool operator==(const customer_identity&, const customer_identity&) = default;
};

struct mergeable_customer {
  customer_identity identity;
  written_text phone; ///< E.164 digits in their one spelling
  written_text user_id;
  written_text name;
  written_text language;
  written_text time_zone;
  std::map<std::string, written_text> attributes; ///< JSON of each
  std::set<std::string> tags;
  marketing_word marketing;
  /// Phone numbers and user ids that the person had.
  std::set<std::string> former_phones;
  std::set<std::string> former_user_ids;
  wall_time updated_at{};

  friend bool operator==(const mergeable_customer&, const mergeable_customer&) = default;
};

/// The older one of those with a phone number, else the older one.
[[nodiscard]] bool survives(const customer_identity& one, const customer_identity& other) noexcept;

[[nodiscard]] mergeable_customer merged(const mergeable_customer& a, const mergeable_customer& b);

} // namespace stentor::core
