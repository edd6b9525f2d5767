#include "bench/simulator/scripted_outcome.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace stentor::load {
namespace {

/// Draws one after the other from a key.
class draws {
public:
  explicit draws(std::uint64_t key) : state_{key} {}

  /// Uniform in [0, 1).
  double next() {
    state_ = mix(state_);
    return static_cast<double>(state_ >> 11U) * 0x1.0p-53;
  }

  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + static_cast<std::uint32_t>(next() * static_cast<double>(high - low));
  }

private:
  std::uint64_t state_;
};

int pick(const std::vector<code_share>& shares, double draw) {
  for (const auto& each : shares) {
    if (draw < each.share)
      return each.code;
    draw -= each.share;
  }
  return 0;
}

/// The 0.99 quantile of the standard normal distribution.
constexpr double normal_p99 = 2.3263478740;
constexpr double two_pi = 6.283185307179586;

std::uint32_t latency(const fault_settings& faults, draws& draw) {
  const double median = faults.latency_median_ms;
  if (median <= 0)
    return 0;
  const double a = draw.next();
  const double b = draw.next();
  if (faults.latency_p99_ms <= median)
    return static_cast<std::uint32_t>(median * 1000);
  const double normal =
      std::sqrt(-2 * std::log(1 - a)) * std::cos(two_pi * b); // Box and Muller 1958
  const double sigma = std::log(faults.latency_p99_ms / median) / normal_p99;
  return static_cast<std::uint32_t>(std::min(median * std::exp(sigma * normal) * 1000, 3.6e9));
}

constexpr auto not_united_states = std::to_array<std::uint16_t>(
    {204, 226, 236, 242, 246, 249, 250, 257, 263, 264, 268, 284, 289, 306, 340, 343, 345,
     354, 365, 367, 368, 382, 403, 416, 418, 428, 431, 437, 438, 441, 450, 468, 473, 474,
     506, 514, 519, 548, 579, 581, 584, 587, 604, 613, 639, 647, 649, 658, 664, 670, 671,
     672, 683, 684, 705, 709, 721, 742, 753, 758, 767, 778, 780, 782, 784, 787, 807, 809,
     819, 825, 829, 849, 867, 868, 869, 873, 876, 879, 902, 905, 939, 942});
static_assert(std::is_sorted(not_united_states.begin(), not_united_states.end()));

} // namespace

scripted_outcome scripted_outcome_of(const fault_settings& faults, std::uint64_t seed,
                                     std::uint64_t person, std::uint32_t attempt) {
  // Every decision takes its draw whether it matters or not, so that changing one share leaves the
  // other decisions as they were.
  draws draw{mix(seed) ^ mix(person * 64 + attempt)};
  scripted_outcome outcome;
  outcome.error = pick(faults.errors, draw.next());
  const double lost = draw.next();
  if (lost < faults.drop_answer)
    outcome.answer =
        lost < faults.drop_answer / 2 ? scripted_answer::silent : scripted_answer::reset;
  else if (lost < faults.drop_answer + faults.stall)
    outcome.answer = scripted_answer::stalled;
  outcome.failure = pick(faults.failures, draw.next());
  const double seen = draw.next();
  outcome.read = seen < faults.read;
  outcome.delivered = outcome.read || seen < faults.delivered;
  const double answer = draw.next();
  if (outcome.delivered && answer < faults.stop)
    outcome.response = answer < faults.stop / 2 ? reaction::stop_word : reaction::stop_preference;
  else if (outcome.delivered && answer < faults.stop + faults.reply)
    outcome.response = reaction::reply;
  outcome.sent_ms = draw.between(100, 2'000);
  outcome.delivered_ms = outcome.sent_ms + draw.between(300, 30'000);
  outcome.read_ms = outcome.delivered_ms + draw.between(1'000, 3'600'000);
  outcome.response_ms = outcome.delivered_ms + draw.between(5'000, 600'000);
  outcome.latency_us = latency(faults, draw);
  return outcome;
}

scripted_status scripted_status_of(const fault_settings& faults, std::uint64_t seed,
                                   std::uint64_t message, std::uint32_t kind) {
  if (faults.duplicate <= 0 && faults.reorder <= 0 && faults.delay <= 0)
    return {};
  draws draw{mix(seed ^ 0x77656268ULL) ^ mix(message * 16 + kind)};
  scripted_status outcome;
  outcome.duplicate = draw.next() < faults.duplicate;
  outcome.reorder = draw.next() < faults.reorder;
  outcome.delay = draw.next() < faults.delay;
  return outcome;
}

bool in_united_states(std::uint64_t phone) {
  if (phone / 10'000'000'000ULL != 1)
    return false;
  const auto area = static_cast<std::uint16_t>(phone / 10'000'000ULL % 1000);
  return !std::binary_search(not_united_states.begin(), not_united_states.end(), area);
}

} // namespace stentor::load
