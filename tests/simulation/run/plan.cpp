#include "tests/simulation/run/plan.hpp"

#include "tests/simulation/run/dice.hpp"
#include "tests/simulation/run/timeline.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace stentor::simulation {

namespace {

using k = incident_kind;

constexpr std::array<std::string_view, 31> kind_names{"crash",
                                                      "crash behind a commit",
                                                      "restart",
                                                      "freeze",
                                                      "suspend",
                                                      "wall clock steps",
                                                      "commit loses its answer",
                                                      "connection to the database breaks",
                                                      "database away",
                                                      "slow statement",
                                                      "slow store",
                                                      "database hangs",
                                                      "goaway",
                                                      "connections are cut",
                                                      "Meta unreachable",
                                                      "no answers",
                                                      "answers that are not Meta's",
                                                      "throttled",
                                                      "server errors",
                                                      "streams refused",
                                                      "number stopped",
                                                      "webhooks held back",
                                                      "a value that the database refuses",
                                                      "pause",
                                                      "resume",
                                                      "cancel",
                                                      "a person is stopped",
                                                      "a stop is lifted",
                                                      "reload",
                                                      "number resumed",
                                                      "people are given up"};

constexpr std::array<std::string_view, 10> transactions{
    "commit",        "commit",  "commit",        "claim", "claim",
    "claim_retries", "recover", "settle_doubts", "end",   "fold"};
constexpr std::array<std::string_view, 4> slow_ones{"housekeeping", "claim_store", "recorder",
                                                    "projector"};

/// The seeds in which comes what no other seed has.
constexpr std::uint64_t rare_every = 10, rare_at = 5;
/// Those in which send windows close for a while.
constexpr std::uint64_t window_every = 20, window_at = 11;
/// Those in which lists have parts with hours and times of their own.
constexpr std::uint64_t parts_every = 20, parts_at = 3;
/// Those in which some go first, and the rest waits for what becomes of them.
constexpr std::uint64_t canary_every = 20, canary_at = 13;
/// Those in which lists are drawn when their campaigns start.
constexpr std::uint64_t drawn_every = 20, drawn_at = 17;
/// Those in which a process stands still again and again while doubts wait.
constexpr std::uint64_t standstill_every = 20, standstill_at = 7;
/// Those in which everybody leaves people alone of whom Meta says that they had enough.
constexpr std::uint64_t closing_every = 20, closing_at = 1;
/// Those in which campaigns give people up to others.
constexpr std::uint64_t giving_every = 10, giving_at = 9;

/// Those in which Meta rates numbers low.
constexpr std::uint64_t rating_every = 20, rating_at = 12;

/// How often each kind is drawn, against the others.
struct share {
  incident_kind kind;
  unsigned weight;
};
constexpr std::array shares{
    share{k::crash, 5},          share{k::crash_after, 6},   share{k::restart, 4},
    share{k::freeze, 4},         share{k::suspend, 1},       share{k::wall_step, 2},
    share{k::lose_answer, 8},    share{k::refuse_once, 4},   share{k::database_away, 5},
    share{k::slow_statement, 6}, share{k::goaway, 3},        share{k::cut, 4},
    share{k::unreachable, 4},    share{k::no_answers, 3},    share{k::foreign_answers, 3},
    share{k::throttle, 3},       share{k::server_errors, 4}, share{k::refused_streams, 2},
    share{k::number_fault, 2},   share{k::webhooks_held, 4}, share{k::pause, 8},
    share{k::resume, 6},         share{k::cancel, 2},        share{k::stop_person, 10},
    share{k::lift_stop, 2},      share{k::reload, 3},        share{k::resume_number, 2}};

class drawing {
public:
  drawing(std::uint64_t seed, const plan_options& options) : luck_{seed}, options_{options} {
    made_.seed = seed;
    made_.nodes = options.nodes;
  }

