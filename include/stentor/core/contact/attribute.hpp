#pragma once
/// What a customer's attribute may hold. An attribute that nobody registered is kept as it comes; a
/// registered one has a type, to which every value is brought or refused. Pure; any thread.

#include "stentor/core/base/sentence.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stentor::core {

enum class attribute_type : std::uint8_t { text, number, boolean, time, list };

[[nodiscard]] std::string_view to_string(attribute_type type) noexcept;
[[nodiscard]] std::optional<attribute_type> attribute_type_from(std::string_view text) noexcept;

inline constexpr std::size_t attribute_name_bytes_max = 200;
/// All of a customer's attributes as JSON.
inline constexpr std::size_t attributes_bytes_max = std::size_t{64} * 1024;

/// The texts between ; in "red; blue", tidied, without empty ones.
[[nodiscard]] std::vector<std::string> listed_texts(std::string_view text);

enum class json_kind : std::uint8_t { boolean, number, text, list, object };

/// A value as it was written.
struct written_value {
  json_kind kind = json_kind::text;
  std::string_view text; ///< of a text its characters, of everything else its JSON
};

/// JSON of the value in the type: numbers and booleans also from texts ("12.50", "yes"), lists also
/// from a text with ; between ("red; blue") or a single value, times as "2026-11-20" (a day) or in
/// UTC, to the second, as "2026-11-20T10:02:00Z", so that the order of texts is the order of times.
/// Or why it is none, with the attribute's name.
[[nodiscard]] std::variant<std::string, sentence>
converted(std::string_view attribute, attribute_type type, const written_value& value);

} // namespace stentor::core
