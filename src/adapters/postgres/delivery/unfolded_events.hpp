#pragma once
/// What the ledger says of a few recipients and the projection has not folded into their rows yet.
/// Reads whole batches and looks for the recipients here: that costs no index, and a backlog of
/// millions of events takes less than a second. One thread.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace stentor::postgres {

class unfolded_events {
public:
  /// Whom to look for; before read().
  void want(core::campaign_no campaign, core::recipient_seq from, core::recipient_seq to);

  /// @param since_ms nothing about them was committed before, Unix milliseconds of the server
  [[nodiscard]] core::status read(connection& db, std::int64_t since_ms);

  /// The latest try of a recipient that an event tells of; -1 when none does.
  [[nodiscard]] std::int16_t last_attempt(core::campaign_no campaign,
                                          core::recipient_seq seq) const;

private:
  struct range {
    core::recipient_seq from = 0, to = 0;
  };
  [[nodiscard]] core::status read_writer(connection& db, std::int64_t writer, std::int64_t after,
                                         std::int64_t since_ms);
  void take_batch(std::string_view campaigns, std::string_view seqs, std::string_view attempts);
  [[nodiscard]] static bool in(const std::vector<range>& ranges, core::recipient_seq seq);
  void sort_ranges();

  std::map<std::int32_t, std::vector<range>> wanted_; ///< by campaign; sorted once read() begins
  std::unordered_map<std::uint64_t, std::int16_t> last_;
};

} // namespace stentor::postgres
