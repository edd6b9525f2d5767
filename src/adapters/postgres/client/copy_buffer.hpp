#pragma once
/// Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"). One thread.

#include "adapters/postgres/client/big_endian.hpp"
#include "stentor/core/base/strong_id.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::postgres {

class copy_buffer {
public:
  copy_buffer() { bytes_.append(std::string_view{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19}); }

  void begin_row(std::int16_t columns) { put(columns); }
  template <class T>
  void number(T value) {
    put(static_cast<std::int32_t>(sizeof(T)));
    put(value);
  }
  template <class Tag, class Rep>
  void number(core::strong_id<Tag, Rep> id) {
    number(id.value());
  }
  void null() { put(std::int32_t{-1}); }
  void text(std::string_view value) {
    put(static_cast<std::int32_t>(value.size()));
    settle();
    bytes_.append(value);
  }
  void text_or_null(std::string_view value) { value.empty() ? null() : text(value); }
  void end_of_rows() { put(std::int16_t{-1}); }

  /// What was written so far. May be emptied, to go on with the next piece of the same COPY.
  [[nodiscard]] std::string& bytes() {
    settle();
    return bytes_;
  }

private:
  template <class T>
  void put(T value) {
    if (sizeof(T) > loose_.size() - loose_size_)
      settle();
    put_big_endian(loose_.data() + loose_size_, value);
    loose_size_ += sizeof(T);
  }
  void settle() {
    bytes_.append(loose_.data(), loose_size_);
    loose_size_ = 0;
  }

  std::string bytes_;
  std::array<char, 256>
      loose_{}; ///< small values gather here: a string's growth costs more than they
  std::size_t loose_size_ = 0;
};

} // namespace stentor::postgres
