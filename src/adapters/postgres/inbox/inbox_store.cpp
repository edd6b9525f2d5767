#include "adapters/postgres/inbox/inbox_store.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/people_writes.hpp"
#include "stentor/core/contact/contact_key.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <algorithm>
#include <utility>

namespace stentor::postgres {

namespace {

/// So many deliveries are looked through for a message by its id, which no index has: half a second
/// at the most, the newest campaigns first.
constexpr std::int64_t searched_rows_max = 1'000'000;
/// And so often for answers that are no stops.
constexpr std::chrono::seconds search_interval{30};
constexpr std::chrono::seconds follow_interval{5};
constexpr std::chrono::seconds follow_interval_after_error{60};

/// Whom to look for.
struct senders {
  std::set<core::organization_no> organizations;
  std::vector<std::int64_t> phones; ///< in both spellings
  std::vector<std::string> users;
};

void add_reached(core::reply_matcher& known, const rows& people, core::campaign_no campaign,
                 core::organization_no organization) {
  for (const auto row : each(people))
    known.add({.campaign = campaign,
               .organization = organization,
               .seq = row.id<core::recipient_seq>("seq"),
               .attempt = row.id<std::int16_t>("attempt"),
               .message_id = row.string("message_id"),
               .at_ms = row.integer("at_ms"),
               .phone = row.integer("phone"),
               .user_id = row.string("user_id")});
}

bool is_preference(const row_reader& row) {
  return row.text("type") == ports::preference_type;
}

} // namespace

/// Inbound messages on their way to the messages that they answer.
struct inbox_store_on_postgres::round {
  rows inbound, keys;
  std::vector<core::reply> replies; ///< of inbound; their texts lie in the rows above
  senders wanted;
  core::reply_matcher known;
  std::set<std::int64_t> postponed; ///< to be looked for later

  std::vector<std::int64_t> nos;
  std::vector<core::campaign_no> campaigns;
  std::vector<core::recipient_seq> seqs;
  core::event_batch events;
  ports::ledger_write people;

