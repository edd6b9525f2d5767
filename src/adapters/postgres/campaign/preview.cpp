#include "adapters/postgres/campaign/preview.hpp"

#include "adapters/postgres/audience/timeline.hpp"
#include "adapters/postgres/campaign/campaign_row.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/language.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace stentor::postgres {

namespace {

using ports::list_outline;
using ports::principal;
using required_variables = std::vector<std::vector<std::string>>;

/// What a campaign's people speak, and what they get for it.
struct spoken_languages {
  std::vector<std::string> language;
  std::vector<std::int32_t> lang;
};

/// Of a campaign that has started each one's language is chosen already.
bool has_chosen(const core::campaign& c) {
  return c.status != core::campaign_status::draft;
}

std::int16_t lang_of(const core::campaign& c, const std::vector<std::string>& offered,
                     const row_reader& row) {
  if (has_chosen(c))
    return row.id<std::int16_t>("lang");
  return static_cast<std::int16_t>(core::chosen_language(offered, row.text("language")));
}

core::result<std::vector<core::launch_sample>> people_at(connection& db, const core::campaign& c,
                                                         const std::vector<std::int32_t>& places) {
  auto r = db.call("preview_people", std::move(params{}.integer(c.no).int4_array(places)));
  if (!r)
    return r.error();
  const auto offered = core::languages_of(c);
  std::vector<core::launch_sample> all;
  for (const auto row : each(*r))
    all.push_back({.id = row.string("id"),
                   .to = row.string("recipient"),
                   .variables = core::json_text{row.string("variables")},
                   .lang = lang_of(c, offered, row)});
  return all;
}

core::status count_lacking(connection& db, const core::campaign& c, const spoken_languages& spoken,
                           const required_variables& required, list_outline& to) {
  std::vector<std::int32_t> langs;
  std::vector<std::string> names;
  for (std::size_t lang = 0; lang < required.size(); ++lang)
    for (const auto& name : required[lang]) {
      langs.push_back(static_cast<std::int32_t>(lang));
      names.push_back(name);
    }
  if (names.empty())
    return core::ok{};
  params p;
  p.integer(c.no);
  if (has_chosen(c))
    p.null().null();
  else
    p.text_array(spoken.language).int4_array(spoken.lang);
  p.int4_array(langs).text_array(names);
  auto r = db.call("preview_lacking", std::move(p));
  if (!r)
    return r.error();
  for (const auto row : each(*r))
    to.lacking.emplace_back(row.string("name"), row.integer("people"));
  return core::ok{};
}

core::result<std::optional<list_outline>> outline_of(connection& db, const core::campaign& c,
                                                     const required_variables& required) {
  if (c.recipients_total == 0)
    return std::optional<list_outline>{};
  auto r = db.call("preview_spoken", params{}.integer(c.no));
  if (!r)
    return r.error();
  const auto offered = core::languages_of(c);
  constexpr auto nobody = std::numeric_limits<std::int32_t>::max();
  std::vector<std::int32_t> first(offered.size(), nobody);
  spoken_languages spoken;
  list_outline outline;
  outline.people.resize(offered.size());
  for (const auto row : each(*r)) {
    const auto chosen = lang_of(c, offered, row);
    const auto at = static_cast<std::size_t>(chosen) < offered.size() ? chosen : std::int16_t{0};
    const auto index = static_cast<std::size_t>(at);
    outline.people[index] += row.integer("people");
    first[index] = std::min(first[index], row.id<std::int32_t>("first"));
    if (!row.is_null("language")) {
      spoken.language.push_back(row.string("language"));
      spoken.lang.push_back(at);
    }
  }
  std::erase(first, nobody);
  auto people = people_at(db, c, first);
  if (!people)
    return people.error();
  outline.first = std::move(*people);
  if (auto s = count_lacking(db, c, spoken, required, outline); !s)
    return s.error();
  return std::optional{std::move(outline)};
}

class campaign_preview_on_postgres final : public ports::campaign_preview {
public:
  campaign_preview_on_postgres(query_pool& queries, const ports::phone_numbers& phones,
                               std::string region)
      : queries_{queries}, phones_{phones}, region_{std::move(region)} {}

  core::result<std::optional<list_outline>> outline(const principal& who, std::string_view id,
                                                    const required_variables& required) override {
    return queries_.in_transaction(
        [&](connection& db) -> core::result<std::optional<list_outline>> {
          auto c = load_campaign(db, who.organization, id);
          if (!c)
            return c.error();
          return outline_of(db, *c, required);
        });
  }

  core::result<ports::listed_recipient> recipient(const principal& who, std::string_view id,
                                                  std::string_view recipient) override {
    auto c = queries_.in_transaction(
        [&](connection& db) { return load_campaign(db, who.organization, id); });
    if (!c)
      return c.error();
    const auto place = place_of_recipient(queries_, {.campaign = c->no,
                                                     .campaign_id = c->id,
                                                     .recipient = recipient,
                                                     .phones = &phones_,
                                                     .region = region_});
    if (!place)
      return place.error();
    constexpr std::int64_t last = std::numeric_limits<std::int32_t>::max();
    if (!*place || **place > last)
      return nobody();
    return queries_.in_transaction([&](connection& db) -> core::result<ports::listed_recipient> {
      auto people = people_at(db, *c, {static_cast<std::int32_t>(**place)});
      if (!people)
        return people.error();
      if (people->empty())
        return nobody();
      return ports::listed_recipient{.campaign = std::move(*c), .whom = std::move(people->front())};
    });
  }

private:
  static core::error nobody() {
    return {core::errc::not_found, "there is no such recipient on the campaign's list"};
  }

  query_pool& queries_;
  const ports::phone_numbers& phones_;
  std::string region_;
};

} // namespace

std::unique_ptr<ports::campaign_preview>
make_campaign_preview(query_pool& queries, const ports::phone_numbers& phones, std::string region) {
  return std::make_unique<campaign_preview_on_postgres>(queries, phones, std::move(region));
}

} // namespace stentor::postgres
