#include "adapters/flight_recorder/mapped_flights.hpp"

#include "stentor/core/base/hash.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <string>

namespace stentor::flights {

namespace {

/// A killed process has done everything that lies before what it did last.
void store_last(std::uint64_t& to, std::uint64_t value) {
  std::atomic_ref{to}.store(value, std::memory_order_release);
}

std::uint64_t check_of(const file_head& head) {
  return core::fnv1a({reinterpret_cast<const char*>(&head), offsetof(file_head, check)});
}

std::uint64_t check_of(std::uint64_t claim, std::uint64_t places, std::int32_t at) {
  return core::fnv1a(std::to_string(claim) + '/' + std::to_string(places) + '/' +
                     std::to_string(at));
}

template <std::size_t Size>
std::array<char, Size> padded(std::string_view text) {
  std::array<char, Size> all{};
  std::copy_n(text.begin(), std::min(text.size(), Size), all.begin());
  return all;
}

} // namespace

bool is_of(const file_head& head, std::string_view boot, std::string_view database) {
  return head.magic == file_head::magic_now && head.version == file_head::version_now &&
         head.slots == slots_max && head.check == check_of(head) && head.boot == padded<64>(boot) &&
         head.database == padded<256>(database);
}

void begin_anew(flight_layout& file, std::string_view boot, std::string_view database) {
  store_last(file.head.magic, 0);
  for (auto& slot : file.slots)
    empty(slot);
  file_head head{.magic = file_head::magic_now,
                 .version = file_head::version_now,
                 .slots = slots_max,
                 .boot = padded<64>(boot),
                 .database = padded<256>(database),
                 .check = 0};
  head.check = check_of(head);
  const auto magic = std::exchange(head.magic, 0);
  file.head = head;
  store_last(file.head.magic, magic);
}

bool is_whole(const file_slot& slot, std::int32_t at) {
  return slot.claim != 0 && slot.places <= static_cast<std::uint64_t>(places_max) &&
         slot.check == check_of(slot.claim, slot.places, at);
}

void fill(file_slot& slot, std::int32_t at, core::claim_id claim, std::int64_t places) {
  empty(slot);
  const auto id = static_cast<std::uint64_t>(claim.value());
  slot.places = static_cast<std::uint64_t>(places);
  slot.check = check_of(id, slot.places, at);
  for (std::size_t i = 0; i < words_of(slot.places); ++i)
    std::atomic_ref{slot.words[i]}.store(0, std::memory_order_relaxed);
  store_last(slot.claim, id);
}

void empty(file_slot& slot) {
  store_last(slot.claim, 0);
  std::atomic_thread_fence(std::memory_order_release);
}

void set_bit(file_slot& slot, std::uint32_t place) noexcept {
  std::atomic_ref{slot.words[place / bits_per_word]}.fetch_or(
      std::uint64_t{1} << (place % bits_per_word), std::memory_order_release);
}

core::departures bits_of(file_slot& slot) {
  std::vector<std::uint64_t> bits(words_of(slot.places));
  for (std::size_t i = 0; i < bits.size(); ++i)
    bits[i] = std::atomic_ref{slot.words[i]}.load(std::memory_order_acquire);
  return core::departures{std::move(bits)};
}

} // namespace stentor::flights
