#pragma once
/// Which message an inbound one answers: the one that it names, else the latest that reached the
/// person in the last days. One thread.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace stentor::core {

/// Somebody whom a campaign's message reached.
struct reached_recipient {
  campaign_no campaign{};
  organization_no organization{};
  recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::string message_id;
  std::int64_t at_ms = 0;
};

/// An inbound message, as far as it matters here.
struct reply {
  organization_no organization{};
  std::int64_t phone = 0; ///< 0: only the user id is known
  std::string_view user_id;
  std::string_view context_id; ///< the message that it names; may be empty
  std::int64_t at_ms = 0;
};

class reply_matcher {
public:
  /// Who was reached; phone 0 and an empty user id are no keys.
  void add(std::int64_t phone, const std::string& user_id, const reached_recipient& recipient);
  /// nullptr when it answers nothing that is known. Valid until the next add().
  [[nodiscard]] const reached_recipient* find(const reply& r) const;

private:
  std::multimap<std::int64_t, reached_recipient> by_phone_;
  std::multimap<std::string, reached_recipient, std::less<>> by_user_;
};

} // namespace stentor::core
