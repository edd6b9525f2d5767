#include "adapters/postgres/audience/reopening.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/delivery/ledger_session.hpp"

#include <nlohmann/json.hpp>

#include <chrono>

namespace stentor::postgres {

namespace {

std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// The campaign stays as it is until the transaction ends.
core::status lock(connection& db, core::campaign_no campaign, bool to_send) {
  auto found = db.call("recipient_lock_campaign", params{}.integer(campaign));
  if (!found)
    return found.error();
  const auto status = found->empty() ? std::string{"deleted"} : row_reader{*found}.string("status");
  if (!to_send || status == "sending" || status == "paused" || status == "completed")
    return core::ok{};
  return core::error{core::errc::conflict,
                     "Nobody is sent to again: the campaign is " + status +
                         "; only one that is sending, paused or completed can."};
}

constexpr std::string_view gave_up_text =
    "It stayed unknown whether Meta received it, and somebody wrote it off.";

/// Tries that were queued, as events.
core::event_batch reopened(core::campaign_no no, const rows& queued, std::int64_t now_ms) {
  core::event_batch events;
  for (const auto row : each(queued))
    events.add(no, row.id<core::recipient_seq>("seq"), row.id<std::int16_t>("attempt"),
               core::event_kind::reopened, 0, {}, now_ms);
  return events;
}

/// The queued tries as events.
core::result<core::event_batch> queue(connection& db, const reopening& r) {
  const auto now_ms = unix_ms();
  params p;
  p.integer(r.no).int4_array(r.choice.codes).int4_array(r.choice.seqs).integer(now_ms);
  p.integer(ports::retry_failed_max);
  auto queued = db.call("recipient_retry_failed", std::move(p));
  if (!queued)
    return queued.error();
  return reopened(r.no, *queued, now_ms);
}

core::result<core::event_batch> settle(connection& db, const held_settlement& h) {
  const auto now_ms = unix_ms();
  params p;
  p.integer(h.no);
  if (h.seqs)
    p.int4_array(*h.seqs);
  else
    p.null();
  if (h.how == ports::settlement::resend) {
    p.integer(now_ms).integer(ports::settled_max);
    auto queued = db.call("recipient_resend_held", std::move(p));
    if (!queued)
      return queued.error();
    return reopened(h.no, *queued, now_ms);
  }
  p.integer(ports::settled_max);
  auto found = db.call("recipient_held", std::move(p));
  if (!found)
    return found.error();
  core::event_batch events;
  for (const auto row : each(*found))
    events.add(h.no, row.id<core::recipient_seq>("seq"), row.id<std::int16_t>("attempt"),
               core::event_kind::failed, static_cast<std::int32_t>(core::local_code::gave_up), {},
               now_ms, gave_up_text);
  return events;
}

/// One transaction with the campaign locked: events, audit row, commit.
template <class Make>
core::result<std::int64_t> decide(query_pool& pool, core::campaign_no no, bool to_send,
                                  const Make& make) {
  auto opened = pool.own_connection("stentor reopening");
  if (!opened)
    return opened.error();
  const auto db = std::make_shared<connection>(std::move(*opened));
  ledger_session session{db};
  auto t = session.begin();
  if (!t)
    return t.error();
  if (auto s = lock(*db, no, to_send); !s)
    return s.error();
  core::result<core::event_batch> events = make(*db);
  if (!events)
    return events.error();
  if (auto s = session.append_and_commit(*t, *events); !s)
    return s.error();
  return static_cast<std::int64_t>(events->size());
}

} // namespace

core::result<std::int64_t> reopen_failed(query_pool& pool, const reopening& r) {
  return decide(pool, r.no, true, [&](connection& db) -> core::result<core::event_batch> {
    auto events = queue(db, r);
    if (!events)
      return events;
    const nlohmann::json detail{{"queued", events->size()}, {"codes", r.choice.codes}};
    if (auto s = write_audit(db, {r.who, "campaign.retry", std::string{r.id}, detail.dump()}); !s)
      return s.error();
    return events;
  });
}

core::result<std::int64_t> settle_held(query_pool& pool, const held_settlement& h) {
  const bool resend = h.how == ports::settlement::resend;
  return decide(pool, h.no, resend, [&](connection& db) -> core::result<core::event_batch> {
    auto events = settle(db, h);
    if (!events)
      return events;
    const nlohmann::json detail{{"settled", events->size()},
                                {"action", resend ? "resend" : "fail"}};
    if (auto s = write_audit(db, {h.who, "campaign.settle", std::string{h.id}, detail.dump()}); !s)
      return s.error();
    return events;
  });
}

} // namespace stentor::postgres
