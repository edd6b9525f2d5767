#include "adapters/postgres/delivery/tier_gate.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <set>

namespace stentor::postgres {

tier_gate::tier_gate(connection& db, core::campaign_no campaign,
                     const std::vector<valid_order>& orders)
    : db_{&db}, campaign_{campaign} {
  for (const auto& by : orders)
    if (by.limited_by)
      limited_[by.order.number] = *by.limited_by;
}

core::status tier_gate::lock() {
  std::set<std::int32_t> all;
  for (const auto& [number, portfolio] : limited_)
    all.insert(portfolio);
  auto locked =
      db_->call("tier_lock",
                std::move(params{}.int4_array(std::vector<std::int32_t>{all.begin(), all.end()})));
  if (!locked)
    return locked.error();
  for (const auto row : each(*locked)) {
    const auto no = row.id<std::int32_t>("no");
    auto& one = portfolios_[no];
    one.minute = row.id<std::int32_t>("minute");
    one.since = row.id<std::int32_t>("since");
    auto used = db_->call("tier_used", std::move(params{}.integer(no).integer(one.since)));
    if (!used)
      return used.error();
    if (!row.boolean("is_closed"))
      one.free = row.integer("may_use") - row_reader{*used}.integer("used");
  }
  is_locked_ = true;
  return core::ok{};
}

bool tier_gate::is_spent(core::number_no number) const {
  const auto limited = limited_.find(number);
  if (limited == limited_.end())
    return false;
  const auto found = portfolios_.find(limited->second);
  return found != portfolios_.end() && found->second.is_spent;
}

core::result<std::size_t> tier_gate::admit(core::number_no number,
                                           std::span<const core::claimed_chunk::row> rows) {
  const auto limited = limited_.find(number);
  if (limited == limited_.end() || rows.empty())
    return rows.size();
  if (!is_locked_)
    if (auto s = lock(); !s)
      return s.error();
  const auto found = portfolios_.find(limited->second);
  if (found == portfolios_.end())
    return rows.size(); // its limit was lifted in the meantime
  auto& from = found->second;
  std::vector<std::int64_t> people, also;
  for (const auto& row : rows) {
    people.push_back(static_cast<std::int64_t>(row.person));
    also.push_back(static_cast<std::int64_t>(row.also));
  }
  params p;
  p.integer(found->first).integer(from.since).integer(number).int8_array(people).int8_array(also);
  auto known = db_->call("tier_known", std::move(p));
  if (!known)
    return known.error();
  std::vector<std::int64_t> counted;
  std::vector<core::recipient_seq> seqs;
  std::set<std::int64_t> fresh;
  std::size_t admitted = 0;
  for (const auto is : each(*known)) {
    const auto& row = rows[admitted];
    const bool leaves = !row.stopped && row.withheld == 0;
    if (leaves && !is.boolean("wrote")) {
      if (!is.boolean("counts") && !fresh.contains(people[admitted])) {
        if (from.free <= 0) {
          from.is_spent = true;
          has_cut_ = true;
          break;
        }
        --from.free;
        fresh.insert(people[admitted]);
      }
      counted.push_back(people[admitted]);
      seqs.push_back(row.seq);
    }
    ++admitted;
  }
  if (auto s = take(found->first, from, counted, seqs); !s)
    return s.error();
  return admitted;
}

core::status tier_gate::take(std::int32_t portfolio_no, const portfolio& from,
                             const std::vector<std::int64_t>& people,
                             const std::vector<core::recipient_seq>& seqs) {
  if (people.empty())
    return core::ok{};
  params p;
  p.integer(portfolio_no).integer(from.minute).integer(from.since).integer(campaign_);
  p.int8_array(people).int4_array(seqs);
  return db_->execute("tier_take", std::move(p));
}

core::status close_tiers(connection& db, const std::vector<core::number_no>& numbers) {
  if (numbers.empty())
    return core::ok{};
  return db.execute("tier_close", std::move(params{}.int4_array(numbers)));
}

core::status give_tier_back(connection& db, const std::vector<core::campaign_no>& campaigns,
                            const std::vector<core::recipient_seq>& seqs) {
  if (seqs.empty())
    return core::ok{};
  auto locked = db.call("tier_lock_of", std::move(params{}.int4_array(campaigns).int4_array(seqs)));
  if (!locked)
    return locked.error();
  if (locked->empty())
    return core::ok{};
  return db.execute("tier_give_back", std::move(params{}.int4_array(campaigns).int4_array(seqs)));
}

} // namespace stentor::postgres
