#include "bench/torture/plan.hpp"

#include "bench/simulator/scripted_outcome.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace stentor::load {
namespace {

struct named {
  deed what;
  std::string_view name;
};

constexpr std::array names{named{deed::kill_daemon, "kill_daemon"},
                           named{deed::kill_starting_daemon, "kill_starting_daemon"},
                           named{deed::terminate_daemon, "terminate_daemon"},
                           named{deed::freeze_daemon, "freeze_daemon"},
                           named{deed::reload_daemon, "reload_daemon"},
                           named{deed::stop_database_fast, "stop_database_fast"},
                           named{deed::stop_database_at_once, "stop_database_at_once"},
                           named{deed::kill_database, "kill_database"},
                           named{deed::cut_database, "cut_database"},
                           named{deed::stall_database, "stall_database"},
                           named{deed::stall_database_answers, "stall_database_answers"},
                           named{deed::slow_database, "slow_database"},
                           named{deed::lose_commit, "lose_commit"},
                           named{deed::lock_row, "lock_row"},
                           named{deed::cut_meta, "cut_meta"},
                           named{deed::stall_meta, "stall_meta"},
                           named{deed::stall_meta_answers, "stall_meta_answers"},
                           named{deed::slow_meta, "slow_meta"},
                           named{deed::refuse_meta, "refuse_meta"},
                           named{deed::cut_webhooks, "cut_webhooks"},
                           named{deed::stall_webhooks, "stall_webhooks"},
                           named{deed::slow_webhooks, "slow_webhooks"}};

constexpr std::array others{
    deed::terminate_daemon,   deed::freeze_daemon,  deed::reload_daemon,
    deed::cut_database,       deed::stall_database, deed::stall_database_answers,
    deed::slow_database,      deed::lose_commit,    deed::lock_row,
    deed::lose_commit,        deed::cut_meta,       deed::stall_meta,
    deed::stall_meta_answers, deed::slow_meta,      deed::refuse_meta,
    deed::cut_webhooks,       deed::stall_webhooks, deed::slow_webhooks};

constexpr std::array database_crashes{deed::stop_database_fast, deed::stop_database_at_once,
                                      deed::kill_database};

/// Numbers of a seed, the same on every machine and with every library.
class dice {
public:
  explicit dice(std::uint64_t seed) : state_{mix(seed)} {}
  /// 0 <= x < 1
  double share() {
    state_ = mix(state_ + 0x9e3779b97f4a7c15U);
    return static_cast<double>(state_ >> 11U) * 0x1.0p-53;
  }
  std::size_t below(std::size_t count) {
    return std::min(static_cast<std::size_t>(share() * static_cast<double>(count)), count - 1);
  }

private:
  std::uint64_t state_;
};

/// Most are short; one in six is longer than a lease.
std::chrono::milliseconds length_of(deed what, const plan_settings& settings, dice& chance) {
  const auto lease = static_cast<double>(settings.lease.count());
  const auto ms = [](double value) {
    return std::chrono::milliseconds{static_cast<std::int64_t>(value)};
  };
  switch (what) {
  case deed::kill_daemon:
  case deed::terminate_daemon:
    return ms(chance.share() < 0.2 ? chance.share() * 1.5 * lease : 0);
  case deed::kill_starting_daemon:
    return ms(chance.share() * 1'500);
  case deed::cut_database:
  case deed::cut_meta:
  case deed::cut_webhooks:
  case deed::reload_daemon:
  case deed::lose_commit:
    return ms(0);
  default:
    return ms(chance.share() < 1.0 / 6 ? (1 + chance.share()) * lease
                                       : chance.share() * 0.5 * lease);
  }
}

/// What is done, in a random order; a daemon that starts is killed again behind its crash.
std::vector<deed> deeds_of(const plan_settings& settings, dice& chance) {
  const auto starting = settings.crashes / 7;
  std::vector<deed> all(settings.crashes - starting, deed::kill_daemon);
  for (unsigned i = 0; i < settings.database_crashes; ++i)
    all.push_back(database_crashes[i % database_crashes.size()]);
  const auto more = std::llround(settings.crashes * settings.others_per_crash);
  // Each kind in turn, so that a short run has all of them.
  for (std::int64_t i = 0; i < more; ++i)
    all.push_back(others[static_cast<std::size_t>(i) % others.size()]);
  for (std::size_t i = all.size(); i > 1; --i)
    std::swap(all[i - 1], all[chance.below(i)]);
  auto left = starting;
  for (std::size_t i = 0; i < all.size() && left > 0; ++i)
    if (all[i] == deed::kill_daemon) {
      all.insert(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, deed::kill_starting_daemon);
      i += 1 + chance.below(5);
      --left;
    }
  all.insert(all.end(), left, deed::kill_starting_daemon);
  return all;
}

} // namespace

std::string_view to_string(deed what) {
  const auto* const at = std::find_if(names.begin(), names.end(),
                                      [&](const named& each) { return each.what == what; });
  return at == names.end() ? std::string_view{} : at->name;
}

bool crashes_daemon(deed what) {
  return what == deed::kill_daemon || what == deed::kill_starting_daemon;
}

bool crashes_database(deed what) {
  return std::find(database_crashes.begin(), database_crashes.end(), what) !=
         database_crashes.end();
}

std::vector<plan_step> make_plan(const plan_settings& settings) {
  dice chance{settings.seed};
  const auto all = deeds_of(settings, chance);
  constexpr double part_sent = 0.6; // some are cancelled or held, and the rest shows what got stuck
  const auto mean = part_sent * static_cast<double>(settings.recipients) /
                    static_cast<double>(std::max<std::size_t>(all.size(), 1));
  std::vector<plan_step> plan;
  for (const auto what : all) {
    // A crash may come at any moment, so the time between two is spread as for radioactive decay.
    const auto messages =
        what == deed::kill_starting_daemon ? 0 : -std::log(1 - chance.share()) * mean;
    plan.push_back({what, static_cast<std::uint64_t>(messages), length_of(what, settings, chance)});
    if (settings.nodes > 1)
      plan.back().node = static_cast<unsigned>(chance.below(settings.nodes));
  }
  if (settings.long_freeze.count() > 0)
    plan.insert(plan.begin() + static_cast<std::ptrdiff_t>(plan.size() / 3),
                {deed::freeze_daemon, 0, settings.long_freeze, settings.nodes - 1});
  return plan;
}

} // namespace stentor::load
