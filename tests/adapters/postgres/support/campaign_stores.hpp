#pragma once
/// The admin side of campaigns on a test's database, with a launch that finds every message in
/// order.

#include "adapters/postgres/campaign/campaign_admin.hpp"
#include "adapters/postgres/campaign/freeze_store.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/campaign/recurring_admin.hpp"
#include "adapters/postgres/campaign/report.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::postgres::testing {

struct campaign_stores {
  campaign_stores(connection_options where, const ports::phone_numbers& known_phones)
      : options{std::move(where)}, phones{known_phones}, queries{options, 2},
        admin{make_campaign_admin(queries, *zones)}, launches{make_campaign_launch(queries, phones,
                                                                                   *zones)},
        reports{make_campaign_report(queries)}, recurring{make_recurring_admin(queries, *zones)} {}

  static core::campaign_draft draft(const std::string& template_name = "offer") {
    core::campaign_draft d;
    d.name = "Spring";
    d.template_name = template_name;
    return d;
  }

  /// These caps of the first organization, and no quiet hours.
  void lay_down(std::vector<core::frequency_cap> caps) {
    core::policy policy;
    policy.quiet_hours.clear();
    policy.frequency = std::move(caps);
    auto saved = make_policy_store(queries)->save("Acme", policy);
    ASSERT_TRUE(saved.ok()) << saved.error().message;
  }

  /// Its id.
  std::string make(const ports::principal& who, const core::campaign_draft& d) {
    const auto saved = need(admin->create(who, d));
    for (const auto& problem : saved.problems)
      ADD_FAILURE() << problem.path << ' ' << problem.sentence;
    return saved.id;
  }

  static core::wall_time now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  static std::vector<core::sentence> obstacles_of(const core::launch_facts& facts) {
    core::sample_renderings all_fine;
    all_fine.rendered = static_cast<std::int64_t>(facts.samples.size());
    return core::check_launch(facts, all_fine, now()).obstacles;
  }

  /// As the API does it: a list that is to be drawn is so later.
  core::result<ports::launched_campaign> queue(const ports::principal& who, std::string_view id) {
    return launches->launch(who, id, obstacles_of);
  }

  /// With a list that is drawn at once, where it is due.
  core::result<ports::launched_campaign> launch(const ports::principal& who, std::string_view id) {
    auto launched = queue(who, id);
    if (!launched || !launched->obstacles.empty() ||
        launched->status != core::campaign_status::scheduled)
      return launched;
    if (!freezes)
      freezes = need(open_freeze_store(options, phones, *zones));
    std::set<std::int64_t> others;
    for (;;) {
      const auto due = need(freezes->take(now(), others));
      if (!due)
        return launched;
      const bool mine = due->campaign_id == id;
      auto drawn = mine ? freezes->draw(*due, obstacles_of) : ports::freeze_end{};
      EXPECT_TRUE(freezes->release(*due).ok());
      others.insert(due->job);
      if (!mine)
        continue;
      if (!drawn)
        return drawn.error();
      return ports::launched_campaign{due->campaign, drawn->status, std::move(drawn->obstacles)};
    }
  }

  connection_options options;
  const ports::phone_numbers& phones;
  std::unique_ptr<ports::time_zones> zones = time_zone::make_time_zones();
  query_pool queries;
  std::unique_ptr<ports::campaign_admin> admin;
  std::unique_ptr<ports::campaign_launch> launches;
  std::unique_ptr<ports::campaign_report> reports;
  std::unique_ptr<ports::recurring_admin> recurring;
  std::unique_ptr<ports::freeze_store> freezes; ///< opened by the first list that is drawn
};

} // namespace stentor::postgres::testing
