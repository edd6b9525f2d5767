#include "stentor/core/contact/import_columns.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/utf8.hpp"
#include "stentor/core/base/white_space.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::core {

namespace {

constexpr std::size_t shown_names_max = 300; ///< bytes of names in an error

// In any spelling, by language. In order of preference where a file has several.
constexpr std::array phone_names{
    // surely on WhatsApp
    "whatsapp", "whatsapp number", "whatsapp no", "whatsapp phone", "whatsapp mobile", "wa_id",
    "whatsapp id", "msisdn", "wa", "wa number", "wa no", "no wa", "nomor wa", "nomor whatsapp",
    "no whatsapp", "numero whatsapp", "numero de whatsapp", "numéro whatsapp", "whatsapp nummer",
    // mobile phones
    "mobile", "mobile number", "mobile no", "mobile phone", "mobile phone number",
    "mobile phone no", "phone mobile", "cell", "cellphone", "cell number", "cell phone number",
    "mobil", "handy", "handynummer", "handy nr", "mobilnummer", "mobil nr", "mobiltelefon",
    "mobilfunk", "mobilfunknummer", "telefon mobil", "celular", "numero celular",
    "número de celular", "telefono celular", "telefone celular", "móvil", "numero movil",
    "teléfono móvil", "telemóvel", "portable", "téléphone portable", "numéro de portable",
    "téléphone mobile", "cellulare", "numero cellulare", "telefono cellulare", "mobiel",
    "mobiel nummer", "mobiele nummer", "mobilni telefon", "telefon komórkowy", "komórka",
    "matkapuhelin", "no hp", "nomor hp", "hp", "handphone", "no handphone", "cep telefonu",
    "cep telefonu numarası", "gsm", "мобильный", "мобильный телефон", "мобільний", "κινητό", "جوال",
    "رقم الجوال", "الجوال", "موبايل", "رقم الموبايل", "موبایل", "נייד", "טלפון נייד", "मोबाइल",
    "मोबाइल नंबर", "手机", "手机号", "手机号码", "手機", "手機號碼", "携帯", "携帯番号", "携帯電話",
    "휴대폰", "휴대폰 번호", "휴대전화", "di động", "số di động", "เบอร์มือถือ", "มือถือ",
    // phones
    "phone number", "phone", "phone no", "phone num", "phones", "phone 1", "phone 1 value",
    "primary phone", "customer phone", "customer phone number", "billing phone", "shipping phone",
    "contact number", "contact no", "contact phone", "telephone", "telephone number",
    "telephone no", "tel number", "tel no", "tel nr", "telefonnummer", "telefon", "telefon nr",
    "rufnummer", "telefone", "número de telefone", "telefono", "numero de telefono",
    "numero telefono", "numero di telefono", "numero telefonico", "téléphone",
    "numéro de téléphone", "n téléphone", "telefoon", "telefoonnummer", "telefonnumer",
    "telefonnummer mobil", "puhelin", "puhelinnumero", "numer telefonu", "nr telefonu",
    "telefonní číslo", "telefónne číslo", "telefonszám", "număr de telefon", "nr telefon",
    "broj telefona", "telefon numarası", "телефон", "номер телефона", "номер телефону", "τηλέφωνο",
    "هاتف", "الهاتف", "رقم الهاتف", "رقم هاتف", "تلفن", "شماره تلفن", "טלפון", "מספר טלפון", "फ़ोन",
    "फोन नंबर", "电话", "电话号码", "電話", "電話番号", "電話號碼", "전화", "전화번호", "điện thoại",
    "số điện thoại", "เบอร์โทร", "เบอร์โทรศัพท์", "โทรศัพท์", "nomor telepon", "no telepon", "telepon",
    "no telp", "nombor telefon", "no telefon", "simu", "e164", "tel", "номер", "number",
    "recipient"};
constexpr std::array user_id_names{"user id", "bsuid", "business scoped user id",
                                   "whatsapp user id"};
constexpr std::array name_names{"name",         "full name",  "customer name",
                                "contact name", "first name", "vorname"};
constexpr std::array consent_names{
    "marketing opt in", "opt in",         "opted in",      "consent",     "marketing consent",
    "einwilligung",     "consentimiento", "consentimento", "consentement"};
constexpr std::array language_names{"language", "sprache"};
constexpr std::array international_names{"msisdn", "wa_id", "whatsapp id"};

constexpr std::array yes_words{
    std::string_view{"yes"},       std::string_view{"true"},       std::string_view{"1"},
    std::string_view{"y"},         std::string_view{"t"},          std::string_view{"x"},
    std::string_view{"on"},        std::string_view{"ja"},         std::string_view{"j"},
    std::string_view{"sim"},       std::string_view{"s"},          std::string_view{"si"},
    std::string_view{"sí"},        std::string_view{"sì"},         std::string_view{"oui"},
    std::string_view{"opted_in"},  std::string_view{"opt_in"},     std::string_view{"wahr"},
    std::string_view{"verdadero"}, std::string_view{"verdadeiro"}, std::string_view{"vrai"}};

std::string tidy(std::string_view name) {
  std::string storage;
  return std::string{tidy_white_space(name, storage)};
}

/// Names and keys of a file's columns.
class mapper {
public:
  mapper(std::span<const std::string_view> names, const name_key& key_of) : key_of_{key_of} {
    for (const auto name : names) {
      found_.columns.push_back({column_role::variable, tidy(name)});
      keys_.push_back(key_of(name));
    }
  }

