#include "adapters/postgres/campaign/arbitration.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/audience/screening.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace stentor::postgres {

namespace {

constexpr std::size_t people_a_piece = 20'000; ///< people that one statement tells of
constexpr int giving_lock_tries = 100; ///< 2 s: a claim or a fold has a campaign for milliseconds

/// Why a campaign keeps somebody.
enum class keeps : std::int16_t { no, too_late = 1, no_need = 2 };

core::status run_script(connection& db, const char* name, params with = {}) {
  if (auto r = db.query(sql_script(name), std::move(with)); !r)
    return r.error();
  return core::ok{};
}

core::status on_giving(connection& db, const char* name, core::campaign_no campaign,
                       params with = {}) {
  if (auto r = db.query(campaign_statement(name, campaign), std::move(with)); !r)
    return r.error();
  return core::ok{};
}

/// What was decided, written in pieces.
class decisions {
public:
  decisions(connection& db, const locked_campaign& c) : db_{&db}, list_{&c} {}

  core::status leave_out(core::recipient_seq mine) {
    left_out_.push_back(mine);
    return left_out_.size() < people_a_piece ? core::status{core::ok{}} : write();
  }

  core::status let_wait(core::recipient_seq mine, core::wall_time until) {
    waiting_.push_back(mine);
    until_.push_back(until.time_since_epoch().count());
    return waiting_.size() < people_a_piece ? core::status{core::ok{}} : write();
  }

  core::status take(core::recipient_seq mine, std::int64_t person, core::campaign_no from,
                    core::recipient_seq seq) {
    mine_.push_back(mine);
    persons_.push_back(person);
    from_.push_back(from);
    seqs_.push_back(seq);
    return mine_.size() < people_a_piece ? core::status{core::ok{}} : write();
  }

  core::status write() {
    if (!left_out_.empty()) {
      params p;
      p.int4_array(left_out_);
      p.integer(static_cast<std::int64_t>(core::screen_reason::frequency));
      if (auto s = on_list(*db_, *list_, "list_screen", std::move(p)); !s)
        return s;
      left_out_.clear();
    }
    if (!waiting_.empty()) {
      params p;
      p.int4_array(waiting_).int8_array(until_);
      if (auto s = on_list(*db_, *list_, "list_wait", std::move(p)); !s)
        return s;
      waiting_.clear(), until_.clear();
    }
    if (mine_.empty())
      return core::ok{};
    params p;
    p.int4_array(mine_).int8_array(persons_).int4_array(from_).int4_array(seqs_);
    if (auto s = run_script(*db_, "giving_add", std::move(p)); !s)
      return s;
    mine_.clear(), persons_.clear(), from_.clear(), seqs_.clear();
    return core::ok{};
  }

private:
  connection* db_;
  const locked_campaign* list_;
  std::vector<core::recipient_seq> left_out_, waiting_, mine_, seqs_;
  std::vector<std::int64_t> persons_, until_;
  std::vector<core::campaign_no> from_;
};

/// One person of the list, and what counts for him.
struct candidate {
  core::recipient_seq mine = 0;
  std::int64_t person = 0;
  std::vector<core::touch> touches;
  std::vector<core::campaign_no> campaigns; ///< of each touch
  std::vector<core::recipient_seq> seqs;

  core::status decide(const cap_terms& terms, decisions& to) const {
    if (touches.empty())
      return core::ok{};
    const auto given = core::arbitrate(touches, terms.caps);
    if (!given)
      return wait_or_leave(terms, to);
    for (const auto i : *given)
      if (auto s = to.take(mine, person, campaigns[i], seqs[i]); !s)
        return s;
    return core::ok{};
  }

