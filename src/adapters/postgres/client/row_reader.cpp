#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

std::optional<std::int64_t> row_reader::integer_or_none(std::string_view name) const {
  const auto column = at(name);
  if (answer_->is_null(row_, column))
    return std::nullopt;
  return answer_->integer(row_, column);
}

std::optional<core::wall_time> row_reader::time(std::string_view name) const {
  const auto ms = integer_or_none(name);
  if (!ms)
    return std::nullopt;
  return core::wall_time{std::chrono::milliseconds{*ms}};
}

} // namespace stentor::postgres
