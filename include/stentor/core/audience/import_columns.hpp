#pragma once
/// What the columns of an imported file mean, by their names, and how people write yes and no. Pure
/// functions.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

enum class column_role : std::uint8_t { variable, phone, user_id, name, marketing_opt_in };

struct import_columns {
  struct column {
    column_role role = column_role::variable;
    std::string name; ///< as it stands in the file, without blanks around it
  };
  std::vector<column> columns;
  /// Indices into `columns`, -1 when there is none.
  int phone = -1;
  int user_id = -1;
  int name = -1;
  int marketing_opt_in = -1;
  /// The phone column is one whose numbers have their country code but no plus (msisdn, wa_id).
  bool phone_is_international = false;

  [[nodiscard]] bool reachable() const noexcept { return phone >= 0 || user_id >= 0; }
};

/// Letter case, blanks, underscores, hyphens and dots do not count: "Phone Number" is phone_number.
/// Of several columns that could hold the phone number the one that most surely is on WhatsApp is
/// taken (whatsapp, mobile, phone, telephone); the others are variables.
[[nodiscard]] import_columns map_import_columns(std::span<const std::string_view> names);

/// yes, true, 1, ja, sim, … in any letter case. All else, an empty cell too, is no consent: silence
/// is none.
[[nodiscard]] bool says_yes(std::string_view cell) noexcept;

} // namespace stentor::core
