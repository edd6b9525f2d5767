#pragma once
/// Accepted messages that still have statuses to come. They live in pieces of 4,096; a piece is
/// freed when its last message is through, so memory follows what is under way and not what was
/// ever sent. Thread contract: one thread.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::load {

struct message_record {
  std::uint64_t person = 0;
  std::uint32_t callback_at = 0; ///< in its piece's text
  std::uint16_t callback_size = 0;
  std::uint16_t number = 0;  ///< index of the sending number
  std::uint16_t open = 0;    ///< things to come that refer to the message
  std::uint16_t tpl = 0;     ///< index of the template + 1, 0 = none
  std::uint16_t failure = 0; ///< see failure_code()
  std::uint16_t attempt = 0;

  /// All codes of failed statuses lie between 130,000 and 139,999.
  void set_failure(int code) { failure = static_cast<std::uint16_t>(code - 100'000); }
  [[nodiscard]] int failure_code() const { return failure == 0 ? 0 : failure + 100'000; }
};
static_assert(sizeof(message_record) == 24);

class message_store {
public:
  /// @return the message's index; indices are never used again. It starts with `open` = 1, held by
  /// the caller.
  std::uint64_t add(const message_record& record, std::string_view callback_data);

  [[nodiscard]] message_record& at(std::uint64_t index);
  [[nodiscard]] std::string_view callback_data(std::uint64_t index);

  void hold(std::uint64_t index) { ++at(index).open; }
  /// One thing less to come; with the last one the message may be forgotten.
  void release(std::uint64_t index);

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

private:
  static constexpr std::size_t piece_size = 4096;
  struct piece {
    std::array<message_record, piece_size> records;
    std::string text;
    std::uint32_t alive = 0;
  };
  std::vector<std::unique_ptr<piece>> pieces_; ///< null = through
  std::uint64_t count_ = 0;
};

} // namespace stentor::load
