#include "adapters/postgres/campaign/report.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/delivery/balance.hpp"
#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/event.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace stentor::postgres {

namespace {

using nlohmann::json;

/// Our own codes have no place in Meta's table.
std::string meaning_of(std::int32_t code) {
  switch (static_cast<core::local_code>(code)) {
  case core::local_code::none:
    return "It failed without a code.";
  case core::local_code::render_failed:
    return "A template variable has neither a value nor a default.";
  case core::local_code::retries_exhausted:
    return "Meta refused it for the moment too often.";
  case core::local_code::in_doubt_failed:
    return "It stayed unknown whether Meta received it, and the campaign's policy is to count that "
           "as failed.";
  case core::local_code::answer_unreadable:
    return "Meta's answer could not be understood.";
  case core::local_code::gave_up:
    return "It stayed unknown whether Meta received it, and somebody wrote it off.";
  }
  return std::string{core::rule_for(code).meaning};
}

std::int64_t sum_of(const json& counts) {
  std::int64_t sum = 0;
  for (const auto& n : counts)
    sum += n.get<std::int64_t>();
  return sum;
}

/// Whether all recipients are explained, each by exactly one state.
json balance_in(const json& stats) {
  std::vector<core::state_count> states;
  for (const auto& [state, n] : stats["states"].items())
    states.push_back({.state = state, .count = n.get<std::int64_t>()});
  const auto status = core::campaign_status_from(stats["status"].get<std::string>());
  const auto b =
      core::balance_of(stats["recipients"].get<std::int64_t>(), sum_of(stats["screened"]), states,
                       core::untouched_in(status.value_or(core::campaign_status::draft)));
  json shown{{"sent", b.sent},          {"failed", b.failed},    {"optedOut", b.opted_out},
             {"held", b.held},          {"inDoubt", b.in_doubt}, {"cancelled", b.cancelled},
             {"expired", b.expired},    {"pending", b.pending},  {"screened", b.screened},
             {"retracted", b.retracted}};
  shown["sum"] = sum_of(shown);
  shown["recipients"] = stats["counters"]["totalRecipients"];
  shown["adds"] = shown["sum"] == shown["recipients"] && b.pending >= 0;
  shown["explained"] = shown["adds"] == true && b.settled();
  return shown;
}

class campaign_report_on_postgres final : public ports::campaign_report {
public:
  explicit campaign_report_on_postgres(query_pool& queries) : queries_{queries} {}

  core::result<core::json_text> stats(const ports::principal& who, std::string_view id) override {
    auto found = queries_.ask("campaign_find", params{}.integer(who.organization).text(id));
    if (!found)
      return found.error();
    if (found->empty())
      return core::error{core::errc::not_found, "there is no campaign with this id"};
    params campaign;
    campaign.integer(row_reader{*found}.integer("no"));
    const auto text = queries_.json_of("campaign_stats", std::move(campaign));
    if (!text)
      return text.error();
    auto stats = json::parse(*text);
    for (const auto* list : {"errors", "waiting"})
      for (auto& one : stats[list])
        one["meaning"] = meaning_of(one["code"].get<std::int32_t>());
    stats["balance"] = balance_in(stats);
    return core::json_text{stats.dump()};
  }

private:
  query_pool& queries_;
};

} // namespace

std::unique_ptr<ports::campaign_report> make_campaign_report(query_pool& queries) {
  return std::make_unique<campaign_report_on_postgres>(queries);
}

} // namespace stentor::postgres
