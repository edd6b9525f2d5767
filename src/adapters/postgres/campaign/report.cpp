#include "adapters/postgres/campaign/report.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/event.hpp"

#include <nlohmann/json.hpp>

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
  }
  return std::string{core::rule_for(code).meaning};
}

/// Whether all recipients are explained, each by exactly one state.
json balance_of(const json& stats) {
  const auto state = [&](const char* name) { return stats["states"].value(name, std::int64_t{0}); };
  json b{{"sent", state("sent") + state("delivered") + state("read") + state("responded")},
         {"failed", state("failed")},
         {"optedOut", state("opted_out")},
         {"held", state("held")},
         {"inDoubt", state("in_doubt")}};
  const bool over = stats["status"] == "cancelled" || stats["status"] == "expired";
  // Without a delivery nothing has happened to a recipient yet; when the campaign is over, nothing
  // will.
  const auto untouched = stats["sendable"].get<std::int64_t>() -
                         stats["withDelivery"].get<std::int64_t>() + state("pending");
  const bool cancelled = stats["status"] == "cancelled";
  b["cancelled"] = state("cancelled") + (cancelled ? untouched : 0);
  b["expired"] = state("expired") + (over && !cancelled ? untouched : 0);
  b["pending"] = state("sending") + (over ? 0 : untouched);
  std::int64_t screened = 0;
  for (const auto& n : stats["screened"])
    screened += n.get<std::int64_t>();
  b["screened"] = screened;
  std::int64_t sum = 0;
  for (const auto& n : b)
    sum += n.get<std::int64_t>();
  b["recipients"] = stats["counters"]["totalRecipients"];
  b["sum"] = sum;
  b["adds"] = b["sum"] == b["recipients"] && untouched >= 0;
  b["explained"] = b["adds"] == true && b["pending"] == 0 && b["inDoubt"] == 0;
  return b;
}

class campaign_report_on_postgres final : public ports::campaign_report {
public:
  explicit campaign_report_on_postgres(query_pool& queries) : queries_{queries} {}

  core::result<core::json_text> stats(const ports::principal& who, std::string_view id) override {
    auto found = queries_.ask("campaign_find", params{}.integer(who.organization).text(id));
    if (!found)
      return found.problem();
    if (found->empty())
      return core::error{core::errc::not_found, "there is no campaign with this id"};
    params campaign;
    campaign.integer(row_reader{*found}.integer("no"));
    const auto text = queries_.json_of("campaign_stats", std::move(campaign));
    if (!text)
      return text.problem();
    auto stats = json::parse(*text);
    for (auto& one : stats["errors"])
      one["meaning"] = meaning_of(one["code"].get<std::int32_t>());
    stats["balance"] = balance_of(stats);
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
