#include "tests/simulation/run/simulation.hpp"

#include "tests/simulation/process/place.hpp"
#include "tests/simulation/run/canaries.hpp"
#include "tests/simulation/run/chronicle.hpp"
#include "tests/simulation/run/inspection.hpp"
#include "tests/simulation/run/operators.hpp"
#include "tests/simulation/run/ratings.hpp"
#include "tests/simulation/run/vigil.hpp"

#include <algorithm>
#include <utility>

namespace stentor::simulation {

namespace {

using namespace std::chrono_literals;
using core::campaign_status;

constexpr span restart_delay = 300ms;
constexpr span stop_patience = 15s; ///< a database that is away or slow prolongs it
constexpr span rest_patience = 240s;
constexpr span standstill = 100s; ///< longer than any wait in node.cpp and in what Meta says
constexpr span operators_interval = 4s;
constexpr milliseconds in_doubt_wait{5'000};
constexpr std::size_t steps_max = 50'000; ///< of one moment; whole runs have about as many

class simulation {
public:
  simulation(const plan& of, bool traces)
      : plan_{of}, trace_{time_, traces}, meta_{time_, plan_, trace_,
                                                [this](auto payload, auto then) {
                                                  post(payload, then);
                                                }} {
    world_.now_ms = [this] { return time_.wall_ms(); };
    world_.fate_of = [this](std::string_view name) { return on_transaction(name); };
    world_.refuses = refused, world_.closed_for = plan_.closed_for;
    meta_.on_acknowledged = [this](const auto& payload) { durable(payload); };
    meta_.on_seen = [this](const auto& request) { marked(request); };
    for (const auto& c : plan_.campaigns)
      world_.campaigns[c.terms.no] = row_of(c);
    for (const auto& p : plan_.people)
      if (p.linked)
        world_.customers.push_back({.who = p.who, .agrees = true});
    for (int no = 0; no < plan_.nodes; ++no)
      places_.push_back(std::make_unique<place>(time_, meta_, plan_, no));
  }

  report run() {
    for (auto& p : places_)
      start(*p);
    for (const auto& one : plan_.incidents)
      time_.at(steady_begin + one.at, [this, &one] { arm(one); });
    foresee_ratings(plan_, world_, time_);
    time_.at(steady_begin + plan_.faults_end, [this] { heal(); });
    live();
    return judge();
  }

private:
  void live() {
    core::steady_time rested{};
    for (;;) {
      work();
      look_around();
      if (!is_at_rest())
        rested = {};
      else if (rested == core::steady_time{})
        rested = time_.now();
      else if (time_.now() - rested > 2s)
        return;
      auto next = time_.next();
      for (const auto& p : places_)
        if (p->process)
          next = std::min(next, p->process->next());
      if (const auto done = meta_.known().requests.size() + world_.commits + world_.folded;
          done != done_) {
        done_ = done;
        moved_at_ = time_.now();
      }
      if (stands_still())
        return violate("time stands still", "at " + what_is_due());
      if (next > steady_begin + plan_.faults_end + rest_patience ||
          (healed_ && next > std::max(moved_at_, steady_begin + plan_.faults_end) + standstill)) {
        came_to_rest_ = false;
        return;
      }
      pass(next);
      while (!stands_still() && time_.run_one()) {
        ++steps_;
        bury();
      }
      for (const auto& p : places_)
        if (p->process) {
          current_ = p.get();
          p->process->catch_up();
          bury();
        }
    }
  }

  void work() {
    bool worked = true;
    while (worked && !stands_still()) {
      worked = false;
      ++steps_;
      for (const auto& p : places_) {
        if (!p->process)
          continue;
        current_ = p.get();
        worked = p->process->run_one() || worked;
        chronicle_.look();
        bury();
      }
    }
  }

  /// Counts for how long webhooks could be taken.
  void pass(core::steady_time next) {
    const auto takes = std::any_of(places_.begin(), places_.end(), [](const auto& p) {
      return p->process && p->process->takes_webhooks();
    });
    if (takes && !is_away())
      takeable_ += std::max(span{0}, next - time_.now());
    if (next > time_.now())
      steps_ = 0;
    time_.move_to(next);
    takeable_at_.emplace_back(time_.wall_ms(), takeable_);
  }

  /// Something asks for the same moment again and again.
  [[nodiscard]] bool stands_still() const noexcept { return steps_ > steps_max; }

  [[nodiscard]] std::string what_is_due() const {
    auto text = std::to_string(time_.seconds()) + " s: the world";
    text += time_.next() <= time_.now() ? " has something to do" : " waits";
    for (const auto& p : places_)
      if (p->process)
        text += "; " + p->process->what_is_due();
    return text;
  }

  [[nodiscard]] milliseconds takeable_until(std::int64_t wall_ms) const {
    const auto found =
        std::lower_bound(takeable_at_.begin(), takeable_at_.end(), wall_ms,
                         [](const auto& entry, std::int64_t ms) { return entry.first < ms; });
    return std::chrono::duration_cast<milliseconds>(found == takeable_at_.end() ? takeable_
                                                                                : found->second);
  }

  // -- processes

  void start(place& p) {
    current_ = &p;
    ++p.starts;
    // The machine may have died with the process, and what counts is of this boot.
    if (dice{plan_.seed}.below(
            4, about::flights,
            {static_cast<std::uint64_t>(p.no), static_cast<std::uint64_t>(p.starts)}) == 0)
      p.flights.clear();
    p.start(std::make_unique<node>(surroundings{.time = time_,
                                                .database = world_,
                                                .log = trace_,
                                                .of = plan_,
                                                .takeable = takeable_,
                                                .of_rates = of_rates_,
                                                .flights = p.flights},
                                   p.way, p.no, p.starts));
    p.process->on_departure = [this] { aim("send"); };
  }

  /// Takes away what is dead; the next process starts a moment later.
  void bury() {
    for (const auto& p : places_) {
      if (!p->process)
        continue;
      if (p->stopping && !p->stopped && time_.now() - p->stop_asked > stop_patience && !is_away()) {
        violate("the end hangs",
                "SIGTERM at " + std::to_string((p->stop_asked - steady_begin) / 1s) + " s");
        p->process->kill();
      }
      if (p->stopped)
        p->process->kill();
      if (p->process->alive())
        continue;
      trace_.say([&] { return "process " + p->process->owner() + " is gone"; });
      if (world_.projector == "node" + std::to_string(p->no))
        world_.projector.clear();
      p->process.reset();
      time_.after(restart_delay, [this, p = p.get()] {
        if (!p->process)
          start(*p);
      });
    }
  }

  [[nodiscard]] place* somebody(std::uint32_t whom) {
    for (std::size_t i = 0; i < places_.size(); ++i) {
      auto& p = *places_[(whom + i) % places_.size()];
      if (p.process && p.process->alive() && !p.process->frozen() && !p.stopping)
        return &p;
    }
    return nullptr;
  }

  // -- the database

  [[nodiscard]] bool is_away() const { return time_.now() < away_until_; }

  fate on_transaction(std::string_view name) {
    auto* const process = current_ == nullptr ? nullptr : current_->process.get();
    if (process == nullptr || !process->alive() || is_away())
      return fate::fails;
    auto end = fate::arrives;
    for (const auto& one : take_armed(name)) {
      using enum incident_kind;
      vigil_.hinder(0s);
      trace_.say(
          [&] { return "at " + std::string{name} + ": " + std::string{to_string(one.kind)}; });
      switch (one.kind) {
      case crash:
        process->kill();
        return fate::fails;
      case crash_after:
        process->kill();
        return fate::answer_lost;
      case lose_answer:
        end = fate::answer_lost;
        break;
      case refuse_once:
        return fate::fails;
      default:
        begin(one);
      }
    }
    return end;
  }

  std::vector<incident> take_armed(std::string_view moment) {
    std::vector<incident> taken;
    std::erase_if(armed_, [&](const incident* one) {
      if (one->moment != moment)
        return false;
      taken.push_back(*one);
      return true;
    });
    return taken;
  }

  /// Something of this moment happens now.
  void aim(std::string_view moment) {
    for (auto& one : take_armed(moment)) {
      one.moment = {};
      time_.after(span{0}, [this, one] { begin(one); });
    }
  }

  // -- incidents

  void arm(const incident& one) {
    if (healed_)
      return;
    using enum incident_kind;
    if (one.moment.empty() || one.kind == slow_statement || one.kind == slow_store)
      begin(one);
    else
      armed_.push_back(&one);
  }

  void begin(const incident& one) {
    using enum incident_kind;
    trace_.say([&] { return "* " + one.text(); });
    if (one.kind == database_away) {
      away_until_ = std::max(away_until_, time_.now() + one.lasts);
      return vigil_.hinder(one.lasts);
    }
    if (one.kind == give_up)
      return world_.give_people_up(one.whom);
    auto* const p = somebody(one.whom);
    switch (one.kind) {
    case goaway:
      return p != nullptr ? p->way.goaway() : void();
    case cut:
      return p != nullptr ? p->way.cut() : void();
    case unreachable:
      return p != nullptr ? p->way.make_unreachable(one.lasts) : void();
    default:
      break;
    }
    if (one.kind < pause)
      meta_.begin(one);
    if (p == nullptr && one.kind == slow_statement)
      lock_for_the_next(one);
    if (p == nullptr)
      return;
    if (one.kind >= pause)
      return press(one, *p);
    switch (one.kind) {
    case crash:
      return p->process->kill();
    case restart:
      p->stopping = true;
      p->stop_asked = time_.now();
      return p->process->stop([p](const core::status&) { p->stopped = true; });
    case freeze:
    case suspend:
      vigil_.freeze(one.lasts);
      return p->process->freeze(one.lasts, one.kind == suspend);
    case wall_step:
      return p->process->step_wall_clock(one.whom % 2 == 0 ? one.lasts * 3 : -one.lasts);
    case slow_store:
      vigil_.slow_down(one.moment, one.lasts);
      return p->process->slow_down(std::string{one.moment}, one.lasts);
    case database_hangs:
      return hang(one.lasts);
    case slow_statement:
      vigil_.slow_down(one.moment, one.lasts);
      return p->process->hold_up(std::string{one.moment}, one.lasts);
    default:
      return;
    }
  }

  void lock_for_the_next(const incident& one) {
    vigil_.slow_down(one.moment, one.lasts);
    for (const auto& p : places_)
      if (!p->process)
        p->locks[std::string{one.moment}] = time_.now() + one.lasts;
  }

  void hang(span lasts) {
    vigil_.hinder(lasts);
    for (const auto& p : places_)
      if (p->process)
        p->process->hold_up_all(lasts);
  }

  void press(const incident& one, const place& first) {
    operators_.press(one, *first.process);
    if (one.kind != incident_kind::reload)
      return;
    for (const auto& p : places_) // the numbers of all configuration files are the same
      if (p->process && p->process->alive() && p.get() != &first)
        p->process->reload();
  }

  // -- webhooks

  void post(const std::shared_ptr<const ports::webhook_payload>& payload,
            const meta::poster_answer& then) {
    auto* const p = somebody(posted_++);
    if (p == nullptr)
      return then(std::nullopt);
    p->process->ingest(payload, [then, node = p->no](const core::status& s) {
      then(s ? std::optional{node} : std::nullopt);
    });
  }

  /// Every payload that was answered with 200 is in the database.
  void durable(const ports::webhook_payload& payload) {
    if (auto found = webhook_lost(world_, payload))
      violate(found->what, found->detail);
  }

  void marked(const seen_request& r) {
    if (auto found = without_a_mark(world_, r.body))
      violate(found->what, found->detail);
    if (auto found = in_a_foreign_language(world_, r.body))
      violate(found->what, found->detail);
  }

  // -- the end of all faults

  void heal() {
    trace_.say([] { return "* everything heals"; });
    healed_ = true;
    armed_.clear();
    away_until_ = {};
    meta_.heal();
    for (const auto& p : places_)
      p->way.heal();
    operators_look();
  }

  void operators_look() {
    if (auto* const p = somebody(0))
      operators_.set_going(*p->process);
    time_.after(operators_interval, [this] { operators_look(); });
  }

  [[nodiscard]] bool is_at_rest() const {
    if (!healed_ || !meta_.is_quiet() || !world_.doubts.empty() || !world_.claims.empty() ||
        world_.folded < world_.events.size())
      return false;
    for (const auto& p : places_)
      if (!p->process || !p->process->ready())
        return false;
    for (const auto& [no, c] : world_.campaigns)
      if (c.terms.status == campaign_status::sending || c.terms.status == campaign_status::paused ||
          c.terms.status == campaign_status::scheduled)
        return false;
    return world_.hopeful_retries() == 0;
  }

  // -- the judgement

  void violate(std::string what, std::string detail) {
    if (found_.size() < 20)
      found_.push_back({std::move(what), std::move(detail)});
  }

  void look_around() {
    vigil_.look_at_claims();
    for (const auto& p : places_)
      if (p->process)
        vigil_.look(*p->process, p->started, p->stopping);
    for (auto& one : vigil_.take())
      violate(std::move(one.what), std::move(one.detail));
  }

  void look_for_secrets() {
    if (const auto& line = canaries_.found())
      violate("a secret in the log", *line);
    for (const auto& p : places_)
      if (p->process)
        for (const auto& alarm : p->process->alarms())
          if (canary_in(alarm))
            violate("a secret in an alarm", alarm);
    if (auto found = secret_in(world_))
      found_.push_back(std::move(*found));
  }

  report judge() {
    look_for_secrets();
    if (!came_to_rest_)
      violate("does not come to rest", what_is_left());
    for (auto& one : check({.of = plan_,
                     .database = world_,
                     .known = meta_.known(),
                     .orders = operators_.orders(),
                     .limits = operators_.limits(),
                     .in_doubt_wait = in_doubt_wait,
                     .takeable_until = [this](std::int64_t ms) { return takeable_until(ms); },
                     .came_to_rest = came_to_rest_}))
      found_.push_back(std::move(one));
    report r;
    r.seed = plan_.seed;
    r.violations = std::move(found_);
    r.seconds = time_.seconds();
    r.sent = meta_.known().requests.size();
    r.doubts = world_.ever_in_doubt.size();
    for (const auto& p : places_)
      r.starts += static_cast<std::size_t>(p->starts);
    count_held(world_, meta_.known(), r);
    r.trace = trace_.lines();
    return r;
  }

  [[nodiscard]] std::string what_is_left() const {
    auto text = open_rows(world_);
    for (const auto& p : places_) {
      text += p->process ? p->process->ready() ? "; ready" : "; not ready" : "; no process";
      if (p->process)
        for (const auto& alarm : p->process->alarms())
          text += "; " + alarm;
    }
    return text;
  }

  const plan plan_;
  timeline time_;
  trace trace_;
  canaries canaries_;
  world world_;
  chronicle chronicle_{world_, trace_};
  meta meta_;
  double of_rates_ = 1;
  operators operators_{time_, trace_, plan_, world_, meta_.known(), of_rates_};
  std::vector<std::unique_ptr<place>> places_;
  place* current_ = nullptr;
  std::vector<const incident*> armed_;
  core::steady_time away_until_{};
  bool healed_ = false, came_to_rest_ = true;
  std::size_t done_ = 0, steps_ = 0;
  vigil vigil_{time_, plan_, world_};
  core::steady_time moved_at_{};
  std::uint32_t posted_ = 0;
  span takeable_{0};
  std::vector<std::pair<std::int64_t, span>> takeable_at_;
  std::vector<violation> found_;
};

} // namespace

report run(const plan& of, bool traces) {
  return simulation{of, traces}.run();
}

} // namespace stentor::simulation
