#include "stentor/core/contact/alias_memory.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

/// The finalizer of MurmurHash3: every bit of the value moves every bit of the hash.
constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ value >> 33) * 0xFF51AFD7ED558CCDU;
  value = (value ^ value >> 33) * 0xC4CEB9FE1A85EC53U;
  return value ^ value >> 33;
}

} // namespace

bool alias_memory::note(organization_no organization, person_key user, person_key phone) {
  if (known_.empty())
    known_.resize(sets_);
  const auto of = mixed(user ^ mixed(static_cast<std::uint64_t>(organization.value())));
  auto& set = known_[static_cast<std::size_t>(of >> 32) & (sets_ - 1)];
  const pair seen{static_cast<std::uint32_t>(of) | 1U, static_cast<std::uint32_t>(mixed(phone))};
  const auto place = std::find_if(set.begin(), set.end() - 1,
                                  [&](const pair& other) { return other.user == seen.user; });
  const auto known = place->user == seen.user && place->phone == seen.phone;
  std::copy_backward(set.begin(), place, place + 1);
  set.front() = seen;
  return !known;
}

} // namespace stentor::core
