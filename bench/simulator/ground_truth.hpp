#pragma once
/// The ground truth: every send that came, whether it was accepted, and every status and stop that
/// the webhook's endpoint acknowledged with 200. A file of binary records that the report reads;
/// written in large pieces. Thread contract: one thread.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stentor::load {

/// One send. `code` 0: accepted. Times are Unix microseconds; the request came at some moment
/// between earliest and latest.
struct ground_truth_request {
  std::uint64_t message = 0; ///< index of an accepted message, 0 otherwise
  std::uint64_t person = 0;
  std::int64_t earliest_us = 0;
  std::int64_t latest_us = 0;
  std::int32_t code = 0;
  std::uint16_t number = 0;
  std::uint16_t tpl = 0; ///< the template's place in the simulator's list, from 1; 0: there is none
};

/// A status that was answered with 200. `kind` is core::event_kind's number (sent, delivered, read,
/// failed, responded).
struct ground_truth_status {
  std::uint64_t message = 0;
  std::int64_t at_ms = 0;
  std::int64_t acknowledged_us = 0;
  std::int32_t code = 0;
  std::uint16_t kind = 0;
};

/// A stop that was answered with 200.
struct ground_truth_stop {
  std::uint64_t person = 0;
  std::int64_t acknowledged_us = 0;
};

class ground_truth_writer {
public:
  ground_truth_writer() = default;
  ~ground_truth_writer();
  ground_truth_writer(const ground_truth_writer&) = delete;
  ground_truth_writer& operator=(const ground_truth_writer&) = delete;

  /// @param path empty: a file without a name that goes with the process
  core::status open(const std::string& path);

  void add_number(std::uint16_t index, double rate, std::string_view id);
  void add_request(const ground_truth_request& request, std::string_view callback_data);
  void add_status(const ground_truth_status& status);
  void add_stop(const ground_truth_stop& stop);

  /// Hands everything to the kernel. @return false when the disk refused, which loses nothing of
  /// what is kept in memory
  bool flush();

  /// What has been written so far, for reading on while the writer goes on.
  [[nodiscard]] std::string read_back();

private:
  void append(char tag, const void* data, std::size_t size, std::string_view text = {});
  int file_ = -1;
  std::string buffer_;
};

/// A whole truth file, in memory: the callback data of all requests lie in one text.
struct ground_truth {
  struct number {
    std::string id;
    double rate = 0; ///< messages per second, 0 = no limit
  };
  struct request : ground_truth_request {
    std::uint64_t callback_at = 0;
    std::uint16_t callback_size = 0;
  };
  std::vector<number> numbers;
  std::vector<request> requests;
  std::vector<ground_truth_status> statuses;
  std::vector<ground_truth_stop> stops;
  std::string callback_text;

  [[nodiscard]] std::string_view callback_data(const request& which) const {
    return std::string_view{callback_text}.substr(which.callback_at, which.callback_size);
  }
};

/// Reads a truth file. A record that a killed simulator did not finish is left out.
core::result<ground_truth> read_ground_truth(const std::string& path);
core::result<ground_truth> parse_ground_truth(std::string_view bytes);

/// Reads a truth file on while its writer goes on: how much has come, and when the last of it.
/// Nothing else is kept. What the writer has not flushed yet is not seen.
class ground_truth_tail {
public:
  explicit ground_truth_tail(std::string path) : path_{std::move(path)} {}
  /// Reads what has been written since the last call.
  [[nodiscard]] core::status read_more();
  [[nodiscard]] std::uint64_t requests() const noexcept { return requests_; }
  /// When the last request was read, Unix microseconds; 0 when none came.
  [[nodiscard]] std::int64_t last_us() const noexcept { return last_us_; }

private:
  std::string path_;
  std::string unread_; ///< the beginning of a record whose end is not written yet
  std::uint64_t read_to_ = 0;
  bool begun_ = false; ///< the file's first line is read
  std::uint64_t requests_ = 0;
  std::int64_t last_us_ = 0;
};

} // namespace stentor::load
