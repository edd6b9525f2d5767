#include "adapters/postgres/client/params.hpp"

#include "adapters/postgres/client/big_endian.hpp"
#include "stentor/core/base/utf8.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cstring>

namespace stentor::postgres {

namespace {

// Object ids of PostgreSQL's built-in types (pg_type.dat); they never change.
constexpr std::uint32_t int8_type = 20;
constexpr std::uint32_t int2_type = 21;
constexpr std::uint32_t int4_type = 23;
constexpr std::uint32_t text_type = 25;
constexpr std::uint32_t tid_type = 27;

void append_int4(std::string& to, std::int32_t value) {
  std::array<char, 4> bytes{};
  put_big_endian(bytes.data(), value);
  to.append(bytes.data(), bytes.size());
}

} // namespace

params& params::null() {
  items_.push_back({.begin = 0, .size = 0, .null = true, .binary = false});
  return *this;
}

params& params::text(std::string_view value) {
  std::string storage;
  const auto clean = core::utf8_text_of(value, storage);
  items_.push_back({.begin = buffer_.size(), .size = clean.size(), .null = false, .binary = false});
  buffer_.append(clean);
  buffer_.push_back('\0'); // libpq reads text up to the NUL
  return *this;
}

params& params::text(const std::optional<std::string>& value) {
  return value ? text(std::string_view{*value}) : null();
}

params& params::text_or_null(std::string_view value) {
  return value.empty() ? null() : text(value);
}

params& params::integer(std::int64_t value) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return text(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

params& params::integer(std::optional<std::int64_t> value) {
  return value ? integer(*value) : null();
}

params& params::real(double value) {
  std::array<char, 40> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return text(std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

params& params::boolean(bool value) {
  return text(value ? "t" : "f");
}

std::size_t params::open_array(std::uint32_t element_type, std::size_t count) {
  const auto begin = buffer_.size();
  append_int4(buffer_, count == 0 ? 0 : 1); // dimensions
  append_int4(buffer_, 0);                  // no NULL inside
  append_int4(buffer_, static_cast<std::int32_t>(element_type));
  if (count != 0) {
    append_int4(buffer_, static_cast<std::int32_t>(count));
    append_int4(buffer_, 1); // lower bound
  }
  return begin;
}

void params::close_array(std::size_t begin) {
  items_.push_back({.begin = begin, .size = buffer_.size() - begin, .null = false, .binary = true});
}

template <class T>
params& params::numbers(std::uint32_t type, std::span<const T> values) {
  const auto begin = open_array(type, values.size());
  auto at = buffer_.size();
  buffer_.resize(at + values.size() * (4 + sizeof(T)));
  for (const T value : values) {
    put_big_endian(buffer_.data() + at, static_cast<std::int32_t>(sizeof(T)));
    put_big_endian(buffer_.data() + at + 4, value);
    at += 4 + sizeof(T);
  }
  close_array(begin);
  return *this;
}

params& params::int2_array(std::span<const std::int16_t> values) {
  return numbers(int2_type, values);
}
params& params::int4_array(std::span<const std::int32_t> values) {
  return numbers(int4_type, values);
}
params& params::int8_array(std::span<const std::int64_t> values) {
  return numbers(int8_type, values);
}

params& params::tid_array(std::span<const row_place> values) {
  const auto begin = open_array(tid_type, values.size());
  std::array<char, 6> bytes{};
  for (const auto& value : values) {
    append_int4(buffer_, static_cast<std::int32_t>(bytes.size()));
    put_big_endian(bytes.data(), value.block);
    put_big_endian(bytes.data() + 4, value.line);
    buffer_.append(bytes.data(), bytes.size());
  }
  close_array(begin);
  return *this;
}

params& params::text_array(std::span<const std::string_view> values) {
  const auto begin = open_array(text_type, values.size());
  std::string storage;
  for (const auto value : values) {
    const auto clean = core::utf8_text_of(value, storage);
    append_int4(buffer_, static_cast<std::int32_t>(clean.size()));
    buffer_.append(clean);
  }
  close_array(begin);
  return *this;
}

params& params::text_array(std::span<const std::string> values) {
  return text_array(std::span<const std::string_view>{
      std::vector<std::string_view>(values.begin(), values.end())});
}

params& params::text_array(std::string_view all, std::span<const std::uint32_t> ends) {
  const auto begin = open_array(text_type, ends.size());
  std::string storage;
  std::uint32_t from = 0;
  for (const auto end : ends) {
    const auto clean = core::utf8_text_of(all.substr(from, end - from), storage);
    append_int4(buffer_, static_cast<std::int32_t>(clean.size()));
    buffer_.append(clean);
    from = end;
  }
  close_array(begin);
  return *this;
}

void params::clear() noexcept {
  items_.clear();
  buffer_.clear();
}

const params::wire& params::to_wire() {
  wire_ = {};
  for (const auto& i : items_) {
    wire_.values.push_back(i.null ? nullptr : buffer_.data() + i.begin);
    wire_.lengths.push_back(static_cast<int>(i.size));
    wire_.formats.push_back(i.binary ? 1 : 0);
  }
  return wire_;
}

} // namespace stentor::postgres
