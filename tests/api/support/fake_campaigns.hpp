#pragma once
/// The campaigns of an organization, made of a map.

#include "stentor/core/campaign/command.hpp"
#include "stentor/ports/campaign/campaign_admin.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/campaign_planning.hpp"
#include "stentor/ports/campaign/campaign_preview.hpp"
#include "stentor/ports/campaign/campaign_report.hpp"

#include <map>
#include <string>

namespace stentor::test {

inline const std::string draft_id = "11111111-1111-1111-1111-111111111111";
inline const std::string running_id = "22222222-2222-2222-2222-222222222222";
inline const std::string ended_id = "33333333-3333-3333-3333-333333333333";
inline const std::string foreign_id = "99999999-9999-9999-9999-999999999999"; ///< of organization 2

class fake_campaigns final : public ports::campaign_admin,
                             public ports::campaign_launch,
                             public ports::campaign_planning,
                             public ports::campaign_preview,
                             public ports::campaign_report {
public:
  struct kept {
    core::organization_no organization;
    core::campaign_no no;
    core::campaign_status status;
  };
  std::map<std::string, kept, std::less<>> campaigns{
      {draft_id, {1, 1, core::campaign_status::draft}},
      {running_id, {1, 2, core::campaign_status::sending}},
      {ended_id, {1, 3, core::campaign_status::completed}},
      {foreign_id, {2, 4, core::campaign_status::draft}}};
  core::campaign_draft last_draft;
  std::vector<core::draft_problem> problems; ///< what the database says of the next draft
  core::launch_facts known;                  ///< of every campaign
  std::optional<ports::counted_audience> counted;
  std::optional<ports::list_outline> listed; ///< likewise
  std::vector<std::vector<std::string>> last_required;
  std::vector<core::quiet_span> quiet; ///< of its people

  fake_campaigns() {
    known.what.template_name = "promo";
    known.numbers = {{"1", "w1", 80, true, std::nullopt, "APPROVED"},
                     {"2", "w1", 20, true, std::nullopt, "APPROVED"}};
    known.recipients = 1010;
    known.screened = 10;
    known.samples = {{"r1", "+4915100000001", {R"({"name":"Ana"})"}}};
  }

  static core::error none() { return {core::errc::not_found, "There is no such campaign."}; }
  const kept* kept_of(const ports::principal& who, std::string_view id) const {
    const auto found = campaigns.find(id);
    return found != campaigns.end() && found->second.organization == who.organization
               ? &found->second
               : nullptr;
  }
  core::result<std::string> text(const ports::principal& who, std::string_view id,
                                 std::string json) const {
    return kept_of(who, id) != nullptr ? core::result<std::string>{std::move(json)} : none();
  }
  static std::string show(std::string_view id, core::campaign_status s) {
    return R"({"id":")" + std::string{id} + R"(","status":")" + std::string{core::to_string(s)} +
           R"(","screenedCount":10,"numberIds":null})";
  }

  core::result<ports::saved_campaign> create(const ports::principal&,
                                             const core::campaign_draft& d) override {
    last_draft = d;
    return ports::saved_campaign{
        draft_id, {show(draft_id, core::campaign_status::draft)}, problems};
  }
  core::result<core::json_text> list(const ports::principal&,
                                     std::optional<core::campaign_status> status,
                                     core::page p) override {
    return core::json_text{
        R"({"data":[],"status":")" + std::string{status ? core::to_string(*status) : ""} +
        R"(","page":)" + std::to_string(p.number) + R"(,"limit":)" + std::to_string(p.limit) + "}"};
  }
  core::result<core::json_text> get(const ports::principal& who, std::string_view id) override {
    const auto* k = kept_of(who, id);
    if (k == nullptr)
      return none();
    return core::json_text{show(id, k->status)};
  }
  core::result<ports::found_campaign> find(const ports::principal& who,
                                           std::string_view id) override {
    const auto* k = kept_of(who, id);
    if (k == nullptr)
      return none();
    return ports::found_campaign{k->no, k->status};
  }
  core::result<ports::saved_campaign> update(const ports::principal& who, std::string_view id,
                                             const core::campaign_draft& d) override {
    last_draft = d;
    const auto* k = kept_of(who, id);
    if (k == nullptr)
      return none();
    if (k->status != core::campaign_status::draft)
      return core::error{core::errc::conflict, "Only drafts can be changed."};
    return ports::saved_campaign{std::string{id}, {show(id, k->status)}, problems};
  }
  core::status remove(const ports::principal& who, std::string_view id) override {
    if (kept_of(who, id) == nullptr)
      return none();
    campaigns.erase(std::string{id});
    return core::ok{};
  }
  core::result<std::optional<ports::list_outline>>
  outline(const ports::principal& who, std::string_view id,
          const std::vector<std::vector<std::string>>& required) override {
    last_required = required;
    if (kept_of(who, id) == nullptr)
      return none();
    return listed;
  }
  core::result<ports::listed_recipient> recipient(const ports::principal& who, std::string_view id,
                                                  std::string_view recipient) override {
    if (kept_of(who, id) == nullptr || recipient != "1")
      return none();
    return ports::listed_recipient{.campaign = known.what, .whom = known.samples.at(0)};
  }
  core::result<core::launch_facts> facts(const ports::principal& who,
                                         std::string_view id) override {
    const auto* k = kept_of(who, id);
    if (k == nullptr)
      return none();
    auto facts = known;
    facts.what.no = k->no;
    facts.what.status = k->status;
    return facts;
  }
  core::result<std::optional<ports::counted_audience>> count(const ports::principal& who,
                                                             std::string_view id) override {
    if (kept_of(who, id) == nullptr)
      return none();
    return counted;
  }
  core::result<ports::launched_campaign> launch(const ports::principal& who, std::string_view id,
                                                const check& obstacles) override {
    const auto facts_now = facts(who, id);
    if (!facts_now)
      return facts_now.error();
    auto& k = campaigns.find(id)->second;
    if (auto s = core::check_command(k.status, core::campaign_command::launch); !s)
      return s.error();
    if (auto found = obstacles(*facts_now); !found.empty())
      return ports::launched_campaign{k.no, k.status, std::move(found)};
    k.status = core::campaign_status::sending;
    return ports::launched_campaign{k.no, k.status, {}};
  }
  core::result<ports::planned_campaign> plan(const ports::principal& who,
                                             std::string_view id) override {
    const auto* k = kept_of(who, id);
    if (k == nullptr)
      return none();
    ports::planned_campaign planned;
    planned.status = k->status;
    planned.time_zone = "UTC";
    for (const auto& number : known.numbers)
      planned.per_second += number.active && !number.stopped_reason ? number.per_second : 0;
    planned.terms.rate_per_minute = known.what.rate_limit_per_minute;
    planned.terms.places = {{.no = 1, .country = "IN", .zones = {"Asia/Kolkata"}, .quiet = quiet}};
    const auto people = static_cast<core::recipient_seq>(known.recipients - known.screened);
    if (people > 0)
      planned.terms.parts = {{.no = 1, .from = 1, .to = people, .next = 1, .place = 1}};
    return planned;
  }
  core::result<core::json_text> stats(const ports::principal& who, std::string_view id) override {
    if (kept_of(who, id) == nullptr)
      return none();
    return core::json_text{"{}"};
  }
};

} // namespace stentor::test
