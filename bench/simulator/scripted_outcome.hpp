#pragma once
/// What happens to a message: a pure function of seed, person and attempt, so that a run can be
/// repeated whatever the timing was.

#include "bench/simulator/settings.hpp"

#include <cstdint>

namespace stentor::load {

enum class scripted_answer : std::uint8_t {
  given,   ///< answered
  silent,  ///< accepted, the answer never comes
  reset,   ///< accepted, the stream is reset instead of an answer
  stalled, ///< neither accepted nor answered
};

enum class reaction : std::uint8_t { none, reply, stop_word, stop_preference };

struct scripted_outcome {
  int error = 0;   ///< refused at once with this code
  int failure = 0; ///< accepted, then failed with this code
  scripted_answer answer = scripted_answer::given;
  bool delivered = false;
  bool read = false;
  reaction response = reaction::none;
  std::uint32_t latency_us = 0; ///< of the answer
  std::uint32_t sent_ms = 0;    ///< after acceptance, in simulated time before it is scaled
  std::uint32_t delivered_ms = 0;
  std::uint32_t read_ms = 0;
  std::uint32_t response_ms = 0;
};

/// How webhooks perturb one status. @param kind any number that tells the message's statuses apart
struct scripted_status {
  bool duplicate = false;
  bool reorder = false;
  bool delay = false;
};

/// A good 64-bit mixing function (splitmix64's finalizer, Vigna 2015).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) noexcept {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

[[nodiscard]] scripted_outcome scripted_outcome_of(const fault_settings& faults, std::uint64_t seed,
                                                   std::uint64_t person, std::uint32_t attempt);
[[nodiscard]] scripted_status scripted_status_of(const fault_settings& faults, std::uint64_t seed,
                                                 std::uint64_t message, std::uint32_t kind);

/// Meta delivers no marketing to numbers with an area code of a US state. Under +1, all but these
/// lists are taken as such.
[[nodiscard]] bool in_united_states(std::uint64_t phone);

} // namespace stentor::load
