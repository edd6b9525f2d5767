#pragma once
/// One JSON object, key by key, with every complaint collected. Private to this folder.

#include "api/http/problem.hpp"
#include "stentor/core/base/ids.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::api {

/// The document, or the 400 that says where it is no JSON, too deep, or names a key twice.
[[nodiscard]] std::variant<nlohmann::json, http_server::response>
parse_json(std::string_view body, std::string_view instance);

class json_reader {
public:
  json_reader(const nlohmann::json& object, std::string prefix, field_errors& errors);

  /// Absent: nothing happens. null: `to` becomes what clears the field.
  void text(const char* key, std::optional<std::string>& to, std::size_t bytes_max);
  void one_of(const char* key, std::optional<std::string>& to,
              std::initializer_list<std::string_view> allowed);
  void integer(const char* key, std::optional<std::int32_t>& to, std::int32_t least,
               std::int32_t most);
  void boolean(const char* key, std::optional<bool>& to);
  void object(const char* key, std::optional<std::string>& to);
  /// null and, for the seed's callers, an empty text clear the time.
  void time(const char* key, std::optional<std::optional<core::wall_time>>& to);
  void texts(const char* key, std::optional<std::vector<std::string>>& to, std::size_t entries_max,
             std::size_t bytes_max);
  /// Null when absent or no array (which is an error).
  const nlohmann::json* array(const char* key);
  /// Null when absent or null; the key counts as known.
  const nlohmann::json* raw(const char* key);
  void wrong(std::string_view key, std::string message);
  void require(const char* key);
  /// Complains about every key that nobody asked for.
  void finish();

private:
  const nlohmann::json* find(const char* key, const char* expected,
                             bool fits(const nlohmann::json&));

  const nlohmann::json& object_;
  std::string prefix_;
  field_errors& errors_;
  std::vector<std::string_view> known_;
};

} // namespace stentor::api
