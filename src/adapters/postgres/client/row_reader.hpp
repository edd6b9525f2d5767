#pragma once
/// Rows of an answer read by the names of their columns. A name that the statement does not give is
/// a mistake of the program and ends it with a sentence, so that the first test finds it. Loops
/// over thousands of rows ask `rows::column` once and read by position. As thread-safe as the rows,
/// which must outlive this object.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::postgres {

class row_reader {
public:
  explicit row_reader(const rows& answer, int row = 0) noexcept : answer_{&answer}, row_{row} {}

  [[nodiscard]] bool is_null(std::string_view name) const {
    return answer_->is_null(row_, at(name));
  }
  /// 0 for NULL.
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    return answer_->integer(row_, at(name));
  }
  [[nodiscard]] std::optional<std::int64_t> integer_or_none(std::string_view name) const;
  /// An integer as what it counts: core::campaign_no, core::recipient_seq, std::int16_t.
  template <class T>
  [[nodiscard]] T id(std::string_view name) const {
    return static_cast<T>(integer(name));
  }
  /// Empty for NULL; valid as long as the rows.
  [[nodiscard]] std::string_view text(std::string_view name) const {
    return answer_->text(row_, at(name));
  }
  [[nodiscard]] std::string string(std::string_view name) const { return std::string{text(name)}; }
  [[nodiscard]] double real(std::string_view name) const { return answer_->real(row_, at(name)); }
  [[nodiscard]] bool boolean(std::string_view name) const {
    return answer_->boolean(row_, at(name));
  }
  /// A moment that the statement gives in milliseconds since 1970; none for NULL.
  [[nodiscard]] std::optional<core::wall_time> time(std::string_view name) const;

private:
  [[nodiscard]] int at(std::string_view name) const { return answer_->column(name); }

  const rows* answer_;
  int row_;
};

/// `for (const auto row : each(answer))`
class row_range {
public:
  class iterator {
  public:
    iterator(const rows& answer, int row) noexcept : answer_{&answer}, row_{row} {}
    row_reader operator*() const noexcept { return row_reader{*answer_, row_}; }
    iterator& operator++() noexcept {
      ++row_;
      return *this;
    }
    bool operator!=(const iterator& other) const noexcept { return row_ != other.row_; }

  private:
    const rows* answer_;
    int row_;
  };

  explicit row_range(const rows& answer) noexcept : answer_{&answer} {}
  [[nodiscard]] iterator begin() const noexcept { return {*answer_, 0}; }
  [[nodiscard]] iterator end() const noexcept { return {*answer_, answer_->size()}; }

private:
  const rows* answer_;
};

/// Only of rows that live on: a loop over a temporary would read freed memory.
[[nodiscard]] inline row_range each(const rows& answer) noexcept {
  return row_range{answer};
}
row_range each(rows&&) = delete;

} // namespace stentor::postgres
