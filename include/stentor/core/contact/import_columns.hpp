#pragma once
/// What the columns of an imported file mean, by their names, and how people write yes and no. Pure
/// functions.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

enum class column_role : std::uint8_t {
  variable,
  phone,
  user_id,
  name,
  marketing_opt_in,
  language, ///< a variable too
};

/// As the API names the roles; empty for a variable.
[[nodiscard]] std::string_view to_string(column_role role) noexcept;

/// Columns that somebody chose by name, where the names say too little. Empty: the name decides.
struct column_choice {
  std::string phone;
  std::string user_id;
  std::string name;
  std::string marketing_opt_in;
  std::string language = {};
};

struct import_columns {
  struct column {
    column_role role = column_role::variable;
    std::string name; ///< as it stands in the file, its white space tidied
  };
  std::vector<column> columns;
  /// Indices into `columns`, -1 when there is none.
  int phone = -1;
  int user_id = -1;
  int name = -1;
  int marketing_opt_in = -1;
  int language = -1;
  /// The phone column is one whose numbers have their country code but no plus (msisdn, wa_id).
  bool phone_is_international = false;

  [[nodiscard]] bool reachable() const noexcept { return phone >= 0 || user_id >= 0; }
};

/// The key by which two spellings of a name are found to be the same, empty for what holds no word
/// (ports/contact/word_keys.hpp).
using name_key = std::function<std::string(std::string_view)>;

/// Letter case, accents, white space, punctuation and what nobody sees do not count: "PHONE
/// Number" is phone_number. Of several columns that could hold the phone number the one that most
/// surely is on WhatsApp is taken (whatsapp, mobile, phone, telephone); the others are variables.
/// Error: a column was chosen that the file does not have, or there is none for phone number and
/// user id; a sentence with the names that are there.
[[nodiscard]] result<import_columns> map_import_columns(std::span<const std::string_view> names,
                                                        const name_key& key_of,
                                                        const column_choice& chosen = {});

/// yes, true, 1, ja, sim, … in any letter case. All else, an empty cell too, is no consent: silence
/// is none.
[[nodiscard]] bool says_yes(std::string_view cell);

} // namespace stentor::core
