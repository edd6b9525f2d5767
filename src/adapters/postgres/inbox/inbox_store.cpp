#include "adapters/postgres/inbox/inbox_store.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <set>

namespace stentor::postgres {

namespace {

/// Whom to look for.
struct senders {
  std::set<core::organization_no> organizations;
  std::vector<std::int64_t> phones;
  std::vector<std::string> users;
};

senders senders_of(const rows& inbound) {
  senders all;
  for (const auto row : each(inbound)) {
    all.organizations.insert(row.id<core::organization_no>("organization_no"));
    if (!row.is_null("phone"))
      all.phones.push_back(row.integer("phone"));
    else if (!row.is_null("user_id"))
      all.users.push_back(row.string("user_id"));
  }
  return all;
}

void add_reached(core::reply_matcher& known, const rows& people, core::campaign_no campaign,
                 core::organization_no organization) {
  for (const auto row : each(people))
    known.add(row.integer("phone"), row.string("user_id"),
              {.campaign = campaign,
               .organization = organization,
               .seq = row.id<core::recipient_seq>("seq"),
               .attempt = row.id<std::int16_t>("attempt"),
               .message_id = row.string("message_id"),
               .at_ms = row.integer("at_ms")});
}

/// What is written of the messages of one round.
struct attributed {
  std::vector<std::int64_t> nos;
  std::vector<core::campaign_no> campaigns;
  std::vector<core::recipient_seq> seqs;
  core::event_batch events;

  void add(const row_reader& row, const core::reply_matcher& known);
};

void attributed::add(const row_reader& row, const core::reply_matcher& known) {
  const auto at_ms = row.integer("at_ms");
  const auto* const r =
      known.find({.organization = row.id<core::organization_no>("organization_no"),
                  .phone = row.integer("phone"),
                  .user_id = row.text("user_id"),
                  .context_id = row.text("context_id"),
                  .at_ms = at_ms});
  // After a break Meta's webhooks come in any order: an answer may be here before the receipt that
  // tells that the message arrived at all. So nobody is a stranger in the first minute.
  if (r == nullptr && row.boolean("is_young"))
    return;
  nos.push_back(row.integer("no"));
  campaigns.push_back(r == nullptr ? core::campaign_no{} : r->campaign);
  seqs.push_back(r == nullptr ? 0 : r->seq);
  if (r == nullptr)
    return;
  const bool is_preference = row.text("type") == ports::preference_type;
  if (!is_preference)
    events.add(r->campaign, r->seq, r->attempt, core::event_kind::responded, 0, {}, at_ms,
               row.text("text"));
  if (row.boolean("stop"))
    events.add(r->campaign, r->seq, r->attempt, core::event_kind::opted_out, 0, {}, at_ms,
               is_preference ? "stopped marketing messages in WhatsApp"
                             : "answered with a stop word");
}

} // namespace

/// Whom messages reached among the senders.
core::result<core::reply_matcher> inbox_store_on_postgres::load_reached(const rows& inbound) {
  auto& db = session_->db();
  const auto wanted = senders_of(inbound);
  auto recent = db.call("inbox_recent_campaigns",
                        std::move(params{}.int4_array(std::vector<core::organization_no>(
                            wanted.organizations.begin(), wanted.organizations.end()))));
  if (!recent)
    return recent.error();
  core::reply_matcher known;
  for (const auto row : each(*recent)) {
    const auto campaign = row.id<core::campaign_no>("no");
    const auto organization = row.id<core::organization_no>("organization_no");
    if (!wanted.phones.empty()) {
      auto r = db.call("inbox_reached_phones",
                       std::move(params{}.integer(campaign).int8_array(wanted.phones)));
      if (!r)
        return r.error();
      add_reached(known, *r, campaign, organization);
    }
    if (!wanted.users.empty()) {
      auto r = db.call("inbox_reached_users",
                       std::move(params{}.integer(campaign).text_array(wanted.users)));
      if (!r)
        return r.error();
      add_reached(known, *r, campaign, organization);
    }
  }
  return known;
}

core::result<std::int64_t> inbox_store_on_postgres::attribute_replies(std::int64_t limit) {
  auto t = session_->begin();
  if (!t)
    return t.error();
  auto& db = session_->db();
  auto inbound = db.call("inbox_unattributed", params{}.integer(limit));
  if (!inbound)
    return inbound.error();
  if (inbound->empty())
    return count_waiting();
  auto known = load_reached(*inbound);
  if (!known)
    return known.error();
  attributed found;
  for (const auto row : each(*inbound))
    found.add(row, *known);
  params p;
  p.int8_array(found.nos).int4_array(found.campaigns).int4_array(found.seqs);
  if (auto s = db.execute("inbox_set_attributed", std::move(p)); !s)
    return s.error();
  if (auto s = session_->append_and_commit(*t, found.events); !s)
    return s.error();
  return count_waiting();
}

core::result<std::int64_t> inbox_store_on_postgres::count_waiting() {
  auto left = session_->db().call("inbox_left", params{});
  if (!left)
    return left.error();
  return row_reader{*left}.integer("waiting");
}

} // namespace stentor::postgres
