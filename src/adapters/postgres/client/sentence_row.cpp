#include "adapters/postgres/client/sentence_row.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace stentor::postgres {

std::optional<core::sentence> sentence_of(const row_reader& row, std::string_view column) {
  if (row.is_null(column))
    return std::nullopt;
  const auto kept = nlohmann::json::parse(row.text(column), nullptr, false);
  const auto text_at = [&](const char* key) {
    const auto at = kept.is_object() ? kept.find(key) : kept.end();
    return at != kept.end() && at->is_string() ? at->get<std::string>() : std::string{};
  };
  core::sentence s{.code = text_at("code"), .params = {}, .text = text_at("text")};
  if (s.code.empty() || s.text.empty())
    return core::bare_text(std::string{row.text(column)});
  if (const auto params = kept.find("params"); params != kept.end() && params->is_object())
    for (const auto& [name, value] : params->items())
      if (value.is_string())
        s.params.emplace_back(name, value.get<std::string>());
  return s;
}

} // namespace stentor::postgres
