#include "adapters/postgres/client/named_queries.hpp"

#include "adapters/postgres/client/embedded.hpp"
#include "stentor/core/base/ascii.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

namespace stentor::postgres {

namespace {

constexpr std::string_view query_marker = "-- name:";
constexpr std::string_view fragment_marker = "-- fragment:";
constexpr std::string_view script_marker = "-- script:";
constexpr std::string_view campaign_place = "{campaign}";
/// What is filled in when the fragment is asked for: a campaign's number, the SQL of a condition.
constexpr std::string_view list_place = "{list}";
constexpr std::string_view filled_in_later[] = {campaign_place, list_place, "{condition}"};

void fill_in(std::string& text, std::string_view place, std::string_view with) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at + with.size()))
    text.replace(at, place.size(), with);
}

bool begins_block(std::string_view line) {
  return line.starts_with(query_marker) || line.starts_with(fragment_marker) ||
         line.starts_with(script_marker);
}

/// Where the next line that begins a block stands, from the line at `from` on.
std::size_t next_block(std::string_view file, std::size_t from) {
  while (from < file.size() && !begins_block(file.substr(from)))
    from = std::min(file.find('\n', from), file.size() - 1) + 1;
  return std::min(from, file.size());
}

void add_blocks(const core::embedded_file& file, query_catalog& to) {
  const auto blame = [&](const std::string& what) {
    to.problem = std::string{file.name} + ".sql: " + what;
  };
  const auto text = file.text;
  for (auto at = next_block(text, 0); at < text.size();) {
    const auto line_end = std::min(text.find('\n', at), text.size());
    const auto next = next_block(text, std::min(line_end + 1, text.size()));
    const auto head = text.substr(at, line_end - at);
    const std::string name{core::trimmed(head.substr(head.find(':') + 1))};
    const auto [blocks, kind] =
        head.starts_with(query_marker)      ? std::pair{&to.queries, "two queries"}
        : head.starts_with(fragment_marker) ? std::pair{&to.fragments, "two fragments"}
                                            : std::pair{&to.scripts, "two scripts"};
    const auto body = core::trimmed(text.substr(line_end, next - line_end));
    if (name.empty() || body.empty())
      blame("a block without name or text");
    else if (!blocks->emplace(name, body).second)
      blame(std::string{kind} + " are named '" + name + "'");
    at = next;
  }
}

/// Fills fragments in, also those that stand in fragments.
class expansion {
public:
  explicit expansion(query_catalog& catalog) : catalog_{&catalog}, raw_{catalog.fragments} {}

  /// @param counts whether a fragment is used by standing in this text
  std::string fill(const std::string& block, std::string_view text, std::set<std::string> inside,
                   bool counts = true) {
    std::string filled;
    for (;;) {
      const auto open = text.find("{{");
      const auto close = open == std::string_view::npos ? open : text.find("}}", open);
      if (close == std::string_view::npos)
        return filled.append(text);
      const std::string name{core::trimmed(text.substr(open + 2, close - open - 2))};
      filled.append(text.substr(0, open));
      text.remove_prefix(close + 2);
      const auto found = raw_.find(name);
      if (found == raw_.end())
        catalog_->problem = block + " uses the fragment '" + name + "', which does not exist";
      else if (inside.contains(name))
        catalog_->problem = "the fragment '" + name + "' stands in itself";
      else {
        if (counts)
          used_.insert(name);
        auto deeper = inside;
        deeper.insert(name);
        filled.append(fill(block, found->second, std::move(deeper), counts));
      }
    }
  }

  void all() {
    for (auto& [name, text] : catalog_->queries)
      text = fill("the query '" + name + "'", text, {});
    for (auto& [name, text] : catalog_->scripts)
      text = fill("the script '" + name + "'", text, {});
    for (auto& [name, text] : catalog_->fragments) {
      const bool statement = std::any_of(
          std::begin(filled_in_later), std::end(filled_in_later),
          [&where = text](auto place) { return where.find(place) != std::string::npos; });
      text = fill("the fragment '" + name + "'", text, {name}, statement);
      if (statement)
        used_.insert(name);
    }
    for (const auto& [name, text] : raw_)
      if (!used_.contains(name))
        catalog_->problem = "the fragment '" + name + "' is used by no query";
  }

private:
  query_catalog* catalog_;
  std::map<std::string, std::string> raw_;
  std::set<std::string> used_;
};

const std::string& text_named(const std::map<std::string, std::string>& all, const char* kind,
                              const std::string& name) {
  const auto found = all.find(name);
  if (found == all.end()) {
    std::fprintf(stderr, "stentor: there is no %s of SQL named '%s'\n", kind, name.c_str());
    std::abort();
  }
  return found->second;
}

const query_catalog& the_catalog() {
  static const auto all = [] {
    auto c = catalog_of(embedded::queries());
    if (!c.problem.empty()) {
      std::fprintf(stderr, "stentor: %s\n", c.problem.c_str());
      std::abort();
    }
    return c;
  }();
  return all;
}

} // namespace

query_catalog catalog_of(std::span<const core::embedded_file> files) {
  query_catalog c;
  for (const auto& file : files)
    add_blocks(file, c);
  if (c.problem.empty())
    expansion{c}.all();
  return c;
}

const std::map<std::string, std::string>& all_queries() {
  return the_catalog().queries;
}

const std::string* find_query(const std::string& name) {
  const auto& all = all_queries();
  const auto found = all.find(name);
  return found == all.end() ? nullptr : &found->second;
}

const std::string& sql_script(const std::string& name) {
  return text_named(the_catalog().scripts, "script", name);
}

const std::string& sql_fragment(const std::string& name) {
  return text_named(the_catalog().fragments, "fragment", name);
}

std::string campaign_statement(const std::string& name, core::campaign_no campaign,
                               std::string_view list) {
  auto text = sql_fragment(name);
  const auto number = std::to_string(campaign);
  fill_in(text, campaign_place, number);
  fill_in(text, list_place, list.empty() ? "campaign_recipient_" + number : std::string{list});
  return text;
}

} // namespace stentor::postgres
