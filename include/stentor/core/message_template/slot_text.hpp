#pragma once
/// The text that a campaign gives a slot of its template: literals and variables, "Dear
/// {{name:first:title|friend}}". Pure; any thread.

#include "stentor/core/base/sentence.hpp"
#include "stentor/core/message_template/slot_filter.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

struct slot_variable {
  std::string name; ///< of a column, or a path of a customer: saleDetails.destination
  std::vector<slot_filter> filters;
  std::string otherwise; ///< for whom has none; empty: there is no default
};

/// A literal, or a variable.
struct slot_piece {
  std::string literal; ///< as it was written
  std::optional<slot_variable> variable;
};

struct slot_text {
  std::vector<slot_piece> pieces;
  std::optional<sentence> problem; ///< why it can't be used; then the pieces say nothing
};

/// @param slot its name, for the problem
[[nodiscard]] slot_text read_slot_text(std::string_view slot, std::string_view text);

} // namespace stentor::core
