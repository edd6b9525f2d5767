#pragma once
/// Who may be sent to next: claims on ranges of a list and on due retries, and what earlier owners
/// of a number left behind. Used from one thread (a store actor's); every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/part.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"

#include <cstdint>
#include <vector>

namespace stentor::ports {

struct claim_order {
  core::number_no number = 0;
  core::lease_epoch epoch = 0;
  std::int32_t count = 0; ///< recipients wanted
};

/// The parts of a list that may be sent to now, as the planner says.
struct claim_scope {
  bool all = true;
  std::vector<core::part_no> open; ///< when it is not all of them
};

struct claim_result {
  std::vector<core::claimed_chunk> chunks; ///< of one part each, in the order of the orders; none
                                           ///< for an order that got nothing
  std::vector<core::number_no> fenced;     ///< numbers whose lease has another epoch by now
  std::vector<core::part_cursor> left;     ///< parts with somebody who was not claimed
  bool dry = false;                        ///< nobody is left in the parts that are open
  bool exhausted = false;                  ///< no recipient of the list is left unclaimed
  bool limit_reached = false;              ///< Meta's messaging limit lets nobody more out now
};

struct recovery_report {
  std::int64_t in_doubt = 0;  ///< recipients that were in flight when the last owner died
  std::int64_t reclaimed = 0; ///< recipients above a progress mark: surely not sent, free again
  std::vector<core::number_no> fenced; ///< numbers that have another owner by now: nothing was done
  std::vector<core::claim_id> settled; ///< claims that are no more
};

/// A call whose answer is an error may have been committed all the same (the connection broke
/// behind COMMIT). What it took is free again with the next claim or with give_back(), whichever is
/// first; nobody has heard of it, so nobody has sent it.
class claim_store {
public:
  virtual ~claim_store() = default;

  /// Settles the open claims and claimed retries that an earlier owner of these numbers left. Who
  /// has no outcome and may have left, as the claim's mark and the flight recorder tell, becomes in
  /// doubt; who surely has not is free again.
  [[nodiscard]] virtual core::result<recovery_report> recover(const std::vector<lease>& leases,
                                                              std::int64_t now_ms,
                                                              const flight_recorder& flights) = 0;
  /// Moves the cursor and writes one claim per order in one transaction, then reads the recipients
  /// with the stops of this moment. What `recover` freed is handed out first.
  [[nodiscard]] virtual core::result<claim_result> claim(core::campaign_no campaign,
                                                         const std::vector<claim_order>& orders,
                                                         const claim_scope& scope) = 0;
  /// One claim per order on retries that are due, oldest first, for the numbers given (round robin
  /// where a retry names none).
  [[nodiscard]] virtual core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no campaign, const std::vector<claim_order>& orders,
                const claim_scope& scope, core::wall_time now) = 0;
  /// Frees what an earlier call took in vain.
  [[nodiscard]] virtual core::status give_back() = 0;
};

} // namespace stentor::ports
