#include "adapters/postgres/client/array_reader.hpp"

#include "adapters/postgres/client/big_endian.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

constexpr std::size_t header_size = 20; ///< dimensions, flag, type, size, lower bound

} // namespace

array_reader::array_reader(std::string_view wire) noexcept {
  if (wire.size() < header_size) // an empty array has no dimension
    return;
  size_ = static_cast<std::size_t>(std::max<std::int64_t>(get_integer(wire.substr(12, 4)), 0));
  rest_ = wire.substr(header_size);
}

std::string_view array_reader::text() noexcept {
  const auto length = get_integer(rest_.substr(0, 4));
  rest_.remove_prefix(std::min<std::size_t>(rest_.size(), 4));
  const auto value = rest_.substr(0, length < 0 ? 0 : static_cast<std::size_t>(length));
  rest_.remove_prefix(value.size());
  return value;
}

std::int64_t array_reader::integer() noexcept {
  return get_integer(text());
}

} // namespace stentor::postgres
