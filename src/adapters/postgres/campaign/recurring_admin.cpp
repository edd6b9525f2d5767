#include "adapters/postgres/campaign/recurring_admin.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/audience/partition.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/list_making.hpp"
#include "adapters/postgres/campaign/recurring_row.hpp"
#include "stentor/core/campaign/freeze.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

using ports::principal;
using sentences = std::vector<core::sentence>;

class recurring_admin_on_postgres final : public ports::recurring_admin {
public:
  recurring_admin_on_postgres(query_pool& queries, const ports::time_zones& zones)
      : queries_{queries}, zones_{zones} {}

  core::result<sentences> start(const principal& who, std::string_view id) override {
    return queries_.in_transaction([&](connection& db) { return start_in(db, who, id); });
  }

  core::result<core::json_text> runs(const principal& who, std::string_view id,
                                     core::page wanted) override {
    auto found = queries_.ask("campaign_find", params{}.integer(who.organization).text(id));
    if (!found)
      return found.error();
    if (found->empty())
      return core::error{core::errc::not_found, "there is no campaign with this id"};
    params parent;
    parent.integer(row_reader{*found}.integer("no"));
    auto page = queries_.page_of("campaign_runs", std::move(parent), wanted);
    if (!page)
      return page.error();
    return core::json_text{std::move(*page)};
  }

private:
  core::result<sentences> start_in(connection& db, const principal& who, std::string_view id) {
    const auto locked = lock_campaign(db, who.organization, id, list_use::stay);
    if (!locked)
      return locked.error();
    const auto c = lock_recurring(db, locked->no);
    if (!c)
      return c.error();
    if (auto s = core::check_command(c->status, core::campaign_command::launch,
                                     core::late_tries::none, c->terms.kind);
        !s)
      return s.error();
    if (!c->rule)
      return core::error{core::errc::conflict, "the campaign has no recurrence"};
    const auto zone = offsets_of(zones_, c->rule->time_zone);
    if (!zone)
      return zone.error();
    const auto next = core::next_after(*c->rule, c->now, *zone);
    if (!next)
      return sentences{core::make_sentence(
          "no_run_to_come", "Its recurrence has no run after this moment: change recurrence.")};
    const auto people = expected_people(db, *locked, zones_);
    if (!people)
      return people.error();
    params lead;
    lead.integer(c->no).integer(core::freeze_lead(*people).count());
    if (auto s = db.execute("freeze_lead", std::move(lead)); !s)
      return s.error();
    if (auto s = db.execute("recurring_plan",
                            params{}.integer(c->no).integer(ms_of(*next)).integer(ms_of(c->now)));
        !s)
      return s.error();
    const auto now = campaign_lifecycle{db}.launch(c->no);
    if (!now)
      return now.error();
    const auto detail = R"({"status":")" + std::string{core::to_string(*now)} + R"("})";
    if (auto s = write_audit(db, {who, "campaign.launch", std::string{id}, detail}); !s)
      return s.error();
    return sentences{};
  }

  query_pool& queries_;
  const ports::time_zones& zones_;
};

} // namespace

std::unique_ptr<ports::recurring_admin> make_recurring_admin(query_pool& queries,
                                                             const ports::time_zones& zones) {
  return std::make_unique<recurring_admin_on_postgres>(queries, zones);
}

} // namespace stentor::postgres
