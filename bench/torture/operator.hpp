#pragma once
/// Somebody who works with the campaigns while everything breaks: takes stops, pauses, resumes and
/// cancels by the API, and remembers what was asked and what was answered. Works on a thread of
/// its own between begin() and end(); the other methods belong to the thread that calls those.

#include "bench/checker/history.hpp"
#include "stentor/core/base/result.hpp"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace stentor::load {

struct tortured_campaign {
  std::string id;
  std::string policy;                ///< inDoubtPolicy
  bool cancel = false;               ///< it ends that way, some time
  std::vector<std::uint64_t> people; ///< E.164 digits
};

class torture_operator {
public:
  /// @param app_secret signs the webhooks that it sends as somebody who writes odd messages
  /// @param ports of the daemons, which are asked in turn
  torture_operator(std::vector<std::uint16_t> ports, std::string token, std::string app_secret,
                   std::uint64_t seed, const std::vector<tortured_campaign>& campaigns);
  ~torture_operator() { end(); }
  torture_operator(const torture_operator&) = delete;
  torture_operator& operator=(const torture_operator&) = delete;

  void begin();
  /// Cancels what is still to be cancelled and leaves nothing paused, as far as the daemon answers.
  void end();

  /// Once it has ended: what it did. `campaign` is the index in the list, to be replaced.
  [[nodiscard]] const std::vector<operator_act>& acts() const noexcept { return acts_; }
  /// Ids of the messages that were answered with 200.
  [[nodiscard]] const std::vector<std::string>& messages() const noexcept { return messages_; }

private:
  struct outcome {
    int status = 0; ///< 0: no answer
    std::int64_t asked_us = 0, answered_us = 0;
  };
  void work();
  void stop_somebody();
  void pause_one();
  void cancel_one();
  void write_something_odd();
  /// Tells a campaign until somebody answers; what is refused needs no repetition. @return whether
  /// it was done
  bool insist(operator_act::kind what, std::size_t campaign);
  outcome ask(const std::string& target, const std::string& body);
  std::uint16_t next_port() { return ports_[asked_++ % ports_.size()]; }
  /// @return false when the end has come
  bool rest(std::int64_t ms);
  double chance();

  std::vector<std::uint16_t> ports_;
  std::size_t asked_ = 0;
  std::string token_, app_secret_;
  std::uint64_t random_;
  const std::vector<tortured_campaign>& campaigns_;
  std::vector<operator_act> acts_;
  std::vector<std::string> messages_;
  bool cancelled_ = false;
  std::mutex guard_;
  std::condition_variable wake_;
  bool ending_ = false;
  std::thread thread_;
};

} // namespace stentor::load
