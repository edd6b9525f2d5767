#pragma once
/// What the ledger says of a few recipients and the projection has not folded into their rows yet.
/// Reads the batches that came after they were handed out, and looks for the recipients here: that
/// costs no index, and it takes as long however far the projection lags. One thread.

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

  /// @param owners numbers and their epochs now: earlier owners had these recipients
  [[nodiscard]] core::status read(connection& db, params owners);

  /// The latest try of a recipient that an event tells of; -1 when none does.
  [[nodiscard]] std::int16_t last_attempt(core::campaign_no campaign,
                                          core::recipient_seq seq) const;

private:
  struct range {
    core::recipient_seq from = 0, to = 0;
  };
  [[nodiscard]] core::status read_writer(connection& db, std::int64_t writer, std::int64_t after);
  void take_batch(std::string_view campaigns, std::string_view seqs, std::string_view attempts);
  [[nodiscard]] static bool in(const std::vector<range>& ranges, core::recipient_seq seq);
  void sort_ranges();

  std::map<std::int32_t, std::vector<range>> wanted_; ///< by campaign; sorted once read() begins
  std::unordered_map<std::uint64_t, std::int16_t> last_;
};

} // namespace stentor::postgres
