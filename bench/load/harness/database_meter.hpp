#pragma once
/// What PostgreSQL used and what the ledger holds, asked of the daemon's own database and of /proc.
/// Straight from libpq, so that it shares nothing with the adapters under test. One thread.

#include "app/local/daemon_process.hpp"
#include "bench/load/harness/process_stats.hpp"
#include "stentor/core/base/result.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct pg_conn;
struct pg_result;

namespace stentor::load {

/// What the ledger says of a run; times in Unix microseconds.
struct ledger_span {
  std::int64_t accepted = 0;
  std::int64_t statuses = 0;
  std::int64_t first_us = 0;        ///< Meta's first answer
  std::int64_t last_outcome_us = 0; ///< begin of the commit of the last one
  std::int64_t last_event_us = 0;
};

class database_meter {
public:
  /// Of a daemon's own PostgreSQL.
  [[nodiscard]] static core::result<std::unique_ptr<database_meter>>
  open(const app::daemon_process& daemon);

  /// Notes what each backend has used by now. The figures below count from the first look.
  [[nodiscard]] core::status poll();
  [[nodiscard]] std::int64_t cpu_us() const;
  /// By application_name, or by the kind of helper; who came and went between two looks is "other".
  [[nodiscard]] std::map<std::string, std::int64_t> cpu_us_by_name() const;

  [[nodiscard]] core::result<std::int64_t> wal_position();
  /// True when the projection has folded the whole ledger.
  [[nodiscard]] core::result<bool> folded();
  [[nodiscard]] core::result<ledger_span> read_ledger();
  /// What signs callback data.
  [[nodiscard]] core::result<std::array<unsigned char, 16>> callback_key();
  /// @param campaign UUID
  [[nodiscard]] core::result<std::int32_t> campaign_number(const std::string& campaign);
  /// Sent, delivered and read receipts of a campaign as the ledger has them: bit 1 << kind for each
  /// seq. @return how many of them came more than once
  [[nodiscard]] core::result<std::uint64_t> read_receipts(std::int32_t campaign,
                                                          std::vector<std::uint8_t>& by_seq);
  [[nodiscard]] core::result<std::int64_t> inbound_messages();
  /// Recipients of a campaign that Meta accepted at least once, and the acceptances.
  struct acceptances {
    std::int64_t recipients = 0, all = 0;
  };
  [[nodiscard]] core::result<acceptances> read_acceptances();
  /// For a target that lists no templates: the one that the scenario sends.
  [[nodiscard]] core::status add_template(const std::string& waba, const std::string& name);

private:
  using connection_ptr = std::unique_ptr<pg_conn, void (*)(pg_conn*)>;
  using answer_ptr = std::unique_ptr<pg_result, void (*)(pg_result*)>;
  database_meter(connection_ptr connection, pid_t postmaster)
      : connection_{std::move(connection)}, postmaster_{postmaster} {}
  [[nodiscard]] core::result<answer_ptr> ask(const char* sql);

  connection_ptr connection_;
  pid_t postmaster_;
  family_account account_;
};

} // namespace stentor::load
