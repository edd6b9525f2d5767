#pragma once
/// What changed in the database from one step to the next, for people who read a trace. One thread.

#include "tests/model/world.hpp"
#include "tests/simulation/run/trace.hpp"

namespace stentor::simulation {

class chronicle {
public:
  chronicle(const world& database, trace& log) : now_{database}, log_{log} {}

  /// Says what has changed since it was called last.
  void look();

private:
  void look_at_events();
  void look_at_claims();
  void look_at_retries();
  void look_at_owners();

  const world& now_;
  trace& log_;
  std::size_t events_ = 0;
  std::map<core::claim_id, claim_row> claims_;
  std::map<recipient, queued_retry> retries_;
  std::map<core::number_no, lease_row> leases_;
  std::map<core::campaign_no, core::campaign_status> statuses_;
};

} // namespace stentor::simulation
