#include "stentor/core/delivery/event.hpp"

namespace stentor::core {

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
