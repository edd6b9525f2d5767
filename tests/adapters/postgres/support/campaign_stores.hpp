#pragma once
/// The admin side of campaigns on a test's database, with a launch that finds every message in
/// order.

#include "adapters/postgres/campaign/campaign_admin.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "adapters/postgres/campaign/recurring_admin.hpp"
#include "adapters/postgres/campaign/report.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::postgres::testing {

struct campaign_stores {
  campaign_stores(connection_options options, const ports::phone_numbers& phones)
      : queries{std::move(options), 2}, admin{make_campaign_admin(queries, *zones)},
        launches{make_campaign_launch(queries, phones, *zones)},
        reports{make_campaign_report(queries)}, recurring{make_recurring_admin(queries, *zones)} {}

  static core::campaign_draft draft(const std::string& template_name = "offer") {
    core::campaign_draft d;
    d.name = "Spring";
    d.template_name = template_name;
    return d;
  }

  /// Its id.
  std::string make(const ports::principal& who, const core::campaign_draft& d) {
    const auto saved = need(admin->create(who, d));
    for (const auto& problem : saved.problems)
      ADD_FAILURE() << problem.path << ' ' << problem.sentence;
    return saved.id;
  }

  core::result<ports::launched_campaign> launch(const ports::principal& who, std::string_view id) {
    return launches->launch(who, id, [](const core::launch_facts& facts) {
      core::sample_renderings all_fine;
      all_fine.rendered = static_cast<std::int64_t>(facts.samples.size());
      return core::check_launch(
                 facts, all_fine,
                 std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()))
          .obstacles;
    });
  }

  std::unique_ptr<ports::time_zones> zones = time_zone::make_time_zones();
  query_pool queries;
  std::unique_ptr<ports::campaign_admin> admin;
  std::unique_ptr<ports::campaign_launch> launches;
  std::unique_ptr<ports::campaign_report> reports;
  std::unique_ptr<ports::recurring_admin> recurring;
};

} // namespace stentor::postgres::testing
