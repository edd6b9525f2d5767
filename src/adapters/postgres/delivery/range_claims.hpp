#pragma once
/// One round of claims on a campaign's list: what dead owners left over first, then from its
/// parts. Lives inside a transaction of the given connection.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/claim_orders.hpp"
#include "adapters/postgres/delivery/tier_gate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace stentor::postgres {

class range_claims {
public:
  range_claims(connection& db, core::campaign_no campaign, const ports::claim_scope& scope)
      : db_{&db}, campaign_{campaign}, scope_{&scope} {}

  /// Locks the campaign and serves each order as well as it can; nothing while it is not sending.
  [[nodiscard]] core::result<ports::claim_result> serve(const std::vector<valid_order>& orders);

private:
  struct range {
    core::claim_id id{}; ///< none for one that a part gave
    core::recipient_seq from = 0, to = 0;
  };
  struct share { ///< a range for one order
    valid_order by;
    range of;
  };
  struct part {
    std::int32_t no = 0;
    core::recipient_seq next = 0; ///< the first who was not claimed
    core::recipient_seq to = 0;
    bool is_open = true;
    [[nodiscard]] bool is_used_up() const noexcept { return next > to; }
    [[nodiscard]] bool gives() const noexcept { return is_open && !is_used_up(); }
  };
  /// Under which recipients are blocked: parameters of the query claims_read_range.
  struct terms {
    core::organization_no organization{};
    bool is_marketing = true;
    std::optional<std::string> since;
  };

  /// The first one who was not let out any more, since a messaging limit is reached.
  using cut_off = std::optional<core::recipient_seq>;

  [[nodiscard]] core::result<bool> lock();
  [[nodiscard]] core::status load_leftovers();
  [[nodiscard]] core::result<bool> serve_leftover(const valid_order& by);
  [[nodiscard]] core::result<range> cut(range whole, const valid_order& by);
  [[nodiscard]] core::status load_parts();
  void tell_what_is_left();
  [[nodiscard]] core::status serve_from_parts(std::vector<valid_order> unserved);
  [[nodiscard]] std::vector<share> next_shares(const std::vector<valid_order>& unserved);
  [[nodiscard]] core::result<cut_off> read_shares(const std::vector<share>& shares);
  [[nodiscard]] core::status skip_left_out();
  void take_back(const std::vector<share>& shares, core::recipient_seq from);
  [[nodiscard]] core::status move_cursors(const std::vector<part>& before);
  [[nodiscard]] core::result<cut_off> hand_out(const std::vector<share>& shares,
                                               const rows& people);
  [[nodiscard]] core::status add_chunks(const std::vector<share>& shares,
                                        std::vector<core::claimed_chunk> chunks);
  [[nodiscard]] core::status free_rest(const valid_order& by, range rest);
  [[nodiscard]] core::result<std::vector<core::claim_id>> add(const std::vector<share>& shares,
                                                              bool free);
  [[nodiscard]] bool is_served(core::number_no number) const;

  connection* db_;
  core::campaign_no campaign_;
  const ports::claim_scope* scope_;
  std::optional<tier_gate> tier_;
  terms terms_;
  std::vector<part> parts_;      ///< with somebody who was not claimed when it was read
  std::vector<range> leftovers_; ///< of open parts; the first one last, to be popped
  bool leaves_closed_ = false;   ///< of parts that are closed something is left over
  ports::claim_result result_;
};

/// Writes one claim per element, all arrays as long as `from`; returns the claims' ids in that
/// order.
struct claim_columns {
  std::vector<core::number_no> numbers;
  std::vector<core::recipient_seq> from, to;
  std::vector<std::string_view> owners;
  std::vector<core::lease_epoch> epochs;
};
[[nodiscard]] core::result<std::vector<core::claim_id>>
add_claims(connection& db, core::campaign_no campaign, const claim_columns& claims, bool free);

} // namespace stentor::postgres
