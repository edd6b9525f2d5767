#include "adapters/postgres/delivery/retry_store.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/ledger_writes.hpp"
#include "stentor/core/delivery/in_doubt_policy.hpp"

namespace stentor::postgres {

namespace {

/// What settles the doubts of one round.
struct settled_doubts {
  std::vector<core::campaign_no> campaigns;
  std::vector<core::recipient_seq> seqs;
  core::event_batch events;
  std::vector<ports::retry_row> retries;

  void add(const row_reader& row, std::int64_t now_ms);
  /// Of a try that comes too late.
  void give_up(const row_reader& row, std::int64_t now_ms);
};

void settled_doubts::give_up(const row_reader& row, std::int64_t now_ms) {
  const auto campaign = row.id<core::campaign_no>("campaign_no");
  const auto seq = row.id<core::recipient_seq>("seq");
  const auto attempt = row.id<std::int16_t>("attempt");
  if (row.boolean("in_doubt"))
    events.add(campaign, seq, attempt, core::event_kind::held, 0, {}, now_ms);
  else
    events.add(campaign, seq, attempt, core::event_kind::failed,
               static_cast<std::int32_t>(core::local_code::retries_exhausted), {}, now_ms,
               "the campaign expired before the next try");
}

void settled_doubts::add(const row_reader& row, std::int64_t now_ms) {
  const auto campaign = row.id<core::campaign_no>("campaign_no");
  const auto seq = row.id<core::recipient_seq>("seq");
  const auto attempt = row.id<std::int16_t>("attempt");
  const auto code = row.id<std::int32_t>("code");
  campaigns.push_back(campaign);
  seqs.push_back(seq);
  const auto end = core::settle(
      {.policy =
           core::in_doubt_policy_from(row.text("policy")).value_or(core::in_doubt_policy::hold),
       .attempt = attempt,
       .code = code,
       .reached = row.boolean("reached"),
       .may_retry = row.boolean("may_retry")});
  switch (end) {
  case core::in_doubt_policy::hold:
    events.add(campaign, seq, attempt, core::event_kind::held, 0, {}, now_ms);
    break;
  case core::in_doubt_policy::fail:
    events.add(campaign, seq, attempt, core::event_kind::failed,
               code > 0 ? code : static_cast<std::int32_t>(core::local_code::in_doubt_failed), {},
               now_ms,
               code > 0 ? "Meta answered with this error too often, and no receipt came"
                        : "no receipt came, and the campaign gives up on recipients in doubt");
    break;
  case core::in_doubt_policy::resend:
    retries.push_back(
        {.campaign = campaign,
         .seq = seq,
         .attempt = static_cast<std::int16_t>(attempt + 1),
         .retries = static_cast<std::int16_t>(row.integer("retries") + (code > 0 ? 1 : 0)),
         .due_ms = now_ms,
         .number = {}});
    break;
  }
}

} // namespace

core::result<ports::retry_agenda> retry_store_on_postgres::agenda(core::wall_time now) {
  auto& db = session_->db();
  if (auto s = db.ensure(); !s)
    return s.error();
  const auto now_ms = now.time_since_epoch().count();
  auto due = db.call("retries_due_campaigns", params{}.integer(now_ms));
  if (!due)
    return due.error();
  ports::retry_agenda agenda;
  for (const auto row : each(*due))
    agenda.due.push_back(row.id<core::campaign_no>("campaign_no"));
  auto next = db.call("retries_next_due", params{}.integer(now_ms));
  if (!next)
    return next.error();
  agenda.next_due_ms = row_reader{*next}.integer("next_due_ms");
  return agenda;
}

core::result<std::int64_t> retry_store_on_postgres::settle_doubts(core::wall_time now,
                                                                  core::wall_time begun) {
  auto t = session_->begin();
  if (!t)
    return t.error();
  auto& db = session_->db();
  const auto now_ms = now.time_since_epoch().count();
  auto old = db.call("retries_old_doubts",
                     params{}.integer(begun.time_since_epoch().count()).integer(now_ms));
  if (!old)
    return old.error();
  auto late = db.call("retries_too_late", params{}.integer(now_ms));
  if (!late)
    return late.error();
  if (old->empty() && late->empty())
    return std::int64_t{0};
  settled_doubts settled;
  for (const auto row : each(*late))
    settled.give_up(row, now_ms);
  for (const auto row : each(*old))
    settled.add(row, now_ms);
  if (!settled.retries.empty())
    if (auto s = write_retries(db, settled.retries); !s)
      return s.error();
  if (auto s =
          db.execute("retries_forget_doubts",
                     std::move(params{}.int4_array(settled.campaigns).int4_array(settled.seqs)));
      !s)
    return s.error();
  if (auto s = session_->append_and_commit(*t, settled.events); !s)
    return s.error();
  return std::int64_t{old->size()};
}

} // namespace stentor::postgres
