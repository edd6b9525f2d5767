#pragma once
/// Which message an inbound one answers: the one that it names, else the latest that reached the
/// person in the last days. And what counts as an answer at all. One thread.

#include "stentor/core/base/ids.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::core {

/// Whether an inbound message says something of the person: what WhatsApp itself tells about them
/// (a new number, a new device), a message or reaction that was taken back, and an opened chat
/// don't.
/// @param type Meta's; @param text what people read of it (of a reaction the emoji)
[[nodiscard]] bool is_answer(std::string_view type, std::string_view text) noexcept;

/// Somebody whom a campaign's message reached.
struct reached_recipient {
  campaign_no campaign{};
  organization_no organization{};
  recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::string message_id;
  std::int64_t at_ms = 0;
  std::int64_t phone = 0; ///< as the list has it; 0: none
  std::string user_id;
};

/// An inbound message, as far as it matters here.
struct reply {
  organization_no organization{};
  std::vector<std::int64_t> phones;       ///< of its sender, in their one spelling
  std::vector<std::string_view> user_ids; ///< likewise
  std::string_view context_id;            ///< the message that it names; may be empty
  std::int64_t at_ms = 0;
};

class reply_matcher {
public:
  /// Who was reached; found by phone number (in any spelling), user id and message id.
  void add(const reached_recipient& recipient);
  /// nullptr when it answers nothing that is known. Valid as long as the matcher.
  [[nodiscard]] const reached_recipient* find(const reply& r) const;
  /// Whether the message that it names is known; the sender may be a stranger.
  [[nodiscard]] bool names_known(const reply& r) const { return named(r) != nullptr; }

private:
  [[nodiscard]] const reached_recipient* named(const reply& r) const;

  std::multimap<std::int64_t, reached_recipient> by_phone_;
  std::multimap<std::string, reached_recipient, std::less<>> by_user_;
  std::multimap<std::string, reached_recipient, std::less<>> by_message_;
};

} // namespace stentor::core
