#include "bench/checker/rates.hpp"

#include <cmath>
#include <deque>

namespace stentor::load {

/// With a limit of L per second no L + 1 messages may come within one second. A message came at
/// some moment between the last time that its socket was seen empty and the time it was read, so L
/// + 1 of them are a certain violation only if even the latest possible moment of the last is less
/// than a second after the earliest possible moment of any of them. The strict count takes the
/// moments of reading, and so blames the sender for what lay in a queue while this machine was
/// busy.
rate_count count_rate_violations(const std::vector<const ground_truth::request*>& requests,
                                 double rate) {
  constexpr std::int64_t second_us = 1'000'000;
  rate_count count;
  const auto limit = static_cast<std::size_t>(std::floor(rate));
  std::deque<std::size_t>
      smallest; // of the last limit + 1 earliest moments: candidates in growing order
  for (std::size_t i = 0; i < requests.size(); ++i) {
    while (!smallest.empty() && requests[smallest.back()]->earliest_us >= requests[i]->earliest_us)
      smallest.pop_back();
    smallest.push_back(i);
    if (i < limit)
      continue;
    if (smallest.front() + limit < i)
      smallest.pop_front();
    count.strict += requests[i]->latest_us - requests[i - limit]->latest_us < second_us ? 1 : 0;
    count.certain +=
        requests[i]->latest_us - requests[smallest.front()]->earliest_us < second_us ? 1 : 0;
  }
  return count;
}

} // namespace stentor::load
