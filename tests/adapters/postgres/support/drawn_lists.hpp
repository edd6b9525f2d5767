#pragma once
/// A hundred customers, and what draws the lists of campaigns for them. One thread.

#include "adapters/postgres/campaign/housekeeping.hpp"
#include "tests/adapters/postgres/support/admin_side.hpp"
#include "tests/adapters/postgres/support/campaign_stores.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <optional>
#include <string>

namespace stentor::postgres::testing {

class drawn_lists : public admin_side {
protected:
  void SetUp() override {
    admin_side::SetUp();
    keep_customers(100);
  }

  /// +4915112345600 and those after it, each with a number.
  void keep_customers(int n) {
    base.run("INSERT INTO customer (organization_no, phone, name, attributes, marketing_opt_in) "
             "SELECT 1, 4915112345600 + i, 'C' || i, jsonb_build_object('n', i), true FROM "
             "generate_series(0, " +
             std::to_string(n - 1) + ") i");
  }
  static core::campaign_draft draft() {
    auto d = campaign_stores::draft();
    d.target = core::target_type::all;
    return d;
  }
  static core::campaign_draft at(core::wall_time when) {
    auto d = draft();
    d.scheduled_for.emplace(when);
    return d;
  }
  static core::campaign_draft with_most(int people) {
    auto d = draft();
    d.plan.emplace(core::plan_options{});
    (*d.plan)->recipients_max = people;
    return d;
  }
  std::string queued(const core::campaign_draft& d) {
    const auto id = campaigns.make(who, d);
    const auto launched = need(campaigns.queue(who, id));
    EXPECT_EQ(core::text_of(launched.obstacles), "");
    EXPECT_EQ(launched.status, core::campaign_status::scheduled);
    return id;
  }
  nlohmann::json shown(const std::string& id) {
    return nlohmann::json::parse(need(campaigns.admin->get(who, id)).text);
  }

  std::unique_ptr<ports::freeze_store> open() {
    return need(open_freeze_store(base.options(), *phones, *zones));
  }
  ports::due_freeze taken(ports::freeze_store& by, core::wall_time when = campaign_stores::now()) {
    auto due = need(by.take(when, {}));
    EXPECT_TRUE(due.has_value());
    return due.value_or(ports::due_freeze{});
  }
  ports::freeze_end drawn(ports::freeze_store& by, const ports::due_freeze& due) {
    auto end = need(by.draw(due, campaign_stores::obstacles_of));
    EXPECT_TRUE(by.release(due).ok());
    return end;
  }
  ports::freeze_end drawn() { return drawn(*store, taken(*store)); }
  bool nothing_due(core::wall_time when = campaign_stores::now()) {
    return !need(store->take(when, {})).has_value();
  }
  /// As an operator says it, in the engine's way.
  core::status tell(const std::string& id, core::campaign_command what) {
    return housekeeper.campaigns->command(need(campaigns.admin->find(who, id)).no, what, {}, {},
                                          {});
  }
  core::status take_back(const std::string& id) {
    core::campaign_draft back;
    back.scheduled_for.emplace();
    auto saved = campaigns.admin->update(who, id, back);
    return saved ? core::status{core::ok{}} : core::status{saved.error()};
  }
  std::string job() {
    return base.text("SELECT state || coalesce(' ' || (problem ->> 'code'), '') FROM job ORDER BY "
                     "no DESC LIMIT 1");
  }
  /// The server frees what a session held a moment after its client is gone.
  void wait_until_free() {
    while (base.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = "
                       "21336") > 0)
      base.run("SELECT pg_sleep(0.01)");
  }
  /// Bare tables, and what is attached.
  std::int64_t tables() {
    return base.number("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND (relname LIKE "
                       "'campaign_list_%' OR relname ~ '^campaign_recipient_[0-9]+$')");
  }
  std::int64_t people() { return base.number("SELECT count(*) FROM campaign_recipient"); }
  /// Before anything was drawn.
  void expect_untouched(const std::string& id) {
    EXPECT_EQ(shown(id)["totalRecipients"], 0);
    EXPECT_TRUE(shown(id)["audienceDrawnAt"].is_null());
    EXPECT_EQ(base.number("SELECT count(*) FROM campaign_part"), 0);
    EXPECT_EQ(tables(), 0);
  }

  campaign_stores campaigns{base.options(), *phones};
  housekeeping housekeeper = need(open_housekeeping(base.options()));
  std::unique_ptr<ports::freeze_store> store = open();
};

} // namespace stentor::postgres::testing
