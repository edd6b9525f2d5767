#pragma once
/// What callers give of customers, as rows: phone numbers and zones are checked, attributes brought
/// to their types. As thread-safe as what it is made of.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/sentence.hpp"
#include "stentor/core/contact/attribute.hpp"
#include "stentor/core/contact/customer_row.hpp"
#include "stentor/ports/contact/contact_input.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace stentor::postgres {

/// The attributes that an organization has registered.
struct attribute_rules {
  struct rule {
    core::attribute_type type = core::attribute_type::text;
    bool required = false;
  };
  std::map<std::string, rule, std::less<>> of;

  [[nodiscard]] std::set<std::string, std::less<>> required() const;
};

[[nodiscard]] core::result<attribute_rules>
load_attribute_rules(connection& db, core::organization_no organization);

/// What rows are read with. All must outlive it.
struct customer_reading {
  const ports::phone_numbers& phones;
  const ports::time_zones& zones;
  std::string_view region; ///< of numbers without country code; empty: such numbers are refused
  const attribute_rules& rules;

  /// Puts the phone number into the row, or says why not.
  [[nodiscard]] std::optional<core::sentence>
  set_phone(core::customer_row& row, std::string_view text, bool international) const;
  /// Puts an attribute into the row, whose name it has for the first time.
  [[nodiscard]] std::optional<core::sentence> add_attribute(core::customer_row& row,
                                                            std::string_view name,
                                                            const core::written_value& value) const;
  /// The attribute is to go.
  [[nodiscard]] std::optional<core::sentence> remove_attribute(core::customer_row& row,
                                                               std::string_view name) const;
  /// What must hold of the row as a whole.
  [[nodiscard]] static std::optional<core::sentence> problem_of(const core::customer_row& row);
};

/// The row, or why it can't be stored.
[[nodiscard]] std::variant<core::customer_row, core::sentence>
customer_row_of(const ports::contact_input& person, std::int64_t line,
                const customer_reading& reading);

} // namespace stentor::postgres