  plan draw() {
    sky();
    lists();
    incidents();
    if (made_.seed % window_every == window_at)
      windows();
    if (made_.seed % parts_every == parts_at)
      parts();
    if (made_.seed % canary_every == canary_at)
      stages();
    if (made_.seed % drawn_every == drawn_at)
      drawn_lists();
    if (made_.seed % standstill_every == standstill_at)
      standstills();
    if (made_.seed % giving_every == giving_at)
      givings();
    if (made_.seed % closing_every == closing_at)
      closures();
    if (made_.seed % rating_every == rating_at)
      ratings();
    return std::move(made_);
  }

private:
  std::uint64_t below(std::uint64_t sides) { return luck_.below(sides, about::profile, {next_++}); }
  bool chance(double share) { return luck_.chance(share, about::profile, {next_++}); }
  /// Mostly nothing, sometimes a little, seldom much: so that every trouble is met alone, too.
  double share(double little, double much) {
    const auto roll = below(10);
    return roll < 5 ? 0 : roll < 9 ? little : much;
  }

  void sky() {
    auto& s = made_.sky;
    s.throttled = share(0.01, 0.2);
    s.refused_later = share(0.03, 0.3);
    s.refused = share(0.03, 0.2);
    s.doubtful = share(0.03, 0.3);
    s.unanswered = share(0.02, 0.2);
    s.reset = share(0.02, 0.1);
    s.refused_stream = share(0.03, 0.2);
    s.fails_later = share(0.05, 0.3);
    s.stops_by_status = share(0.1, 0.5);
    s.fails_after_delivery = share(0.02, 0.2);
    s.receipt_missing = share(0.05, 0.5);
    s.receipt_twice = share(0.1, 0.5);
    s.receipt_late = share(0.1, 0.6);
    s.replies_stop = share(0.03, 0.2);
    s.replies_start = share(0.2, 0.5);
    s.receipts = !chance(0.05);
    const auto numbers = 1 + below(2);
    constexpr std::array rates{4.0, 10.0, 25.0};
    for (std::uint64_t i = 0; i < numbers; ++i)
      made_.rates.push_back(rates[below(rates.size())]);
  }

  void lists() {
    const auto people = 30 + below(50);
    for (std::uint64_t i = 0; i < people; ++i) {
      planned_person one;
      one.who.phone = 491510000000ULL + i;
      const auto roll = luck_.below(10, about::list, {i});
      if (roll < 4)
        one.who.user_id = "US." + std::to_string(i);
      one.linked = roll < 3;
      if (roll == 9)
        one.who = {.phone = 0, .user_id = "US." + std::to_string(i)};
      made_.people.push_back(std::move(one));
    }
    const auto campaigns = 1 + below(2);
    for (std::uint64_t c = 0; c < campaigns; ++c)
      campaign(static_cast<std::int32_t>(c + 1));
  }

