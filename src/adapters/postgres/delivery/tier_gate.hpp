#pragma once
/// Meta's messaging limit in a claim: who may go out without more people being written to than the
/// portfolio may. Inside a transaction of the given connection, behind its campaign's and tries'
/// locks.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/claim_orders.hpp"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace stentor::postgres {

class tier_gate {
public:
  /// Asks nothing and lets everybody through when no number of these has a limit.
  tier_gate(connection& db, core::campaign_no campaign, const std::vector<valid_order>& orders);

  [[nodiscard]] bool is_limited(core::number_no number) const { return limited_.contains(number); }
  /// Nobody is let through any more by this number.
  [[nodiscard]] bool is_spent(core::number_no number) const;
  /// Any number's limit has cut somebody off.
  [[nodiscard]] bool has_cut() const noexcept { return has_cut_; }

  /// Takes places for the first ones that have room, in their order.
  /// @return how many these are; the next one, if any, was cut off
  [[nodiscard]] core::result<std::size_t> admit(core::number_no number,
                                                std::span<const core::claimed_chunk::row> rows);

private:
  struct portfolio {
    std::int64_t free = 0;
    std::int32_t minute = 0, since = 0; ///< minutes of the epoch; who counts, counts since then
    bool is_spent = false;
  };
  [[nodiscard]] core::status lock();
  [[nodiscard]] core::status take(std::int32_t portfolio_no, const portfolio& from,
                                  const std::vector<std::int64_t>& people,
                                  const std::vector<core::recipient_seq>& seqs);

  connection* db_;
  core::campaign_no campaign_;
  std::map<core::number_no, std::int32_t> limited_; ///< to their portfolios
  std::map<std::int32_t, portfolio> portfolios_;
  bool is_locked_ = false;
  bool has_cut_ = false;
};

/// Frees the places of recipients who failed for good. All arrays are as long.
[[nodiscard]] core::status give_tier_back(connection& db,
                                          const std::vector<core::campaign_no>& campaigns,
                                          const std::vector<core::recipient_seq>& seqs);

/// Closes for an hour those of the numbers' portfolios that are nearly used up: Meta refuses.
[[nodiscard]] core::status close_tiers(connection& db, const std::vector<core::number_no>& numbers);

} // namespace stentor::postgres
