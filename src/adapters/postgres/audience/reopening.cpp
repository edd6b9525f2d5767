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

core::status may_be_reopened(connection& db, core::campaign_no campaign) {
  auto found = db.call("recipient_lock_campaign", params{}.integer(campaign));
  if (!found)
    return found.error();
  const auto status = found->empty() ? std::string{"deleted"} : row_reader{*found}.string("status");
  if (status == "sending" || status == "paused" || status == "completed")
    return core::ok{};
  return core::error{core::errc::conflict,
                     "Nobody is sent to again: the campaign is " + status +
                         "; only one that is sending, paused or completed can."};
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
  core::event_batch events;
  for (const auto row : each(*queued))
    events.add(r.no, row.id<core::recipient_seq>("seq"), row.id<std::int16_t>("attempt"),
               core::event_kind::reopened, 0, {}, now_ms);
  return events;
}

} // namespace

core::result<std::int64_t> reopen_failed(query_pool& pool, const reopening& r) {
  auto opened = pool.own_connection("stentor reopening");
  if (!opened)
    return opened.error();
  const auto db = std::make_shared<connection>(std::move(*opened));
  ledger_session session{db};
  auto t = session.begin();
  if (!t)
    return t.error();
  if (auto s = may_be_reopened(*db, r.no); !s)
    return s.error();
  auto events = queue(*db, r);
  if (!events)
    return events.error();
  const nlohmann::json detail{{"queued", events->size()}, {"codes", r.choice.codes}};
  if (auto s = write_audit(*db, {r.who, "campaign.retry", std::string{r.id}, detail.dump()}); !s)
    return s.error();
  if (auto s = session.append_and_commit(*t, *events); !s)
    return s.error();
  return static_cast<std::int64_t>(events->size());
}

} // namespace stentor::postgres
