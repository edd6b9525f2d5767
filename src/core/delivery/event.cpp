#include "stentor/core/delivery/event.hpp"

#include <iterator>

namespace stentor::core {

std::string_view to_string(event_kind kind) noexcept {
  constexpr std::string_view names[] = {
      "",         "accepted",   "sent",      "delivered", "read",      "failed",
      "rejected", "in_doubt",   "opted_out", "expired",   "cancelled", "responded",
      "held",     "unsendable", "paced",     "",          "retracted", "reopened"};
  const auto at = static_cast<std::size_t>(kind);
  return at < std::size(names) && !names[at].empty() ? names[at] : std::string_view{"unknown"};
}

void event_batch::append(const event_batch& other) {
  const auto join = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  join(campaign, other.campaign);
  join(seq, other.seq);
  join(attempt, other.attempt);
  join(kind, other.kind);
  join(code, other.code);
  join(number, other.number);
  join(at_ms, other.at_ms);
  const auto shift = static_cast<std::uint32_t>(text.size());
  text_end.reserve(text_end.size() + other.text_end.size());
  for (const auto end : other.text_end)
    text_end.push_back(end + shift);
  text.append(other.text);
}

} // namespace stentor::core
