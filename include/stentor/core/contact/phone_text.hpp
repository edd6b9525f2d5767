#pragma once
/// What digits a cell means that should hold a phone number. People, spreadsheets and data frames
/// decorate numbers; what is decoration goes, and what could be a second number, a masked or a lost
/// digit makes the cell unreadable: no cell may become another person's number. Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stentor::core {

enum class phone_form : std::uint8_t {
  none,          ///< no number can be read
  international, ///< it begins with its country code
  national       ///< no plus and no 00: either of a region, or the plus is missing
};

/// A number as it was written, without decoration.
class phone_text {
public:
  static constexpr std::size_t digits_max = 32;
  static constexpr std::size_t seams_max = 8;

  phone_form form = phone_form::none;
  /// Places where a second number or a note could begin: if the digits before one of them are a
  /// number by themselves, nobody knows which is meant. Counts of digits, ascending.
  std::array<std::uint8_t, seams_max> seams{};
  std::uint8_t seam_count = 0;
  bool dialled_abroad = false; ///< it began with 00, which in some countries is more than that
  /// Where the zero of "(0)" stands, which is not dialled from abroad; digits_max when there is
  /// none.
  std::uint8_t optional_zero = digits_max;

  /// Digits 0 to 9. International ones are without plus and 00.
  [[nodiscard]] std::string_view digits() const noexcept { return {digits_.data(), size_}; }

  /// False when there is no more room.
  bool add_digits(std::string_view digits) noexcept;
  /// False when there is no more room. Nothing happens at the number's begin.
  bool add_seam() noexcept;
  void drop_front(std::size_t count) noexcept;

private:
  std::array<char, digits_max> digits_{};
  std::uint8_t size_ = 0;
};

/// @param cell UTF-8; longer than 250 bytes is no number
[[nodiscard]] phone_text read_phone_text(std::string_view cell) noexcept;

/// A way to read digits as a number.
struct phone_reading {
  std::uint64_t digits = 0; ///< E.164 without the plus; 0: it can't be read so
  bool mobile = false;      ///< mobile phones have such numbers
};

/// Which of two readings holds: the one that exists, else the one that is a mobile phone's. None
/// when neither exists or both are as good and differ.
[[nodiscard]] std::optional<phone_reading> the_surer(const phone_reading& one,
                                                     const phone_reading& other) noexcept;

} // namespace stentor::core
