/// Queries of segments: names and values from outside travel as parameters, never as SQL text, and
/// whatever can be read can be asked about somebody.

#include "tests/fuzz/targets.hpp"

#include "adapters/postgres/audience/condition_sql.hpp"
#include "adapters/postgres/audience/json_tree.hpp"
#include "stentor/core/audience/condition_eval.hpp"

#include <algorithm>
#include <string>

namespace stentor::fuzz {

namespace {

core::person_facts somebody() {
  core::person_facts person;
  person.name = "Ann";
  person.phone_number = "+4915112345678";
  person.tags = {"beach"};
  const auto attributes = postgres::read_json(
      R"({"spent":900,"trips":[{"to":"Bali","year":2024},{"to":"Oslo"}],"since":"2024-05-01"})");
  person.attributes = *attributes;
  person.events.push_back({"sale", {}, 45'000'000, "EUR", *attributes, "s1"});
  return person;
}

} // namespace

void condition(std::string_view bytes) {
  const auto json = postgres::read_json(bytes);
  if (!json)
    return;
  const auto reading = core::read_condition(*json, {{"sale", "cart.abandoned"}, {}});
  for (const auto& problem : reading.problems)
    require(!problem.sentence.empty(), "a problem says what is wrong");
  if (!reading.problems.empty())
    return;
  postgres::condition_terms terms;
  terms.clock.offset = [](core::wall_time) { return std::chrono::seconds{3'600}; };
  static const auto person = somebody();
  static_cast<void>(core::holds(reading.tree, person, terms.clock, {}));

  postgres::params arguments;
  const auto sql = postgres::condition_to_sql(reading.tree, terms, arguments);
  const auto last = "$" + std::to_string(arguments.count());
  require(arguments.count() == 0 || sql.find(last) != std::string::npos,
          "the SQL numbers every argument");
  require(sql.find("$" + std::to_string(arguments.count() + 1)) == std::string::npos,
          "the SQL names no argument that isn't there");
  require(std::count(sql.begin(), sql.end(), '(') == std::count(sql.begin(), sql.end(), ')'),
          "the brackets match");
  // The compiler's own texts hold these characters only, so that a foreign one shows.
  require(sql.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                " ()[]$.,:_'{}<>=\"+*@~&|-") == std::string::npos &&
              sql.find("--") == std::string::npos && sql.find("/*") == std::string::npos,
          "the SQL holds no text from outside");
}

} // namespace stentor::fuzz
