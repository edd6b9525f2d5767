#pragma once
/// Makes campaigns as a client would, waits for their end and holds them against the simulator's
/// record. One thread.

#include "bench/checker/truth_report.hpp"
#include "tests/support/admin_client.hpp"
#include "tests/support/daemon_process.hpp"
#include "tests/support/database_probe.hpp"
#include "tests/support/simulator_handle.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::testing {

/// A campaign that was made by a test.
struct made_campaign {
  std::string id;
  std::int32_t no = 0;
  std::vector<std::string> phones; ///< with +, in the order of the list
};

[[nodiscard]] std::string path_of(const made_campaign& c, std::string_view rest = {});
/// What was lost, sent twice, too fast, or to somebody who said stop; empty when nothing was.
[[nodiscard]] std::string violations(const load::truth_report& report);

class campaign_driver {
public:
  campaign_driver(daemon_process& daemon, admin_client& api, simulator_handle& simulator,
                  database_probe& database)
      : daemon_{daemon}, api_{api}, simulator_{simulator}, database_{database} {}

  /// So many people whom no other test uses.
  std::vector<std::string> people(int count);
  /// As customers with the attribute `city`.
  void keep_customers(const std::vector<std::string>& phones, const std::string& city);
  made_campaign create(int people_count, const json& changes = json::object());
  made_campaign create_for(std::vector<std::string> phones, const json& changes = json::object());
  made_campaign launch(int people_count, const json& changes = json::object());
  void send(const made_campaign& c);
  json get(const made_campaign& c);
  json stats(const made_campaign& c);
  [[nodiscard]] std::string state_of(const made_campaign& c, std::size_t index);
  bool wait_status(const made_campaign& c, const std::string& status,
                   std::chrono::seconds patience = 60s);
  /// Waits for the campaign's end, the last receipt and the projection, and compares.
  load::truth_report wait_until_settled(const made_campaign& c,
                                        std::chrono::seconds patience = 60s);
  /// Accepted sends since the test began.
  std::size_t accepted(const made_campaign& c);

private:
  daemon_process& daemon_;
  admin_client& api_;
  simulator_handle& simulator_;
  database_probe& database_;
  std::uint64_t next_person_ = 0;
};

} // namespace stentor::testing
