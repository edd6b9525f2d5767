#pragma once
/// Reads an array in PostgreSQL's binary format, element after element. The format is array_send's
/// (src/backend/utils/adt/arrayfuncs.c): dimensions, flag, element type, then per dimension its
/// size and lower bound, then each element with its length before it. One dimension and no NULL,
/// which is what the ledger stores. Never reads past the given bytes.

#include <cstdint>
#include <string_view>

namespace stentor::postgres {

class array_reader {
public:
  /// `wire` must outlive this object and the texts it gives.
  explicit array_reader(std::string_view wire) noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The next element; 0 or an empty text after the last one.
  [[nodiscard]] std::int64_t integer() noexcept;
  [[nodiscard]] std::string_view text() noexcept;

private:
  std::string_view rest_;
  std::size_t size_ = 0;
};

} // namespace stentor::postgres
