#include "stentor/core/campaign/freeze.hpp"

#include <algorithm>

namespace stentor::core {

std::chrono::seconds freeze_lead(std::int64_t people) noexcept {
  const std::chrono::seconds takes{people / people_drawn_per_second};
  return std::clamp(takes, freeze_lead_least, freeze_lead_most);
}

} // namespace stentor::core