  /// Every key of each sender.
  core::status load_senders(connection& db);
  void attribute(int place);

private:
  void note_answer(const row_reader& row, const core::reply& r, const core::reached_recipient& to);
  void note_identity(const row_reader& row, const core::reply& r,
                     const core::reached_recipient& to);
};

core::status inbox_store_on_postgres::round::load_senders(connection& db) {
  std::vector<core::organization_no> organizations;
  std::vector<std::int64_t> phones;
  std::vector<std::string> users;
  for (const auto row : each(inbound)) {
    organizations.push_back(row.id<core::organization_no>("organization_no"));
    phones.push_back(row.integer("phone"));
    users.push_back(row.string("user_id"));
    replies.push_back({.organization = organizations.back(),
                       .phones = {},
                       .user_ids = {},
                       .context_id = row.text("context_id"),
                       .at_ms = row.integer("at_ms")});
  }
  auto found =
      db.call("people_keys",
              std::move(params{}.int4_array(organizations).int8_array(phones).text_array(users)));
  if (!found)
    return found.error();
  keys = std::move(*found);
  for (const auto row : each(keys)) {
    auto& of = replies[static_cast<std::size_t>(row.integer("place")) - 1];
    wanted.organizations.insert(of.organization);
    if (row.is_null("phone")) {
      of.user_ids.push_back(row.text("user_id"));
      wanted.users.push_back(row.string("user_id"));
      continue;
    }
    const auto phone = row.integer("phone");
    of.phones.push_back(phone);
    wanted.phones.push_back(phone);
    if (const auto other = core::other_spelling(static_cast<core::person_key>(phone)); other != 0)
      wanted.phones.push_back(static_cast<std::int64_t>(other));
  }
  return core::ok{};
}

/// A message that names one of ours was written by whom that one reached, under whatever key.
void inbox_store_on_postgres::round::note_identity(const row_reader& row, const core::reply& r,
                                                   const core::reached_recipient& to) {
  const auto at_ms = row.integer("at_ms");
  const auto person = static_cast<core::person_key>(to.phone);
  if (to.phone != 0 && row.is_null("phone") && !row.is_null("user_id"))
    people.aliases.push_back({.organization = to.organization,
                              .phone = core::one_spelling(person),
                              .user_id = row.string("user_id"),
                              .at_ms = at_ms});
  const auto has = [](const auto& all, const auto& one) {
    return std::find(all.begin(), all.end(), one) != all.end();
  };
  const auto spelled = static_cast<std::int64_t>(core::one_spelling(person));
  const bool known_so = (to.phone == 0 || has(r.phones, spelled)) &&
                        (to.user_id.empty() || has(r.user_ids, std::string_view{to.user_id}));
  if (row.boolean("stop") && !known_so)
    people.suppressions.push_back(
        {.organization = to.organization,
         .person = to.phone != 0 ? core::one_spelling(person) : core::person_key{},
         .user_id = to.user_id,
         .reason = is_preference(row) ? "user_preferences" : "stop_word",
         .evidence = row.string("message_id"),
         .at_ms = at_ms});
}

void inbox_store_on_postgres::round::note_answer(const row_reader& row, const core::reply& r,
                                                 const core::reached_recipient& to) {
  const auto at_ms = row.integer("at_ms");
  const auto add = [&](core::event_kind kind, std::string_view text) {
    events.add(to.campaign, to.seq, to.attempt, kind, 0, {}, at_ms, text);
  };
  const auto preference = is_preference(row);
  // Whoever says stop has not answered the campaign.
  if (!preference && !row.boolean("stop") && core::is_answer(row.text("type"), row.text("text")))
    add(core::event_kind::responded, row.text("text"));
  if (row.boolean("stop"))
    add(core::event_kind::opted_out,
        preference ? "stopped marketing messages in WhatsApp" : "answered with a stop word");
  if (known.names_known(r))
    note_identity(row, r, to);
}

void inbox_store_on_postgres::round::attribute(int place) {
  const row_reader row{inbound, place};
  const auto no = row.integer("no");
  const auto& r = replies[static_cast<std::size_t>(place)];
  const auto* const to = known.find(r);
  // After a break Meta's webhooks come in any order: an answer may be here before the receipt that
  // tells that the message arrived at all. So nobody is a stranger in the first minute.
  if (to == nullptr && (row.boolean("is_young") || postponed.contains(no)))
    return;
  nos.push_back(no);
  campaigns.push_back(to == nullptr ? core::campaign_no{} : to->campaign);
  seqs.push_back(to == nullptr ? 0 : to->seq);
  if (to != nullptr)
    note_answer(row, r, *to);
}

/// Whom messages reached among the senders.
core::status inbox_store_on_postgres::load_reached(round& r) {
  auto& db = session_->db();
  auto recent = db.call("inbox_recent_campaigns",
                        std::move(params{}.int4_array(std::vector<core::organization_no>(
                            r.wanted.organizations.begin(), r.wanted.organizations.end()))));
  if (!recent)
    return recent.error();
  for (const auto row : each(*recent)) {
    const auto campaign = row.id<core::campaign_no>("no");
    const auto organization = row.id<core::organization_no>("organization_no");
    if (!r.wanted.phones.empty()) {
      auto found = db.call("inbox_reached_phones",
                           std::move(params{}.integer(campaign).int8_array(r.wanted.phones)));
      if (!found)
        return found.error();
      add_reached(r.known, *found, campaign, organization);
    }
    if (!r.wanted.users.empty()) {
      auto found = db.call("inbox_reached_users",
                           std::move(params{}.integer(campaign).text_array(r.wanted.users)));
      if (!found)
        return found.error();
      add_reached(r.known, *found, campaign, organization);
    }
  }
  return load_named(r, *recent);
}

/// The messages that strangers name: who hides the phone number is known by nothing else when no
/// receipt named both. A stop is looked for at once.
core::status inbox_store_on_postgres::load_named(round& r, const rows& recent) {
  std::set<std::string> wanted;
  const auto now = std::chrono::steady_clock::now();
  for (int i = 0; i < r.inbound.size(); ++i) {
    const row_reader row{r.inbound, i};
    const auto& reply = r.replies[static_cast<std::size_t>(i)];
    if (reply.context_id.empty() || r.known.find(reply) != nullptr)
      continue;
    const auto no = row.integer("no");
    const bool young = row.boolean("is_young");
    if (row.boolean("stop") ? !young || searched_.insert(no).second : !young && now >= next_search_)
      wanted.emplace(reply.context_id);
    else if (!young)
      r.postponed.insert(no);
  }
  if (wanted.empty())
    return core::ok{};
  next_search_ = now + search_interval;
  const std::vector<std::string> ids(wanted.begin(), wanted.end());
  std::int64_t rows_left = searched_rows_max;
  for (int i = recent.size() - 1; i >= 0 && rows_left > 0; --i) {
    const row_reader row{recent, i};
    const auto campaign = row.id<core::campaign_no>("no");
    auto found = session_->db().call(
        "inbox_reached_messages",
        std::move(params{}.integer(campaign).text_array(ids).integer(rows_left)));
    if (!found)
      return found.error();
    add_reached(r.known, *found, campaign, row.id<core::organization_no>("organization_no"));
    rows_left -= row.integer("reached_count");
  }
  return core::ok{};
}

/// What receipts and messages told of people changes their customers too, some time later: never in
/// a webhook's commit. A customer who can't be changed keeps no reply waiting, so errors only delay
/// the next look.
void inbox_store_on_postgres::follow_customers() {
  const auto now = std::chrono::steady_clock::now();
  if (now < next_follow_)
    return;
  const auto followed = follower_.follow(session_->db());
  next_follow_ = now + (followed ? follow_interval : follow_interval_after_error);
}

core::result<ports::attribution_report>
inbox_store_on_postgres::attribute_replies(std::int64_t limit) {
  ports::attribution_report report;
  follow_customers();
  auto t = session_->begin();
  if (!t)
    return t.error();
  auto& db = session_->db();
  round r;
  auto inbound = db.call("inbox_unattributed", params{}.integer(limit));
  if (!inbound)
    return inbound.error();
  r.inbound = std::move(*inbound);
  if (!r.inbound.empty()) {
    if (auto s = r.load_senders(db); !s)
      return s.error();
    if (auto s = load_reached(r); !s)
      return s.error();
    for (int i = 0; i < r.inbound.size(); ++i)
      r.attribute(i);
    if (auto s = write_people(db, r.people, report.stops); !s)
      return s.error();
    params p;
    p.int8_array(r.nos).int4_array(r.campaigns).int4_array(r.seqs);
    if (auto s = db.execute("inbox_set_attributed", std::move(p)); !s)
      return s.error();
    if (auto s = session_->append_and_commit(*t, r.events); !s)
      return s.error();
    for (const auto no : r.nos)
      searched_.erase(no);
  }
  auto left = db.call("inbox_left", params{});
  if (!left)
    return left.error();
  report.waiting = row_reader{*left}.integer("waiting");
  return report;
}

} // namespace stentor::postgres
