/// What lists are really headed with, read by ICU.

#include "stentor/core/contact/import_columns.hpp"

#include "adapters/text/word_keys.hpp"
#include "tests/support/sample_file.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::core {
namespace {

result<import_columns> try_map(const std::vector<std::string_view>& names,
                               const column_choice& chosen = {}) {
  static const auto keys = text::make_word_keys();
  return map_import_columns(
      names, [](std::string_view name) { return keys->key_of(name); }, chosen);
}

import_columns map(const std::vector<std::string_view>& names, const column_choice& chosen = {}) {
  auto mapped = try_map(names, chosen);
  EXPECT_TRUE(mapped.ok()) << (mapped.ok() ? "" : mapped.error().message);
  return mapped ? std::move(*mapped) : import_columns{};
}

TEST(import_columns, know_the_usual_names) {
  for (const char* name : {"phone", "phoneNumber", "Phone Number", "phone_number", "MOBILE",
                           "msisdn", "Telefon", "WhatsApp", "tel", "M\u00D3VIL", "TEL\u00C9FONO",
                           "phone\n"
                           "number",
                           "\uFEFF\u200Bphone", "phone\u00A0number"})
    EXPECT_EQ(map({"x", name}).phone, 1) << name;
  const auto m = map({" name ", "bsuid", "Marketing Opt-In", "city\u200B", "first\r\nline"});
  EXPECT_EQ(m.name, 0);
  EXPECT_EQ(m.user_id, 1);
  EXPECT_EQ(m.marketing_opt_in, 2);
  EXPECT_EQ(m.columns[3].role, column_role::variable);
  EXPECT_EQ(m.columns[0].name, "name");
  EXPECT_EQ(m.columns[3].name, "city");
  EXPECT_EQ(m.columns[4].name, "first line");
}

TEST(import_columns, know_what_lists_are_headed_with) {
  std::istringstream names{sample::text_of("lists/columns/names.txt")};
  int known = 0;
  for (std::string name; std::getline(names, name); ++known)
    EXPECT_EQ(map({"city", name, "note"}).phone, 1) << name;
  EXPECT_GT(known, 30);
}

TEST(import_columns, prefer_the_one_that_is_on_whatsapp) {
  const auto m = map({"tel", "phone", "mobile", "whatsapp"});
  EXPECT_EQ(m.phone, 3);
  EXPECT_EQ(m.columns[2].role, column_role::variable);
  EXPECT_TRUE(map({"wa_id"}).phone_is_international);
  EXPECT_FALSE(map({"phone"}).phone_is_international);
  EXPECT_EQ(map({"CEP", "Telefone"}).phone, 1); // a postal code in Brazil
}

TEST(import_columns, know_the_language) {
  EXPECT_EQ(map({"phone", "Language", "Sprache"}).language, 1);
  EXPECT_EQ(map({"phone", "SPRACHE"}).language, 1);
  EXPECT_EQ(map({"phone", "city"}).language, -1);
  const auto chosen =
      map({"phone", "language", "speaks"},
          {.phone = {}, .user_id = {}, .name = {}, .marketing_opt_in = {}, .language = "speaks"});
  EXPECT_EQ(chosen.language, 2);
  EXPECT_EQ(chosen.columns[1].role, column_role::variable);
}

TEST(import_columns, can_be_chosen) {
  const auto m = map({"Whom", "mobile", "Agreed?"},
                     {.phone = "whom", .user_id = {}, .name = {}, .marketing_opt_in = "Agreed?"});
  EXPECT_EQ(m.phone, 0);
  EXPECT_EQ(m.marketing_opt_in, 2);
  EXPECT_EQ(m.columns[1].role, column_role::variable);
  EXPECT_EQ(map({"phone", "recipient"},
                {.phone = {}, .user_id = {}, .name = "phone", .marketing_opt_in = {}})
                .phone,
            1);
  EXPECT_EQ(
      map({"a", "#"}, {.phone = "#", .user_id = {}, .name = {}, .marketing_opt_in = {}}).phone, 1);
}

TEST(import_columns, say_what_is_there_when_the_wanted_one_is_not) {
  const auto none = try_map({"name", "city"});
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.error().message.find("It names: name, city."), std::string::npos);
  EXPECT_NE(none.error().message.find("--phone-column"), std::string::npos);
  const auto missing = try_map(
      {"phone", "#"}, {.phone = "Mobile", .user_id = {}, .name = {}, .marketing_opt_in = {}});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().message.find("\"Mobile\""), std::string::npos);
  EXPECT_FALSE(
      try_map({"#", "!"}, {.phone = "?", .user_id = {}, .name = {}, .marketing_opt_in = {}}));
}

} // namespace
} // namespace stentor::core
