#include "stentor/core/delivery/flight.hpp"

namespace stentor::core {

bool departures::contains(std::int64_t place) const noexcept {
  const auto word = static_cast<std::size_t>(place / bits_per_word);
  // Of a place that was never written down nothing is known, so it counts as left.
  return word >= bits_.size() || ((bits_[word] >> (place % bits_per_word)) & 1U) != 0;
}

bool may_have_left(std::int64_t place, std::int64_t marked, const departures* seen) noexcept {
  return place < marked && (seen == nullptr || seen->contains(place));
}

landing land(seq_range claim, recipient_seq mark, std::span<const marked_recipient> marked,
             const departures* seen) {
  landing all;
  const auto places = std::int64_t{mark} - claim.from + 1;
  // A range may reach over people who were screened out, but never over anybody who is accounted
  // for: whoever claims it sends to everybody in it.
  auto goes_on = false;
  const auto add = [&](recipient_seq from, recipient_seq to) {
    if (goes_on)
      all.unsent.back().to = to;
    else
      all.unsent.push_back({from, to});
    goes_on = true;
  };
  for (const auto& one : marked) {
    if (one.known) {
      goes_on = false;
    } else if (may_have_left(std::int64_t{one.seq} - claim.from, places, seen)) {
      all.in_doubt.push_back(one.seq);
      goes_on = false;
    } else {
      add(one.seq, one.seq);
    }
  }
  if (mark < claim.to)
    add(mark + 1, claim.to);
  return all;
}

} // namespace stentor::core
