/// A cap of a longer time counts all that a shorter one does. So what must go for the shorter one
/// is chosen first, and helps the longer one too.
#include "stentor/core/campaign/arbitration.hpp"

#include <algorithm>
#include <tuple>

namespace stentor::core {

namespace {

using picked = std::vector<std::size_t>;

bool is_in(const picked& given, std::size_t which) {
  return std::find(given.begin(), given.end(), which) != given.end();
}

/// Gives up as many as are too many for one cap. False: there are not enough.
bool make_room(std::span<const touch> touches, const frequency_cap& cap, picked& given) {
  std::int32_t counted = 0;
  for (std::size_t i = 0; i < touches.size(); ++i)
    counted += touches[i].distance < cap.per && !is_in(given, i) ? 1 : 0;
  for (; counted >= cap.max; --counted) {
    std::optional<std::size_t> next;
    for (std::size_t i = 0; i < touches.size(); ++i)
      if (touches[i].turn > 0 && touches[i].distance < cap.per && !is_in(given, i) &&
          (!next || touches[i].turn < touches[*next].turn))
        next = i;
    if (!next)
      return false;
    given.push_back(*next);
  }
  return true;
}

/// The same for one cap.
std::optional<std::chrono::milliseconds> room_after(std::span<const touch> touches,
                                                    const frequency_cap& cap) {
  std::vector<std::chrono::milliseconds> leave;
  std::int32_t stay = 0;
  for (const auto& one : touches) {
    if (!one.fades)
      ++stay;
    else if (one.distance < cap.per)
      leave.push_back(cap.per - one.distance);
  }
  const auto counted = stay + static_cast<std::int32_t>(leave.size());
  if (counted < cap.max)
    return std::chrono::milliseconds{0};
  if (stay >= cap.max)
    return std::nullopt;
  std::sort(leave.begin(), leave.end());
  return leave[static_cast<std::size_t>(counted - cap.max)];
}

constexpr int lettings = 100;

} // namespace

std::vector<campaign_no> giving_way(std::span<const rival> others, std::int32_t priority) {
  std::vector<rival> lower;
  std::copy_if(others.begin(), others.end(), std::back_inserter(lower),
               [&](const rival& one) { return one.runs && one.priority < priority; });
  std::sort(lower.begin(), lower.end(), [](const rival& a, const rival& b) {
    return std::tuple{a.priority, b.starts, b.no} < std::tuple{b.priority, a.starts, a.no};
  });
  std::vector<campaign_no> in_order;
  for (const auto& one : lower)
    in_order.push_back(one.no);
  return in_order;
}

void put_in_order(std::vector<frequency_cap>& caps) {
  std::sort(caps.begin(), caps.end(), [](const auto& a, const auto& b) {
    return std::tie(a.per, a.max) < std::tie(b.per, b.max);
  });
}

std::optional<std::vector<std::size_t>> arbitrate(std::span<const touch> touches,
                                                  std::span<const frequency_cap> caps) {
  picked given;
  for (const auto& cap : caps)
    if (!make_room(touches, cap, given))
      return std::nullopt;
  return given;
}

std::optional<std::chrono::milliseconds> room_after(std::span<const touch> touches,
                                                    std::span<const frequency_cap> caps) {
  std::chrono::milliseconds longest{0};
  for (const auto& cap : caps) {
    const auto after = room_after(touches, cap);
    if (!after)
      return std::nullopt;
    longest = std::max(longest, *after);
  }
  return longest;
}

wall_time let_out_at(wall_time may_go, std::span<const frequency_cap> caps) {
  std::chrono::milliseconds longest{0};
  for (const auto& cap : caps)
    longest = std::max(longest, cap.per);
  const auto step =
      std::max(std::chrono::hours{1}, std::chrono::ceil<std::chrono::hours>(longest / lettings));
  const auto since = may_go.time_since_epoch();
  const std::chrono::milliseconds whole = since / step * step;
  return wall_time{whole < since ? whole + step : whole};
}

} // namespace stentor::core
