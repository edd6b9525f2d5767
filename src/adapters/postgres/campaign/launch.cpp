#include "adapters/postgres/campaign/launch.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/audience/list_languages.hpp"
#include "adapters/postgres/audience/partition.hpp"
#include "adapters/postgres/campaign/audience_count.hpp"
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/campaign/list_making.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/client/sentence_row.hpp"
#include "adapters/postgres/client/text_list.hpp"
#include "stentor/core/campaign/command.hpp"
#include "stentor/core/campaign/freeze.hpp"
#include "stentor/core/contact/language.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stentor::postgres {

using ports::principal;

namespace {

/// The first of a launch's facts that are counts and flags.
core::status read_list(connection& db, core::launch_facts& facts) {
  auto r = db.call("launch_list", params{}.integer(facts.what.no));
  if (!r)
    return r.error();
  const row_reader row{*r};
  facts.recipients = row.integer("total_recipients");
  facts.screened = row.integer("screened_count");
  facts.screened_by = row.string("screened_by");
  facts.for_marketing = row.boolean("for_marketing");
  facts.list_is_made_at_launch = row.boolean("is_made_at_launch");
  facts.lacks_segment = row.boolean("lacks_segment");
  facts.list_of_nobody = row.boolean("is_of_nobody");
  facts.holds_refusals = row.boolean("holds_refusals");
  facts.has_canary = row.boolean("has_canary");
  facts.ignores_caps = row.boolean("ignore_caps");
  const auto policy = load_policy(db, facts.what.organization);
  if (!policy)
    return policy.error();
  facts.canary_proposed_above = policy->canary.proposed_above;
  return core::ok{};
}

core::status read_samples(connection& db, core::launch_facts& facts) {
  constexpr auto most = static_cast<std::int64_t>(core::launch_samples_max);
  auto r = db.call("launch_samples", params{}.integer(facts.what.no).integer(most));
  if (!r)
    return r.error();
  const auto offered = core::languages_of(facts.what);
  for (const auto row : each(*r))
    facts.samples.push_back(
        {.id = row.string("id"),
         .to = row.string("recipient"),
         .variables = core::json_text{row.string("variables")},
         .lang = static_cast<std::int16_t>(core::chosen_language(offered, row.text("language")))});
  return core::ok{};
}

core::status read_header_media(connection& db, core::launch_facts& facts) {
  auto r = db.call("launch_media", params{}.integer(facts.what.no));
  if (!r)
    return r.error();
  for (const auto row : each(*r))
    facts.media.push_back({.slot = row.string("slot"),
                           .id = row.string("id"),
                           .mime = row.string("mime"),
                           .number = row.string("phone_number_id"),
                           .is_there = row.boolean("is_there"),
                           .refused = sentence_of(row, "refused")});
  return core::ok{};
}

class campaign_launch_on_postgres final : public ports::campaign_launch {
public:
  campaign_launch_on_postgres(query_pool& queries, const ports::phone_numbers& phones,
                              const ports::time_zones& zones)
      : queries_{queries}, phones_{phones}, zones_{zones} {}

  core::result<core::launch_facts> facts(const principal& who, std::string_view id) override {
    return queries_.in_transaction([&](connection& db) { return read_launch_facts(db, who, id); });
  }

  core::result<std::optional<ports::counted_audience>> count(const principal& who,
                                                             std::string_view id) override {
    return count_audience(queries_, who, id, {.phones = phones_, .zones = zones_});
  }

