#pragma once
/// How the black box lies in its file: a head and slots of one size, each a claim's bits. One
/// writer; bits are set by any thread.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/flight.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace stentor::flights {

inline constexpr std::size_t words_per_slot = 128;
inline constexpr std::uint32_t bits_per_word = core::departures::bits_per_word;
inline constexpr std::int64_t places_max = words_per_slot * bits_per_word;

/// That hold the bits of so many places.
[[nodiscard]] constexpr std::size_t words_of(std::uint64_t places) noexcept {
  return (places + bits_per_word - 1) / bits_per_word;
}

inline constexpr std::int32_t slots_max = 4'096;

/// Text behind its end is zero.
struct file_head {
  static constexpr std::uint64_t magic_now = 0x5448'474C'4652'5453U; // "STRFLGHT"
  static constexpr std::uint32_t version_now = 1;

  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t slots;
  std::array<char, 64> boot;
  std::array<char, 256> database;
  std::uint64_t check; ///< of everything before
};

struct file_slot {
  std::uint64_t claim; ///< 0: free. Written last, and first taken away
  std::uint64_t places;
  std::uint64_t check; ///< of both, and of where the slot lies
  std::array<std::uint64_t, 5> unused;
  std::array<std::uint64_t, words_per_slot> words; ///< as core::departures has them
};
static_assert(sizeof(file_slot) == 64 + words_per_slot * 8);

struct flight_layout {
  union {
    file_head head;
    std::array<char, 4'096> head_page;
  };
  std::array<file_slot, slots_max> slots;
};

/// Whether the head is whole and says so.
[[nodiscard]] bool is_of(const file_head& head, std::string_view boot, std::string_view database);
/// Makes everything free. A process that dies in the middle leaves no head.
void begin_anew(flight_layout& file, std::string_view boot, std::string_view database);

[[nodiscard]] bool is_whole(const file_slot& slot, std::int32_t at);
void fill(file_slot& slot, std::int32_t at, core::claim_id claim, std::int64_t places);
void empty(file_slot& slot);
void set_bit(file_slot& slot, std::uint32_t place) noexcept;
/// Of a slot that is whole.
[[nodiscard]] core::departures bits_of(file_slot& slot);

} // namespace stentor::flights
