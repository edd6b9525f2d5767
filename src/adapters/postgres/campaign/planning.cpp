#include "adapters/postgres/campaign/planning.hpp"

#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "adapters/postgres/campaign/plan_terms.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <utility>

namespace stentor::postgres {

namespace {

using core::campaign_status;
using ports::planned_campaign;

bool has_started(campaign_status s) noexcept {
  return s != campaign_status::draft && s != campaign_status::scheduled;
}

core::result<planned_campaign> plan_in(connection& db, const ports::time_zones& zones,
                                       const ports::principal& who, std::string_view id) {
  auto c = load_campaign(db, who.organization, id);
  if (!c)
    return c.error();
  const auto policy = load_policy(db, c->organization);
  if (!policy)
    return policy.error();
  planned_campaign planned;
  planned.status = c->status;
  planned.starts_at = c->scheduled_for;
  planned.time_zone = policy->time_zone;
  auto freezing = db.call("freeze_phase", params{}.integer(c->no));
  if (!freezing)
    return freezing.error();
  planned.freezing = row_reader{*freezing}.boolean("freezing");
  const auto numbers = load_launch_numbers(db, c->no);
  if (!numbers)
    return numbers.error();
  for (const auto& number : *numbers)
    planned.per_second += number.can_send() ? number.per_second : 0;
  auto terms =
      has_started(c->status) ? load_plan_terms(db, c->no) : foresee_plan_terms(db, c->no, zones);
  if (!terms)
    return terms.error();
  planned.terms = std::move(*terms);
  return planned;
}

class campaign_planning_on_postgres final : public ports::campaign_planning {
public:
  campaign_planning_on_postgres(query_pool& queries, const ports::time_zones& zones)
      : queries_{queries}, zones_{zones} {}

  core::result<planned_campaign> plan(const ports::principal& who, std::string_view id) override {
    return queries_.in_transaction([&](connection& db) { return plan_in(db, zones_, who, id); });
  }

private:
  query_pool& queries_;
  const ports::time_zones& zones_;
};

} // namespace

std::unique_ptr<ports::campaign_planning> make_campaign_planning(query_pool& queries,
                                                                 const ports::time_zones& zones) {
  return std::make_unique<campaign_planning_on_postgres>(queries, zones);
}

} // namespace stentor::postgres
