/// dispatch_store: what a dead owner left open, and doubts whose wait is over.
#include "adapters/postgres/delivery/dispatch_store.hpp"
#include "adapters/postgres/delivery/ledger_writes.hpp"

#include "stentor/core/delivery/error_policy.hpp"

namespace stentor::postgres {

namespace {

using core::event_kind;

/// Events and rows of recipients that become in doubt.
struct doubts {
  core::event_batch events;
  std::vector<ports::doubt_row> rows;

  void add(core::campaign_no campaign, core::recipient_seq seq, std::int16_t attempt,
           std::int64_t now_ms) {
    events.add(campaign, seq, attempt, event_kind::in_doubt, 0, {}, now_ms);
    rows.push_back({.campaign = campaign, .seq = seq, .attempt = attempt, .since_ms = now_ms});
  }
};

core::status doubt_range(connection& db, const rows& claims, int i, std::int64_t now_ms,
                         doubts& found) {
  const auto campaign = static_cast<core::campaign_no>(claims.integer(i, 1));
  params p;
  p.integer(campaign).integer(claims.integer(i, 2)).integer(claims.integer(i, 4));
  auto seqs = db.call("dispatch_in_flight", std::move(p));
  if (!seqs)
    return seqs.problem();
  for (int k = 0; k < seqs->size(); ++k)
    found.add(campaign, static_cast<core::recipient_seq>(seqs->integer(k, 0)), 0, now_ms);
  return core::done{};
}

/// The part of a dead claim above its mark, as a free claim. Returns how many numbers of the list
/// it holds.
core::result<std::int64_t> free_rest(connection& db, const rows& claims, int i) {
  const auto from = claims.integer(i, 4) + 1;
  const auto to = claims.integer(i, 3);
  if (from > to)
    return std::int64_t{0};
  const auto one = [](std::int64_t value) {
    return std::vector<std::int32_t>{static_cast<std::int32_t>(value)};
  };
  params p;
  p.integer(claims.integer(i, 1)).int4_array(one(claims.integer(i, 5))).int4_array(one(from));
  p.int4_array(one(to)).text_array(std::vector<std::string_view>{""});
  p.int4_array(one(claims.integer(i, 6))).boolean(true);
  if (auto r = db.call("dispatch_add_claims", std::move(p)); !r)
    return r.problem();
  return to - from + 1;
}

} // namespace

core::status dispatch_store::append_and_commit(transaction& t, const core::event_batch& events) {
  if (!events.empty())
    if (auto s = cursor_.append(db_, events); !s)
      return s;
  if (auto s = t.commit(); !s)
    return s;
  if (!events.empty())
    cursor_.committed();
  return core::done{};
}

core::result<ports::recovery_report>
dispatch_store::recover(const std::vector<ports::lease>& leases, std::int64_t now_ms) {
  // One transaction: a process that dies in the middle leaves everything as it was, to be recovered
  // again.
  auto t = begin();
  if (!t)
    return t.problem();
  std::vector<ports::claim_order> held;
  for (const auto& l : leases)
    held.push_back({.number = l.number, .epoch = l.epoch, .count = 1});
  std::vector<core::number_no> fenced;
  auto valid = valid_orders(held, fenced);
  if (!valid)
    return valid.problem();
  std::vector<std::int32_t> numbers, epochs;
  for (const auto& [o, owner] : *valid) {
    numbers.push_back(o.number);
    epochs.push_back(o.epoch);
  }
  auto claims =
      db_.call("dispatch_dead_claims", std::move(params{}.int4_array(numbers).int4_array(epochs)));
  if (!claims)
    return claims.problem();
  ports::recovery_report report;
  doubts found;
  std::vector<std::int64_t> dead;
  for (int i = 0; i < claims->size(); ++i) {
    dead.push_back(claims->integer(i, 0));
    if (auto s = doubt_range(db_, *claims, i, now_ms, found); !s)
      return s.problem();
    auto rest = free_rest(db_, *claims, i);
    if (!rest)
      return rest.problem();
    report.reclaimed += *rest;
  }
  if (auto s = done("dispatch_delete_claims", std::move(params{}.int8_array(dead))); !s)
    return s.problem();
  auto retried =
      db_.call("dispatch_dead_retries", std::move(params{}.int4_array(numbers).int4_array(epochs)));
  if (!retried)
    return retried.problem();
  for (int i = 0; i < retried->size(); ++i)
    if (!retried->boolean(i, 3))
      found.add(static_cast<core::campaign_no>(retried->integer(i, 0)),
                static_cast<core::recipient_seq>(retried->integer(i, 1)),
                static_cast<std::int16_t>(retried->integer(i, 2)), now_ms);
  if (!found.rows.empty())
    if (auto s = write_doubts(db_, found.rows); !s)
      return s.problem();
  report.in_doubt = static_cast<std::int64_t>(found.rows.size());
  if (auto s = append_and_commit(*t, found.events); !s)
    return s.problem();
  return report;
}

core::result<std::int64_t> dispatch_store::settle_doubts(core::wall_time now,
                                                         std::chrono::milliseconds wait) {
  auto t = begin();
  if (!t)
    return t.problem();
  const auto now_ms = now.time_since_epoch().count();
  auto old = db_.call("dispatch_old_doubts", params{}.integer(now_ms - wait.count()));
  if (!old)
    return old.problem();
  core::event_batch events;
  std::vector<ports::retry_row> again;
  std::vector<std::int32_t> campaigns, seqs;
  for (int i = 0; i < old->size(); ++i) {
    const auto campaign = static_cast<core::campaign_no>(old->integer(i, 0));
    const auto seq = static_cast<core::recipient_seq>(old->integer(i, 1));
    const auto attempt = static_cast<std::int16_t>(old->integer(i, 2));
    campaigns.push_back(campaign);
    seqs.push_back(seq);
    const auto code = static_cast<std::int32_t>(old->integer(i, 5));
    // A server error in Meta's own answer says that the message was most likely not taken, and the
    // wait has passed without a receipt: it is an ordinary failed try, whatever the policy says
    // about answers that never came (reliability study, A3: "in doubt (weak)").
    const auto policy =
        attempt >= core::attempts_max ? core::in_doubt_policy::fail
        : code > 0
            ? (old->boolean(i, 6) ? core::in_doubt_policy::resend : core::in_doubt_policy::fail)
            : core::in_doubt_policy_from(old->text(i, 3)).value_or(core::in_doubt_policy::hold);
    switch (policy) {
    case core::in_doubt_policy::hold:
      events.add(campaign, seq, attempt, event_kind::held, 0, {}, now_ms);
      break;
    case core::in_doubt_policy::fail:
      events.add(campaign, seq, attempt, event_kind::failed,
                 code > 0 ? code : static_cast<std::int32_t>(core::local_code::in_doubt_failed), {},
                 now_ms,
                 code > 0 ? "Meta answered with this error too often, and no receipt came"
                          : "no receipt came, and the campaign gives up on recipients in doubt");
      break;
    case core::in_doubt_policy::resend:
      again.push_back(
          {.campaign = campaign,
           .seq = seq,
           .attempt = static_cast<std::int16_t>(attempt + 1),
           .retries = static_cast<std::int16_t>(old->integer(i, 4) + (code > 0 ? 1 : 0)),
           .due_ms = now_ms,
           .number = {}});
      break;
    }
  }
  if (campaigns.empty())
    return std::int64_t{0};
  if (!again.empty())
    if (auto s = write_retries(db_, again); !s)
      return s.problem();
  if (auto s = done("dispatch_forget_doubts",
                    std::move(params{}.int4_array(campaigns).int4_array(seqs)));
      !s)
    return s.problem();
  if (auto s = append_and_commit(*t, events); !s)
    return s.problem();
  return static_cast<std::int64_t>(campaigns.size());
}

} // namespace stentor::postgres
