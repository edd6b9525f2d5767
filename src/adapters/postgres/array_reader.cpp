#include "adapters/postgres/array_reader.hpp"

#include <algorithm>

namespace stentor::postgres {

namespace {

/// A signed big-endian integer of any length up to eight bytes.
std::int64_t big_endian(std::string_view bytes) noexcept {
  if (bytes.empty())
    return 0;
  std::uint64_t n = (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char c : bytes)
    n = (n << 8U) | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(n);
}

constexpr std::size_t header_size = 20; ///< dimensions, flag, type, size, lower bound

} // namespace

array_reader::array_reader(std::string_view wire) noexcept {
  if (wire.size() < header_size) // an empty array has no dimension
    return;
  size_ = static_cast<std::size_t>(std::max<std::int64_t>(big_endian(wire.substr(12, 4)), 0));
  rest_ = wire.substr(header_size);
}

std::string_view array_reader::text() noexcept {
  const auto length = big_endian(rest_.substr(0, 4));
  rest_.remove_prefix(std::min<std::size_t>(rest_.size(), 4));
  const auto value = rest_.substr(0, length < 0 ? 0 : static_cast<std::size_t>(length));
  rest_.remove_prefix(value.size());
  return value;
}

std::int64_t array_reader::integer() noexcept {
  return big_endian(text());
}

} // namespace stentor::postgres
