#pragma once
/// Where a command writes: results to `out`, everything else to `err`, and a progress line when a
/// person looks on. One thread.

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace stentor::app {

struct console {
  std::ostream& out;
  std::ostream& err;
  bool terminal = false; ///< `err` is a terminal that can draw: progress may be drawn
  bool out_is_terminal = false;
  std::function<int()> columns{}; ///< of the terminal, at this moment; empty: 80
  std::istream* in = nullptr;     ///< standard input; null: none

  [[nodiscard]] int width() const { return columns ? columns() : 80; }
};

/// Whether a terminal of this kind ($TERM, may be null) can write over its last line.
[[nodiscard]] bool can_draw(const char* term) noexcept;

/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::int64_t value);
/// 5_000_000 as "4.8 MiB".
[[nodiscard]] std::string bytes_text(std::uint64_t value);
/// "42 s", "3 min 20 s", "2 h 5 min".
[[nodiscard]] std::string duration_text(std::chrono::seconds value);
/// part of whole as "97.1 %"; "-" of nothing.
[[nodiscard]] std::string share_text(std::int64_t part, std::int64_t whole);
/// A bar of `width` cells, in plain characters.
[[nodiscard]] std::string bar(double share, int width = 28);

/// One line that is written over, drawn at most ten times a second; silent unless a terminal looks
/// on.
class progress_line {
public:
  explicit progress_line(const console& to) : to_{to} {}
  ~progress_line();
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;

  /// Of a longer text as much as fits: a line that wraps could not be written over.
  void show(std::string_view text, std::chrono::steady_clock::time_point now);
  /// Removes the line, so that other text can follow.
  void clear();

private:
  const console& to_;
  std::chrono::steady_clock::time_point drawn_at_{};
  bool drawn_ = false;
};

} // namespace stentor::app