  core::status wait_or_leave(const cap_terms& terms, decisions& to) const {
    const auto after = terms.waits ? core::room_after(touches, terms.caps)
                                   : std::optional<std::chrono::milliseconds>{};
    if (!after)
      return to.leave_out(mine);
    const auto at = core::let_out_at(terms.starts + *after, terms.caps);
    return terms.until && at >= *terms.until ? to.leave_out(mine) : to.let_wait(mine, at);
  }
};

core::status declare_touches(connection& db, const locked_campaign& c,
                             const counted_campaigns& others,
                             const std::vector<core::campaign_no>& giving, const cap_terms& terms) {
  const auto& caps = terms.caps;
  std::vector<core::campaign_no> campaigns;
  std::vector<std::string> runs;
  std::vector<std::int32_t> turns;
  for (const auto& one : others.all) {
    campaigns.push_back(one.no);
    runs.emplace_back(one.runs ? "t" : "f");
    const auto place = std::find(giving.begin(), giving.end(), one.no);
    turns.push_back(place == giving.end() ? 0
                                          : static_cast<std::int32_t>(place - giving.begin()) + 1);
  }
  const auto least = std::min_element(caps.begin(), caps.end(),
                                      [](const auto& a, const auto& b) { return a.max < b.max; });
  params p;
  p.int4_array(campaigns).text_array(runs).integer(terms.starts.time_since_epoch().count());
  p.integer(caps.back().per.count() * (terms.waits ? 2 : 1)).integer(least->max);
  p.int8_array(others.distance_ms).int4_array(turns);
  return on_list(db, c, "list_touches", std::move(p));
}

core::status read_touches(connection& db, const cap_terms& terms, decisions& to) {
  candidate one;
  for (;;) {
    auto r = db.query(sql_script("touches_next"), {}, answer_format::binary);
    if (!r)
      return r.error();
    const int mine = r->column("mine"), person = r->column("person"), no = r->column("no"),
              seq = r->column("seq"), distance = r->column("distance_ms"), turn = r->column("turn"),
              fades = r->column("fades");
    for (int row = 0; row < r->size(); ++row) {
      const auto place = static_cast<core::recipient_seq>(r->integer(row, mine));
      if (place != one.mine) {
        if (auto s = one.decide(terms, to); !s)
          return s;
        one = {.mine = place,
               .person = r->integer(row, person),
               .touches = {},
               .campaigns = {},
               .seqs = {}};
      }
      one.touches.push_back({.distance = std::chrono::milliseconds{r->integer(row, distance)},
                             .turn = static_cast<std::int32_t>(r->integer(row, turn)),
                             .fades = r->boolean(row, fades)});
      one.campaigns.push_back(core::campaign_no{static_cast<std::int32_t>(r->integer(row, no))});
      one.seqs.push_back(static_cast<core::recipient_seq>(r->integer(row, seq)));
    }
    if (r->empty())
      return one.decide(terms, to);
  }
}

/// Whether each still sends; those that somebody else has are missing.
core::result<std::map<core::campaign_no, bool>>
lock_all(connection& db, const std::vector<core::campaign_no>& giving) {
  std::map<core::campaign_no, bool> locked;
  for (int i = 0; i < giving_lock_tries && locked.size() < giving.size(); ++i) {
    if (i > 0)
      if (auto waited = db.call("giving_wait"); !waited)
        return waited.error();
    auto r = db.call("giving_lock", std::move(params{}.int4_array(giving)));
    if (!r)
      return r.error();
    for (const auto row : each(*r))
      locked.insert_or_assign(row.id<core::campaign_no>("no"), row.boolean("sends"));
  }
  return locked;
}

core::status settle_one(connection& db, core::campaign_no from,
                        const std::map<core::campaign_no, bool>& locked) {
  const auto found = locked.find(from);
  if (found != locked.end() && found->second)
    return on_giving(db, "giving_claimed", from);
  const auto why = found == locked.end() ? keeps::too_late : keeps::no_need;
  return on_giving(db, "giving_keep", from,
                   std::move(params{}.integer(static_cast<std::int64_t>(why))));
}

} // namespace

core::result<std::vector<core::campaign_no>> hold_lists(connection& db,
                                                        const std::vector<core::campaign_no>& of) {
  std::vector<core::campaign_no> held;
  for (const auto campaign : of) {
    auto r = db.call("giving_hold_list", params{}.integer(campaign));
    if (!r)
      return r.error();
    if (row_reader{*r}.boolean("held"))
      held.push_back(campaign);
  }
  return held;
}

core::status screen_and_note(connection& db, const locked_campaign& c,
                             const counted_campaigns& others,
                             const std::vector<core::campaign_no>& giving, const cap_terms& terms) {
  if (auto s = db.run(sql_script("giving_create")); !s)
    return s;
  if (auto s = declare_touches(db, c, others, giving, terms); !s)
    return s;
  decisions to{db, c};
  if (auto s = read_touches(db, terms, to); !s)
    return s;
  if (auto s = run_script(db, "touches_end"); !s)
    return s;
  return to.write();
}

core::result<std::vector<core::campaign_no>>
take_people(connection& db, const locked_campaign& c,
            const std::vector<core::campaign_no>& giving) {
  std::vector<core::campaign_no> give;
  if (giving.empty())
    return give;
  if (auto s = on_list(db, c, "giving_forget"); !s)
    return s.error();
  if (auto s = run_script(db, "giving_analyze"); !s)
    return s.error();
  for (const auto from : giving) {
    auto taken = db.query(campaign_statement("giving_take", from), params{}.integer(c.no));
    if (!taken)
      return taken.error();
    if (taken->affected() > 0)
      give.push_back(from);
  }
  return give;
}

core::status settle_taken(connection& db, const locked_campaign& c,
                          const std::vector<core::campaign_no>& giving) {
  if (giving.empty())
    return core::ok{};
  const auto locked = lock_all(db, giving);
  if (!locked)
    return locked.error();
  for (const auto from : giving)
    if (auto s = settle_one(db, from, *locked); !s)
      return s;
  if (auto s = run_script(db, "giving_lost"); !s)
    return s;
  for (const auto from : giving)
    if (auto s = on_giving(db, "giving_return", from); !s)
      return s;
  if (auto s = on_list(db, c, "giving_leave_out"); !s)
    return s;
  for (const auto from : giving)
    if (auto s = on_giving(db, "giving_count", from, std::move(params{}.integer(c.no))); !s)
      return s;
  return core::ok{};
}

} // namespace stentor::postgres
