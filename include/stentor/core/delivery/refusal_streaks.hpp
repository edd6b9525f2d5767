#pragma once
/// The same refusal for everybody is no fault of the recipients: a campaign's template was edited,
/// a proxy answers in Meta's place. Found by answers that come one after the other; one bad row in
/// fifty is none of it. Pure; one thread.

#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/outcome.hpp"

#include <cstdint>
#include <map>

namespace stentor::core {

class refusal_streaks {
public:
  /// So many answers in a row that are not Meta's stop a number for a while.
  static constexpr std::int32_t foreign_max = 5;
  static constexpr std::chrono::seconds foreign_wait{60};
  /// So many people in a row whom Meta refuses for good with one code stop a campaign.
  static constexpr std::int32_t same_max = 30;

  /// What an outcome and its verdict say beyond its recipient: pause_number, stop_campaign or none.
  [[nodiscard]] scope_action note(const outcome& o, const disposition& verdict);
  void forget(campaign_no campaign) { same_.erase(campaign); }

private:
  struct streak {
    std::int32_t code = 0;
    std::int32_t length = 0;
  };
  std::map<number_no, std::int32_t> foreign_;
  std::map<campaign_no, streak> same_;
};

} // namespace stentor::core
