#pragma once
/// In which part somebody is of a campaign that has stages: what gates count by. Parts of a list
/// that is being sent to stay as they are. As thread-safe as the connection.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/part.hpp"

#include <map>
#include <span>
#include <vector>

namespace stentor::postgres {

class staged_parts {
public:
  /// Those of these campaigns, instead of what it had.
  [[nodiscard]] core::status load(connection& db, std::span<const core::campaign_no> campaigns);
  /// 0 where the campaign is none of them.
  [[nodiscard]] core::part_no of(core::campaign_no campaign, core::recipient_seq seq) const;

private:
  struct part {
    core::recipient_seq from = 0;
    core::part_no no = 0;
  };
  std::map<core::campaign_no, std::vector<part>> parts_; ///< in the order of the list
};

} // namespace stentor::postgres
