#include "bench/simulator/meta/limits.hpp"

#include "bench/simulator/scripted_outcome.hpp"

namespace stentor::load {
namespace {

constexpr std::uint32_t pair_period_ms = 6'000;
constexpr std::uint32_t pair_ahead_ms =
    44 * pair_period_ms; ///< the 45th message at once is still good
constexpr std::size_t first_slots = 64;

bool admit(std::uint32_t& next_ms, std::uint32_t now_ms) {
  if (next_ms > now_ms + pair_ahead_ms)
    return false;
  next_ms = (next_ms > now_ms ? next_ms : now_ms) + pair_period_ms;
  return true;
}

people::person& slot_of(std::vector<people::person>& slots, std::uint64_t key, std::uint64_t hash) {
  const auto mask = slots.size() - 1;
  auto at = static_cast<std::size_t>(hash >> 8U) & mask;
  while (slots[at].key != 0 && slots[at].key != key)
    at = (at + 1) & mask;
  return slots[at];
}

} // namespace

void people::grow(table& t) {
  std::vector<person> bigger(t.slots.empty() ? first_slots : t.slots.size() * 2);
  for (const auto& each : t.slots)
    if (each.key != 0)
      slot_of(bigger, each.key, mix(each.key)) = each;
  t.slots.swap(bigger);
}

people::person& people::find(std::uint64_t key, std::uint16_t number) {
  const auto hash = mix(key);
  auto& t = tables_[hash & 255U];
  if (t.used * 4 >= t.slots.size() * 3)
    grow(t);
  auto& found = slot_of(t.slots, key, hash);
  if (found.key == 0) {
    found.key = key;
    found.number = number;
    ++t.used;
  }
  return found;
}

bool people::admit_pair(person& who, std::uint16_t number, std::uint32_t now_ms) {
  if (who.number == number)
    return admit(who.pair_ms, now_ms);
  return admit(other_pairs_[mix(who.key) ^ number], now_ms);
}

std::size_t people::size() const noexcept {
  std::size_t all = 0;
  for (const auto& each : tables_)
    all += each.used;
  return all;
}

} // namespace stentor::load
