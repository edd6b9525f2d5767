#pragma once
/// Histories made by hand. One thread.

#include "bench/checker/truth_report.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stentor::testing {

using namespace stentor::load;

/// A truth that is built line by line.
struct facts {
  ground_truth all;
  facts() { all.numbers.push_back({"1065", 0}); }

  std::uint64_t accept(std::uint64_t person, const std::string& callback, std::int64_t at_us,
                       std::int32_t code = 0) {
    ground_truth::request request;
    request.message = next++;
    request.person = person;
    request.earliest_us = at_us - 10;
    request.latest_us = at_us;
    request.code = code;
    request.callback_at = all.callback_text.size();
    request.callback_size = static_cast<std::uint16_t>(callback.size());
    all.callback_text += callback;
    all.requests.push_back(request);
    return request.message;
  }
  void acknowledge(std::uint64_t message, timer_kind what, std::int64_t at_us) {
    all.statuses.push_back({message, at_us / 1000, at_us, 0, static_cast<std::uint16_t>(what)});
  }
  std::uint64_t next = 0;
};

inline recipient_row row(char state) {
  recipient_row r;
  r.state = state;
  r.attempt = 0;
  if (state == 's' || state == 'd' || state == 'r')
    r.accepted_ms = r.sent_ms = 1;
  if (state == 'd' || state == 'r')
    r.delivered_ms = 1;
  if (state == 'r')
    r.read_ms = 1;
  if (state == 'f')
    r.failed_ms = 1;
  return r;
}

inline database_rows campaign(std::vector<recipient_row> rows,
                              const std::string& status = "completed",
                              const std::string& policy = "hold") {
  database_rows all;
  all[1] = {status, policy, std::move(rows)};
  return all;
}

} // namespace stentor::testing
