#include "adapters/postgres/audience/list_languages.hpp"

#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/contact/language.hpp"

#include <string>
#include <utility>
#include <vector>

namespace stentor::postgres {

namespace {

/// What people speak, and the index of what they get. A list has few languages, whatever its
/// length: each is looked at once, and the rows are joined with them.
struct language_choices {
  std::vector<std::string> spoken;
  std::vector<std::int32_t> index;
};

core::result<std::vector<std::string>> offered_by(connection& db, core::campaign_no campaign) {
  auto r = db.call("languages_offered", params{}.integer(campaign));
  if (!r)
    return r.error();
  std::vector<std::string> all;
  for (const auto row : each(*r))
    all.push_back(row.string("language"));
  return all;
}

core::result<language_choices> choices_of(connection& db, const locked_campaign& c,
                                          core::recipient_seq from_seq,
                                          const std::vector<std::string>& offered) {
  auto r = db.query(list_statement("list_languages_spoken", c),
                    params{}.integer(std::int64_t{from_seq}));
  if (!r)
    return r.error();
  language_choices choices;
  for (const auto row : each(*r)) {
    if (row.is_null("language"))
      continue;
    choices.spoken.push_back(row.string("language"));
    choices.index.push_back(
        static_cast<std::int32_t>(core::chosen_language(offered, choices.spoken.back())));
  }
  return choices;
}

} // namespace

core::status decide_languages(connection& db, const locked_campaign& c,
                              core::recipient_seq from_seq) {
  const auto offered = offered_by(db, c.no);
  if (!offered)
    return offered.error();
  if (offered->empty())
    return core::ok{};
  const auto choices = choices_of(db, c, from_seq, *offered);
  if (!choices)
    return choices.error();
  for (const auto* of : {"list_languages_of_list", "list_languages_of_customers"}) {
    params p;
    p.integer(std::int64_t{from_seq}).text_array(choices->spoken).int4_array(choices->index);
    if (auto s = on_list(db, c, of, std::move(p)); !s)
      return s;
  }
  return on_list(db, c, "list_languages_of_nobody",
                 std::move(params{}.integer(std::int64_t{from_seq})));
}

} // namespace stentor::postgres
