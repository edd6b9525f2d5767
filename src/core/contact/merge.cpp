#include "stentor/core/contact/merge.hpp"

#include <algorithm>
#include <tuple>

namespace stentor::core {

namespace {

const written_text& later(const written_text& a, const written_text& b) {
  if (a.text.empty() || b.text.empty())
    return a.text.empty() ? b : a;
  return std::tie(a.at, a.text) < std::tie(b.at, b.text) ? b : a;
}

template <class T>
std::set<T> united(std::set<T> a, const std::set<T>& b) {
  a.insert(b.begin(), b.end());
  return a;
}

/// The later of two keys; the other one, and what both had before, is former.
written_text key_of(const written_text& a, const written_text& b, std::set<std::string>& former) {
  auto kept = later(a, b);
  for (const auto* one : {&a, &b})
    if (!one->text.empty())
      former.insert(one->text);
  former.erase(kept.text);
  return kept;
}

} // namespace

marketing_word merged(const marketing_word& a, const marketing_word& b) noexcept {
  marketing_word m{a.agrees && b.agrees, std::max(a.in_at, b.in_at), std::max(a.out_at, b.out_at)};
  if (m.in_at || m.out_at)
    m.agrees = m.in_at > m.out_at; // none is before all
  return m;
}

bool survives(const customer_identity& one, const customer_identity& other) noexcept {
  const auto rank = [](const customer_identity& c) {
    return std::tuple{!c.has_phone, c.created_at, c.no};
  };
  return rank(one) <= rank(other);
}

mergeable_customer merged(const mergeable_customer& a, const mergeable_customer& b) {
  mergeable_customer m;
  m.identity = survives(a.identity, b.identity) ? a.identity : b.identity;
  m.former_phones = united(a.former_phones, b.former_phones);
  m.former_user_ids = united(a.former_user_ids, b.former_user_ids);
  m.phone = key_of(a.phone, b.phone, m.former_phones);
  m.user_id = key_of(a.user_id, b.user_id, m.former_user_ids);
  m.name = later(a.name, b.name);
  m.language = later(a.language, b.language);
  m.time_zone = later(a.time_zone, b.time_zone);
  m.attributes = a.attributes;
  for (const auto& [name, value] : b.attributes) {
    const auto [at, added] = m.attributes.emplace(name, value);
    if (!added)
      at->second = later(at->second, value);
  }
  m.tags = united(a.tags, b.tags);
  m.marketing = merged(a.marketing, b.marketing);
  m.updated_at = std::max(a.updated_at, b.updated_at);
  return m;
}

} // namespace stentor::core