  core::result<ports::launched_campaign> launch(const principal& who, std::string_view id,
                                                const check& obstacles) override {
    auto db = queries_.own_connection("stentor launch");
    if (!db)
      return db.error();
    auto t = transaction::begin(*db);
    if (!t)
      return t.error();
    auto launched = launch_in(*db, who, std::string{id}, obstacles);
    if (!launched || !launched->obstacles.empty())
      return launched; // the list, if one was made, goes with the transaction
    if (auto s = t->commit(); !s)
      return s.error();
    return launched;
  }

private:
  core::result<ports::launched_campaign> launch_in(connection& db, const principal& who,
                                                   const std::string& id, const check& obstacles) {
    auto c = lock_campaign(db, who.organization, id, list_use::fill);
    if (!c)
      return c.error();
    const auto status =
        core::campaign_status_from(c->status).value_or(core::campaign_status::failed);
    if (auto s = core::check_command(status, core::campaign_command::launch); !s)
      return s.error();
    if (auto r = db.call("media_hold", params{}.integer(c->no)); !r)
      return r.error();
    auto facts = read_launch_facts(db, who, id);
    if (!facts)
      return facts.error();
    const bool awaits_list = facts->list_is_made_at_launch;
    if (!awaits_list) {
      const list_tools tools{.phones = phones_, .zones = zones_};
      const auto list = prepare_list(db, *c, tools);
      if (!list)
        return list.error();
      if (auto s = write_list(db, *c, *list, zones_); !s)
        return s.error();
      facts = read_launch_facts(db, who, id);
      if (!facts)
        return facts.error();
    }
    if (auto found = obstacles(*facts); !found.empty())
      return ports::launched_campaign{c->no, status, std::move(found)};
    const auto now = awaits_list ? await_list(db, who, *c) : campaign_lifecycle{db}.launch(c->no);
    if (!now)
      return now.error();
    const auto detail = R"({"status":")" + std::string{core::to_string(*now)} + R"("})";
    if (auto s = write_audit(db, {who, "campaign.launch", id, detail}); !s)
      return s.error();
    return ports::launched_campaign{c->no, *now, {}};
  }

  /// It is drawn by a job, shortly before the start. Until then whoever looks at the people who
  /// were picked sees the languages that they would get now.
  core::result<core::campaign_status> await_list(connection& db, const principal& who,
                                                 const locked_campaign& c) {
    if (c.has_list())
      if (auto s = decide_languages(db, c); !s)
        return s.error();
    const auto people = expected_people(db, c, zones_);
    if (!people)
      return people.error();
    params lead;
    lead.integer(c.no).integer(core::freeze_lead(*people).count());
    if (auto s = db.execute("freeze_lead", std::move(lead)); !s)
      return s.error();
    return campaign_lifecycle{db}.await_list(c.no, who.actor);
  }

  query_pool& queries_;
  const ports::phone_numbers& phones_;
  const ports::time_zones& zones_;
};

} // namespace

core::result<core::launch_facts> read_launch_facts(connection& db, const principal& who,
                                                   std::string_view id) {
  auto campaign = load_campaign(db, who.organization, id);
  if (!campaign)
    return campaign.error();
  core::launch_facts facts;
  facts.what = std::move(*campaign);
  if (auto s = read_list(db, facts); !s)
    return s.error();
  auto numbers = load_launch_numbers(db, facts.what.no);
  if (!numbers)
    return numbers.error();
  facts.numbers = std::move(*numbers);
  if (auto s = read_samples(db, facts); !s)
    return s.error();
  if (auto s = read_header_media(db, facts); !s)
    return s.error();
  return facts;
}

core::result<std::vector<core::launch_number>> load_launch_numbers(connection& db,
                                                                   core::campaign_no campaign) {
  auto r = db.call("launch_numbers", params{}.integer(campaign));
  if (!r)
    return r.error();
  std::vector<core::launch_number> all;
  for (const auto row : each(*r))
    all.push_back({.phone_number_id = row.string("phone_number_id"),
                   .waba_id = row.string("waba_id"),
                   .per_second = row.real("messages_per_second"),
                   .active = row.boolean("active"),
                   .stopped_reason = sentence_of(row, "stopped_sentence"),
                   .template_status = row.string("template_status"),
                   .translation_statuses = row.is_null("translation_statuses")
                                               ? std::vector<std::string>{}
                                               : texts_in(row.text("translation_statuses")),
                   .quality = row.string("quality"),
                   .marketing_share = row.real("marketing_share")});
  return all;
}

std::unique_ptr<ports::campaign_launch> make_campaign_launch(query_pool& queries,
                                                             const ports::phone_numbers& phones,
                                                             const ports::time_zones& zones) {
  return std::make_unique<campaign_launch_on_postgres>(queries, phones, zones);
}

} // namespace stentor::postgres