  /// Gives a column that was chosen by its name its role. An empty name changes nothing.
  status choose(const std::string& name, column_role role) {
    if (name.empty())
      return ok{};
    const int index = named(name);
    if (index < 0)
      return error{errc::invalid, "The first line names no column \"" + name +
                                      "\", which is to hold " + std::string{to_string(role)} +
                                      ". " + names_that_are_there()};
    found_.columns[static_cast<std::size_t>(index)].role = role;
    return ok{};
  }

  /// The column that was chosen for a role, else the one whose name is known for it, else -1.
  template <class Names>
  int find(const Names& known, column_role role) {
    auto& all = found_.columns;
    const auto at =
        std::find_if(all.begin(), all.end(), [role](const auto& c) { return c.role == role; });
    const int index = at != all.end() ? static_cast<int>(at - all.begin()) : best_of(known);
    if (index >= 0)
      all[static_cast<std::size_t>(index)].role = role;
    return index;
  }

  template <class Names>
  [[nodiscard]] bool is_among(int index, const Names& known) const {
    return index >= 0 && std::any_of(known.begin(), known.end(), [&](const char* name) {
             return key_of_(name) == keys_[static_cast<std::size_t>(index)];
           });
  }

  [[nodiscard]] std::string names_that_are_there() const {
    std::string seen;
    for (const auto& c : found_.columns)
      seen += (seen.empty() ? "" : ", ") + c.name;
    return "It names: " + std::string{utf8_prefix(seen, shown_names_max)} + ".";
  }

  import_columns& found() noexcept { return found_; }

private:
  /// The free column whose name ranks best.
  template <class Names>
  [[nodiscard]] int best_of(const Names& known) const {
    for (const char* name : known) {
      const auto key = key_of_(name);
      for (std::size_t i = 0; i < keys_.size() && !key.empty(); ++i)
        if (keys_[i] == key && found_.columns[i].role == column_role::variable)
          return static_cast<int>(i);
    }
    return -1;
  }

  /// By its very name, else by one that reads the same.
  [[nodiscard]] int named(const std::string& chosen) const {
    const auto name = tidy(chosen);
    const auto key = key_of_(chosen);
    const auto& all = found_.columns;
    const auto same =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == name; });
    if (same != all.end())
      return static_cast<int>(same - all.begin());
    const auto alike = std::find(keys_.begin(), keys_.end(), key);
    return key.empty() || alike == keys_.end() ? -1 : static_cast<int>(alike - keys_.begin());
  }

  const name_key& key_of_;
  import_columns found_;
  std::vector<std::string> keys_;
};

} // namespace

std::string_view to_string(column_role role) noexcept {
  switch (role) {
  case column_role::variable:
    return {};
  case column_role::phone:
    return "phoneNumber";
  case column_role::user_id:
    return "userId";
  case column_role::name:
    return "name";
  case column_role::marketing_opt_in:
    return "marketingOptIn";
  case column_role::language:
    return "language";
  }
  return {};
}

result<import_columns> map_import_columns(std::span<const std::string_view> names,
                                          const name_key& key_of, const column_choice& chosen) {
  mapper m{names, key_of};
  for (const auto& [column, role] :
       {std::pair{&chosen.marketing_opt_in, column_role::marketing_opt_in},
        std::pair{&chosen.language, column_role::language},
        std::pair{&chosen.name, column_role::name},
        std::pair{&chosen.user_id, column_role::user_id},
        std::pair{&chosen.phone, column_role::phone}})
    if (auto s = m.choose(*column, role); !s)
      return s.error();
  auto& found = m.found();
  found.phone = m.find(phone_names, column_role::phone);
  found.user_id = m.find(user_id_names, column_role::user_id);
  found.name = m.find(name_names, column_role::name);
  found.marketing_opt_in = m.find(consent_names, column_role::marketing_opt_in);
  found.language = m.find(language_names, column_role::language);
  found.phone_is_international = m.is_among(found.phone, international_names);
  if (!found.reachable())
    return error{errc::invalid, "The first line names no column for the phone number (such as "
                                "\"phone\", \"mobile\" or \"whatsapp\") and none for the user id "
                                "(\"userId\"). " +
                                    m.names_that_are_there() +
                                    " Rename it, or say which one it is (--phone-column NAME, or "
                                    "?map={\"phoneNumber\":\"NAME\"} of the API)."};
  return std::move(found);
}

bool says_yes(std::string_view cell) {
  std::string storage;
  const auto word = tidy_white_space(cell, storage);
  return std::any_of(yes_words.begin(), yes_words.end(), [word](std::string_view yes) {
    return std::equal(word.begin(), word.end(), yes.begin(), yes.end(),
                      [](char a, char b) { return ascii_lower(a) == b; });
  });
}

} // namespace stentor::core