  void campaign(std::int32_t no) {
    planned_campaign c;
    auto& t = c.terms;
    t.no = core::campaign_no{no};
    t.id = "campaign-" + std::to_string(no);
    t.organization = 1;
    t.status = core::campaign_status::sending;
    t.template_name = "spring";
    t.template_category = "MARKETING";
    const auto languages = static_cast<std::int16_t>(
        1 + luck_.below(3, about::list, {static_cast<std::uint64_t>(no), 3}));
    for (std::int16_t lang = 1; lang < languages; ++lang)
      t.translations.push_back({.language = lang == 1 ? "pt_BR" : "hi", .components = {}});
    t.in_doubt = static_cast<core::in_doubt_policy>(below(3));
    t.retry_failed = !chance(0.15);
    t.retries_max = static_cast<std::int32_t>(below(4));
    if (chance(0.2))
      t.rate_limit_per_minute = static_cast<std::int32_t>(60 * (2 + below(10)));
    if (chance(0.2))
      t.expires_at = core::wall_time{
          milliseconds{wall_begin_ms + 4'000 + static_cast<std::int64_t>(below(20'000))}};
    for (std::size_t n = 0; n < made_.rates.size(); ++n)
      if (made_.rates.size() == 1 || n == 0 || chance(0.8))
        t.numbers.push_back(core::number_no{static_cast<std::int32_t>(n + 1)});
    for (std::size_t i = 0; i < made_.people.size(); ++i) {
      if (luck_.below(4, about::list, {i, static_cast<std::uint64_t>(no)}) == 0)
        continue;
      auto who = made_.people[i].who;
      // A list names people in one way.
      if (who.phone != 0 && !who.user_id.empty()) {
        if (luck_.below(3, about::list, {i, static_cast<std::uint64_t>(no), 1}) == 0)
          who.phone = 0;
        else
          who.user_id.clear();
      }
      c.people.push_back(
          {.who = std::move(who),
           .screen = static_cast<std::int16_t>(
               luck_.below(15, about::list, {i, static_cast<std::uint64_t>(no), 2}) == 0 ? 1 : 0),
           .lang = static_cast<std::int16_t>(i % static_cast<std::size_t>(languages))});
      c.person.push_back(i);
    }
    t.recipients_total = static_cast<core::recipient_seq>(c.people.size());
    made_.campaigns.push_back(std::move(c));
  }

  void incidents() {
    constexpr std::uint64_t span_ms = 16'000;
    made_.faults_end = milliseconds{span_ms + 6'000};
    unsigned all = 0;
    for (const auto& s : shares)
      all += s.weight;
    const auto count = 1 + luck_.below(10, about::incidents, {0});
    for (std::uint64_t i = 1; i <= count; ++i) {
      const auto roll = [&](std::uint64_t sides, std::uint64_t what) {
        return luck_.below(sides, about::incidents, {i, what});
      };
      auto at = roll(all, 0);
      const auto* chosen = shares.data();
      while (at >= chosen->weight)
        at -= chosen++->weight;
      incident one;
      one.kind = chosen->kind == k::suspend && !options_.suspends ? k::freeze : chosen->kind;
      one.at = milliseconds{300 + roll(span_ms, 1)};
      one.whom = static_cast<std::uint32_t>(roll(1'000, 2));
      one.lasts = milliseconds{200 + roll(roll(3, 3) == 0 ? 9'000 : 2'500, 4)};
      if (one.kind == k::crash_after || one.kind == k::lose_answer || one.kind == k::refuse_once)
        one.moment = transactions[roll(transactions.size(), 5)];
      else if (one.kind == k::slow_statement)
        one.moment = slow_ones[roll(slow_ones.size(), 5)];
      else if (one.kind >= k::pause && roll(2, 6) == 0)
        one.moment = roll(2, 7) == 0 ? "send" : transactions[roll(transactions.size(), 5)];
      else if (one.kind == k::crash && roll(2, 6) == 0)
        one.moment = roll(2, 7) == 0 ? "send" : transactions[roll(transactions.size(), 5)];
      made_.incidents.push_back(one);
      // What is paused is resumed one day: most of the time while something else is wrong.
      if (one.kind == k::pause && roll(3, 8) != 0) {
        incident after = one;
        after.kind = k::resume;
        after.moment = {};
        after.at += milliseconds{roll(4, 9) == 0 ? 30 : 300 + roll(9'000, 10)};
        made_.incidents.push_back(after);
      }
    }
    if (made_.seed % rare_every == rare_at)
      rare_ones();
  }

  /// Of dice of their own, and in few seeds, so that the others mean what they always meant.
  void rare_ones() {
    constexpr std::uint64_t span_ms = 8'000; // while messages go out
    const auto roll = [&](std::uint64_t sides, std::uint64_t what) {
      return luck_.below(sides, about::rare, {what});
    };
    const milliseconds begin{300 + roll(span_ms, 0)};
    const auto whom = static_cast<std::uint32_t>(roll(1'000, 1));
    const auto add = [&](incident_kind kind, milliseconds later, milliseconds lasts,
                         std::string_view moment = {}) {
      made_.incidents.push_back(
          {.kind = kind, .at = begin + later, .moment = moment, .lasts = lasts, .whom = whom});
    };
    constexpr milliseconds at_once{0};
    const milliseconds lasts{4'000 + roll(4'000, 2)};
    switch (roll(7, 3)) {
    case 0:
      return add(k::database_hangs, at_once, lasts);
    case 1:
      return add(k::refused_value, at_once, at_once);
    case 2: // the next process has a lot to fold
      add(k::crash, at_once, at_once);
      return add(k::slow_statement, milliseconds{100}, lasts, "projector");
    case 3: // what is marked already waits until the lease is over
      add(k::unreachable, at_once, milliseconds{3'500});
      add(k::database_away, milliseconds{600}, milliseconds{6'000});
      return add(k::reload, milliseconds{4'000}, at_once);
    case 4: // Meta says late and at once that many have failed, and then it is unreachable
      made_.sky.fails_later = 1;
      made_.sky.receipts = true;
      std::fill(made_.rates.begin(), made_.rates.end(), 4.0);
      add(k::webhooks_held, at_once, milliseconds{10'000});
      return add(k::unreachable, milliseconds{11'000}, milliseconds{4'000});
    case 5: // a lease ends while marks are on their way
      return add(k::freeze, at_once, milliseconds{2'600 + roll(1'000, 2)}, "claim");
    default: // somebody changes his mind before it is written
      add(k::pause, at_once, at_once);
      add(k::slow_store, milliseconds{400}, milliseconds{2'000}, "housekeeping");
      add(k::resume, milliseconds{450}, at_once);
      return add(k::pause, milliseconds{550}, at_once);
    }
  }

  void standstills() {
    const auto roll = [&](std::uint64_t sides, std::uint64_t what) {
      return luck_.below(sides, about::standstill, {what});
    };
    milliseconds at{1'000 + roll(3'000, 0)};
    made_.incidents.push_back(
        {.kind = k::no_answers, .at = at, .moment = {}, .lasts = milliseconds{1'500}, .whom = 0});
    for (std::uint64_t i = 1; i <= 6; ++i) {
      const milliseconds lasts{700 + roll(1'300, 2 * i)};
      at += milliseconds{200 + roll(1'000, 2 * i + 1)};
      made_.incidents.push_back(
          {.kind = k::freeze, .at = at, .moment = {}, .lasts = lasts, .whom = 0});
      at += lasts;
    }
  }

  /// For longer than their own campaign waits.
  void closures() {
    made_.closed_for = milliseconds{11'000 + luck_.below(3'000, about::closures, {0})};
    made_.sky.fails_later = std::max(made_.sky.fails_later, 0.3);
    made_.sky.stops_by_status = 0;
    made_.sky.receipts = true;
  }

  /// While people are claimed, and in whatever else happens.
  void givings() {
    const auto roll = [&](std::uint64_t sides, std::uint64_t what) {
      return luck_.below(sides, about::given_up, {what});
    };
    for (std::uint64_t i = 0; i < 2 + roll(6, 0); ++i)
      made_.incidents.push_back({.kind = k::give_up,
                                 .at = milliseconds{100 + roll(6'000, 2 * i + 1)},
                                 .moment = {},
                                 .lasts = milliseconds{0},
                                 .whom = static_cast<std::uint32_t>(roll(1'000, 2 * i + 2))});
  }

  /// Open all day but for the minute behind midnight, which their time zone puts where messages go
  /// out.
  void windows() {
    constexpr std::int64_t day_s = 86'400;
    for (auto& c : made_.campaigns) {
      const auto no = static_cast<std::uint64_t>(c.terms.no);
      const auto closes_s = wall_begin_ms / 1'000 + 1 +
                            static_cast<std::int64_t>(luck_.below(8, about::window, {no}));
      const auto ahead = day_s - closes_s % day_s;
      c.closed_from_ms = closes_s * 1'000;
      c.closed_until_ms = (closes_s + 60) * 1'000;
      c.terms.window = core::send_window{.days = {},
                                         .from_minute = 1,
                                         .until_minute = 0,
                                         .time_zone = "UTC+" + std::to_string(ahead)};
    }
  }

  /// The first third sleeps for a minute that begins soon, the second one's time comes later. Every
  /// second time the wall clock steps back behind that time when it has just come.
  void parts() {
    constexpr std::int64_t day_s = 86'400;
    for (auto& c : made_.campaigns) {
      const auto no = static_cast<std::uint64_t>(c.terms.no);
      const auto all = c.terms.recipients_total;
      if (all < 3)
        continue;
      const auto sleeps_s = wall_begin_ms / 1'000 + 1 +
                            static_cast<std::int64_t>(luck_.below(8, about::window, {no, 1}));
      const auto opens_ms =
          wall_begin_ms +
          1'000 * (1 + static_cast<std::int64_t>(luck_.below(6, about::window, {no, 2})));
      c.places = {{.no = 1,
                   .country = "IN",
                   .zones = {"UTC+" + std::to_string(day_s - sleeps_s % day_s)},
                   .quiet = {{{}, {}, 0, 1}}},
                  {.no = 2, .country = "GB", .zones = {"UTC"}, .quiet = {}}};
      const auto add = [&](core::recipient_seq from, core::recipient_seq to, core::place_no place,
                           closed_hours closed) {
        c.parts.push_back({.no = static_cast<core::part_no>(c.parts.size() + 1),
                           .from = from,
                           .to = to,
                           .next = from,
                           .place = place});
        c.closed.push_back(closed);
      };
      add(1, all / 3, 1, {sleeps_s * 1'000, (sleeps_s + 60) * 1'000});
      add(all / 3 + 1, 2 * all / 3, 2, {0, opens_ms});
      add(2 * all / 3 + 1, all, 2, {});
      c.parts[1].opens_at = core::wall_time{milliseconds{opens_ms}};
      if (made_.seed / parts_every % 2 == 0)
        made_.incidents.push_back(
            {.kind = k::wall_step,
             .at =
                 milliseconds{opens_ms - wall_begin_ms + 200 +
                              static_cast<std::int64_t>(luck_.below(600, about::window, {no, 3}))},
             .moment = {},
             .lasts = 2s,
             .whom = 1});
    }
  }

  void stages() {
    for (auto& c : made_.campaigns) {
      const auto no = static_cast<std::uint64_t>(c.terms.no);
      const auto all = c.terms.recipients_total;
      const auto first = static_cast<core::recipient_seq>(3 + luck_.below(10, about::canary, {no}));
      if (all <= first)
        continue;
      const auto part = [](core::part_no part, core::recipient_seq from, core::recipient_seq to,
                           core::stage stage) {
        return core::plan_part{
            .no = part, .from = from, .to = to, .next = from, .place = 1, .stage = stage};
      };
      c.places = {{.no = 1, .country = "GB", .zones = {"UTC"}, .quiet = {}}};
      c.parts = {part(1, 1, first, core::stage::canary),
                 part(2, first + 1, all, core::stage::rest)};
      c.closed = {{}, {}};
      c.canary_settles = milliseconds{500 + luck_.below(4'000, about::canary, {no, 1})};
    }
  }

  void drawn_lists() {
    for (auto& c : made_.campaigns) {
      const auto no = static_cast<std::uint64_t>(c.terms.no);
      c.list_due = milliseconds{luck_.below(8'000, about::drawing, {no})};
      if (c.terms.expires_at) // for some of them before the list is there
        c.terms.expires_at = core::wall_time{
            milliseconds{wall_begin_ms + luck_.below(10'000, about::drawing, {no, 1})}};
    }
  }

  /// One number, or both.
  void ratings() {
    const auto roll = [&](std::uint64_t sides, std::uint64_t what) {
      return milliseconds{luck_.below(sides, about::ratings, {what})};
    };
    for (std::size_t i = 0; i < made_.rates.size(); ++i)
      if (i == 0 || luck_.chance(0.5, about::ratings, {i, 7}))
        made_.rated.push_back({.number = core::number_no{static_cast<std::int32_t>(i + 1)},
                               .at = roll(3'000, 2 * i),
                               .lasts = milliseconds{4'000} + roll(8'000, 2 * i + 1)});
    for (auto& rate : made_.rates)
      rate = std::min(rate, 10.0); // so that there is something left to send by then
  }

  dice luck_;
  const plan_options& options_;
  plan made_;
  std::uint64_t next_ = 0;
};

} // namespace

std::string_view to_string(incident_kind kind) noexcept {
  const auto at = static_cast<std::size_t>(kind);
  return at < kind_names.size() ? kind_names[at] : std::string_view{"unknown"};
}

std::string incident::text() const {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), "%7.3f s  %s%s%s, %lld ms, #%u",
                static_cast<double>(at.count()) / 1'000.0, std::string{to_string(kind)}.c_str(),
                moment.empty() ? "" : " at the next ", std::string{moment}.c_str(),
                static_cast<long long>(lasts.count()), whom);
  return line.data();
}

campaign_row row_of(const planned_campaign& c) {
  campaign_row row;
  row.terms = c.terms;
  row.people = c.people;
  row.places = c.places;
  row.parts = c.parts;
  if (c.list_due) {
    row.terms.status = core::campaign_status::scheduled;
    row.list_awaited = true;
    row.list_due_ms = wall_begin_ms + c.list_due->count();
  }
  if (c.canary_settles) {
    row.canary = core::canary_state::waiting;
    row.settle = *c.canary_settles;
    row.canary_gates = {{core::gate_kind::failed, 0.5}, {core::gate_kind::opted_out, 0.5}};
  }
  return row;
}

plan plan_of(std::uint64_t seed, const plan_options& options) {
  return drawing{seed, options}.draw();
}

} // namespace stentor::simulation
