#include "stentor/core/audience/import_columns.hpp"

#include "stentor/core/base/ascii.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

/// In order of preference where a file has several.
constexpr std::array phone_names{
    std::string_view{"whatsapp"},      std::string_view{"whatsappnumber"},
    std::string_view{"whatsappphone"}, std::string_view{"waid"},
    std::string_view{"whatsappid"},    std::string_view{"msisdn"},
    std::string_view{"mobile"},        std::string_view{"mobilenumber"},
    std::string_view{"mobilephone"},   std::string_view{"cell"},
    std::string_view{"cellphone"},     std::string_view{"mobil"},
    std::string_view{"handy"},         std::string_view{"handynummer"},
    std::string_view{"mobilnummer"},   std::string_view{"celular"},
    std::string_view{"movil"},         std::string_view{"móvil"},
    std::string_view{"portable"},      std::string_view{"phonenumber"},
    std::string_view{"phone"},         std::string_view{"telephone"},
    std::string_view{"telefonnummer"}, std::string_view{"telefon"},
    std::string_view{"telefone"},      std::string_view{"telefono"},
    std::string_view{"teléfono"},      std::string_view{"téléphone"},
    std::string_view{"rufnummer"},     std::string_view{"tel"},
    std::string_view{"number"},        std::string_view{"recipient"}};
constexpr std::array user_id_names{std::string_view{"userid"}, std::string_view{"bsuid"},
                                   std::string_view{"businessscopeduserid"},
                                   std::string_view{"whatsappuserid"}};
constexpr std::array name_names{std::string_view{"name"},         std::string_view{"fullname"},
                                std::string_view{"customername"}, std::string_view{"contactname"},
                                std::string_view{"firstname"},    std::string_view{"vorname"}};
constexpr std::array consent_names{
    std::string_view{"marketingoptin"},   std::string_view{"optin"},
    std::string_view{"optedin"},          std::string_view{"consent"},
    std::string_view{"marketingconsent"}, std::string_view{"einwilligung"},
    std::string_view{"consentimiento"},   std::string_view{"consentimento"},
    std::string_view{"consentement"}};
constexpr std::array international_names{std::string_view{"msisdn"}, std::string_view{"waid"},
                                         std::string_view{"whatsappid"}};

constexpr std::array yes_words{
    std::string_view{"yes"},       std::string_view{"true"},       std::string_view{"1"},
    std::string_view{"y"},         std::string_view{"t"},          std::string_view{"x"},
    std::string_view{"on"},        std::string_view{"ja"},         std::string_view{"j"},
    std::string_view{"sim"},       std::string_view{"s"},          std::string_view{"si"},
    std::string_view{"sí"},        std::string_view{"sì"},         std::string_view{"oui"},
    std::string_view{"opted_in"},  std::string_view{"opt_in"},     std::string_view{"wahr"},
    std::string_view{"verdadero"}, std::string_view{"verdadeiro"}, std::string_view{"vrai"}};

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = text.find_first_not_of(" \t");
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string folded(std::string_view name) {
  std::string key;
  for (const char c : name)
    if (c != ' ' && c != '_' && c != '-' && c != '.' && c != '\t')
      key += ascii_lower(c);
  return key;
}

template <std::size_t N>
int rank_in(const std::array<std::string_view, N>& names, std::string_view key) {
  const auto at = std::find(names.begin(), names.end(), key);
  return at == names.end() ? -1 : static_cast<int>(at - names.begin());
}

/// The column whose name ranks best, -1 when none is in the list.
template <std::size_t N>
int best_of(const std::array<std::string_view, N>& names, const std::vector<std::string>& keys) {
  int best = -1;
  int best_rank = static_cast<int>(N);
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (const int rank = rank_in(names, keys[i]); rank >= 0 && rank < best_rank) {
      best = static_cast<int>(i);
      best_rank = rank;
    }
  return best;
}

} // namespace

import_columns map_import_columns(std::span<const std::string_view> names) {
  import_columns found;
  std::vector<std::string> keys;
  for (const auto name : names) {
    found.columns.push_back({column_role::variable, std::string{trimmed(name)}});
    keys.push_back(folded(name));
  }
  const auto assign = [&found](int index, column_role role) {
    if (index >= 0)
      found.columns[static_cast<std::size_t>(index)].role = role;
    return index;
  };
  found.phone = assign(best_of(phone_names, keys), column_role::phone);
  found.user_id = assign(best_of(user_id_names, keys), column_role::user_id);
  found.name = assign(best_of(name_names, keys), column_role::name);
  found.marketing_opt_in = assign(best_of(consent_names, keys), column_role::marketing_opt_in);
  found.phone_is_international =
      found.phone >= 0 &&
      rank_in(international_names, keys[static_cast<std::size_t>(found.phone)]) >= 0;
  return found;
}

bool says_yes(std::string_view cell) noexcept {
  const auto word = trimmed(cell);
  return std::any_of(yes_words.begin(), yes_words.end(), [word](std::string_view yes) {
    return std::equal(word.begin(), word.end(), yes.begin(), yes.end(),
                      [](char a, char b) { return ascii_lower(a) == b; });
  });
}

} // namespace stentor::core
