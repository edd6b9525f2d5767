#pragma once
/// Stands between a session and its PostgreSQL, and cuts the line when it is told to: behind a
/// COMMIT, so that everything is written and nobody hears of it. A thread of its own; any may call.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/process/temporary_folder.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <atomic>
#include <string>
#include <thread>

namespace stentor::postgres::testing {

class answer_cutter {
public:
  explicit answer_cutter(database& base);
  ~answer_cutter();
  answer_cutter(const answer_cutter&) = delete;
  answer_cutter& operator=(const answer_cutter&) = delete;

  /// For sessions that go through here.
  [[nodiscard]] connection_options options() const;
  /// The next COMMIT's answer is lost, and its session with it.
  void cut_next_commit() { armed_ = true; }
  [[nodiscard]] bool has_cut() const { return !armed_; }

private:
  void serve();
  void forward(int client);

  connection_options options_;
  process::temporary_folder folder_;
  std::string server_; ///< path of its socket
  int listener_ = -1;
  std::atomic<bool> armed_{false}, ended_{false};
  std::thread thread_;
};

} // namespace stentor::postgres::testing
