/// dispatch_store: which campaign an inbound message answers.
#include "adapters/postgres/delivery/dispatch_store.hpp"

#include <set>

namespace stentor::postgres {

namespace {

/// Somebody whom a campaign's message reached.
struct reached {
  core::campaign_no campaign{};
  core::organization_no organization{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::string message_id;
  std::int64_t at_ms = 0;
};

/// An answer belongs to the latest campaign only so long.
constexpr std::int64_t answer_ms_max = std::int64_t{7} * 24 * 3600 * 1000;

struct people {
  std::multimap<std::int64_t, reached> by_phone;
  std::multimap<std::string, reached> by_user;

  void add(const rows& r, core::campaign_no campaign, core::organization_no organization) {
    for (int i = 0; i < r.size(); ++i) {
      const reached one{.campaign = campaign,
                        .organization = organization,
                        .seq = static_cast<core::recipient_seq>(r.integer(i, 2)),
                        .attempt = static_cast<std::int16_t>(r.integer(i, 3)),
                        .message_id = r.string(i, 4),
                        .at_ms = r.integer(i, 5)};
      if (!r.is_null(i, 0))
        by_phone.emplace(r.integer(i, 0), one);
      if (!r.is_null(i, 1))
        by_user.emplace(r.string(i, 1), one);
    }
  }
};

/// The message that the reply names, else the latest one of the last days.
template <class Map, class Key>
const reached* answered(const Map& map, const Key& key, core::organization_no organization,
                        std::string_view context, std::int64_t at_ms) {
  const reached* best = nullptr;
  const auto [first, last] = map.equal_range(key);
  for (auto i = first; i != last; ++i) {
    const auto& r = i->second;
    if (r.organization != organization)
      continue;
    if (!context.empty() && r.message_id == context)
      return &r;
    // Clocks of two machines: an answer may seem a little older than what it answers.
    constexpr std::int64_t skew_ms = 60'000;
    if (r.at_ms <= at_ms + skew_ms && r.at_ms >= at_ms - answer_ms_max &&
        (best == nullptr || r.at_ms > best->at_ms))
      best = &r;
  }
  return best;
}

} // namespace

core::result<std::int64_t> dispatch_store::attribute_replies(std::int64_t limit) {
  auto t = begin();
  if (!t)
    return t.problem();
  auto inbound = db_.call("dispatch_inbound", params{}.integer(limit));
  if (!inbound)
    return inbound.problem();
  if (inbound->empty())
    return replies_left();
  std::set<std::int32_t> organizations;
  std::vector<std::int64_t> phones;
  std::vector<std::string> users;
  for (int i = 0; i < inbound->size(); ++i) {
    organizations.insert(static_cast<std::int32_t>(inbound->integer(i, 1)));
    if (!inbound->is_null(i, 2))
      phones.push_back(inbound->integer(i, 2));
    else if (!inbound->is_null(i, 3))
      users.push_back(inbound->string(i, 3));
  }
  auto recent =
      db_.call("dispatch_recent_campaigns", std::move(params{}.int4_array(std::vector<std::int32_t>(
                                                organizations.begin(), organizations.end()))));
  if (!recent)
    return recent.problem();
  people known;
  for (int i = 0; i < recent->size(); ++i) {
    const auto campaign = static_cast<core::campaign_no>(recent->integer(i, 0));
    const auto organization = static_cast<core::organization_no>(recent->integer(i, 1));
    const auto look = [&](const char* query, params p) -> core::status {
      auto r = db_.call(query, std::move(p));
      if (!r)
        return r.problem();
      known.add(*r, campaign, organization);
      return core::done{};
    };
    if (!phones.empty())
      if (auto s =
              look("dispatch_reached", std::move(params{}.integer(campaign).int8_array(phones)));
          !s)
        return s.problem();
    if (!users.empty())
      if (auto s = look("dispatch_reached_users",
                        std::move(params{}.integer(campaign).text_array(users)));
          !s)
        return s.problem();
  }
  core::event_batch events;
  std::vector<std::int64_t> nos;
  std::vector<std::int32_t> campaigns, seqs;
  for (int i = 0; i < inbound->size(); ++i) {
    const auto organization = static_cast<core::organization_no>(inbound->integer(i, 1));
    const auto at_ms = inbound->integer(i, 6);
    const auto* r = inbound->is_null(i, 2) ? answered(known.by_user, inbound->string(i, 3),
                                                      organization, inbound->text(i, 4), at_ms)
                                           : answered(known.by_phone, inbound->integer(i, 2),
                                                      organization, inbound->text(i, 4), at_ms);
    // After a break Meta's webhooks come in any order: an answer may be here before the receipt
    // that tells that the message arrived at all. So nobody is a stranger in the first minute.
    if (r == nullptr && inbound->boolean(i, 8))
      continue;
    nos.push_back(inbound->integer(i, 0));
    campaigns.push_back(r == nullptr ? core::campaign_no{} : r->campaign);
    seqs.push_back(r == nullptr ? 0 : r->seq);
    if (r == nullptr)
      continue;
    const bool preference = inbound->text(i, 9) == ports::preference_type;
    if (!preference)
      events.add(r->campaign, r->seq, r->attempt, core::event_kind::responded, 0, {}, at_ms,
                 inbound->text(i, 5));
    if (inbound->boolean(i, 7))
      events.add(r->campaign, r->seq, r->attempt, core::event_kind::opted_out, 0, {}, at_ms,
                 preference ? "stopped marketing messages in WhatsApp"
                            : "answered with a stop word");
  }
  params p;
  p.int8_array(nos).int4_array(campaigns).int4_array(seqs);
  if (auto s = done("dispatch_attributed", std::move(p)); !s)
    return s.problem();
  if (auto s = append_and_commit(*t, events); !s)
    return s.problem();
  return replies_left();
}

core::result<std::int64_t> dispatch_store::replies_left() {
  auto left = db_.call("dispatch_inbound_left", params{});
  if (!left)
    return left.problem();
  return left->integer(0, 0);
}

} // namespace stentor::postgres
