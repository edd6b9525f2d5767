#pragma once
/// The events of some batches of the ledger, gathered by recipient.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/delivery.hpp"

#include <span>
#include <vector>

namespace stentor::postgres {

class event_list {
public:
  struct entry {
    core::campaign_no campaign{};
    core::recipient_seq seq = 0;
    core::delivery_event event;
  };

  /// From an answer in binary with the columns of a batch (projection_batches). The events' texts
  /// are views of the answer, which this object keeps. Invalid when the columns' lengths differ.
  [[nodiscard]] static core::result<event_list> read(rows batches);

  [[nodiscard]] std::vector<core::campaign_no> campaigns() const; ///< ascending, each once
  void keep_campaigns(std::span<const core::campaign_no> wanted);

  /// By campaign and seq; a recipient's events stand together.
  [[nodiscard]] std::span<const entry> entries() const noexcept { return entries_; }

private:
  rows batches_;
  std::vector<entry> entries_;
};

} // namespace stentor::postgres
