#pragma once
/// Sentences in the database: jsonb in the form of core::to_json. Any thread.

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/base/sentence.hpp"

#include <optional>
#include <string_view>

namespace stentor::postgres {

/// The sentence of a jsonb column; none for NULL. JSON of another shape, which only a stranger's
/// hand can have written, becomes a bare text. The values come in the order of their names.
[[nodiscard]] std::optional<core::sentence> sentence_of(const row_reader& row,
                                                        std::string_view column);

} // namespace stentor::postgres
