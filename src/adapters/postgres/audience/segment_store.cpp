#include "adapters/postgres/audience/segment_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/audience/segment_count.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "stentor/core/audience/condition_fields.hpp"
#include "stentor/core/base/json_escape.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace stentor::postgres {

namespace {

using core::errc;
using core::error;
using nlohmann::json;
using ports::principal;
using ports::saved_segment;

constexpr const char* no_such_segment = "There is no segment with this id.";

class segments final : public ports::segment_store {
public:
  segments(query_pool& queries, const ports::time_zones& zones, double cost_max)
      : queries_{queries}, zones_{zones}, counter_{queries, cost_max} {}

  core::result<saved_segment> create(const principal& who,
                                     const ports::segment_input& wanted) override {
    return change(who, "", wanted);
  }

  core::result<std::string> list(const principal& who, core::page wanted) override {
    return queries_.page_of("segment_list", params{}.integer(who.organization), wanted);
  }

  core::result<std::string> get(const principal& who, std::string_view id) override {
    return queries_.json_of("segment_show", params{}.integer(who.organization).text(id),
                            no_such_segment);
  }

  core::result<saved_segment> update(const principal& who, std::string_view id,
                                     const ports::segment_input& wanted) override {
    return change(who, std::string{id}, wanted);
  }

  core::status remove(const principal& who, std::string_view id) override {
    return queries_.in_transaction(
        [&](connection& db) -> core::status { return remove_in(db, who, std::string{id}); });
  }

  core::result<ports::segment_preview> preview(const principal& who, const core::json_text& query,
                                               std::string_view segment) override {
    auto loaded = queries_.in_transaction([&](connection& db) -> core::result<loaded_condition> {
      return load_condition(db, who.organization, query.text, segment);
    });
    if (!loaded)
      return loaded.error();
    if (!loaded->problems.empty())
      return ports::segment_preview{{}, std::move(loaded->problems)};
    use_zone(loaded->terms, zones_);
    const auto counted = counter_.count(*loaded, query.text);
    if (!counted)
      return counted.error();
    if (!segment.empty()) {
      params p;
      p.integer(who.organization).text(segment).integer(counted->people).boolean(counted->exact);
      if (auto kept = queries_.ask("segment_counted", std::move(p.text(query.text))); !kept)
        return kept.error();
    }
    return ports::segment_preview{{counted->answer}, {}};
  }

  core::result<std::string> fields(const principal& who) override {
    return queries_.in_transaction(
        [&](connection& db) -> core::result<std::string> { return fields_in(db, who); });
  }

private:
  /// @param id empty: a new one
  core::result<saved_segment> change(const principal& who, const std::string& id,
                                     const ports::segment_input& wanted) {
    return queries_.in_transaction([&](connection& db) -> core::result<saved_segment> {
      if (auto s = db.call("segments_lock", organization_of(who)); !s)
        return s.error();
      if (wanted.name)
        if (auto s = check_name(db, who, id, *wanted.name); !s)
          return s.error();
      if (wanted.query) {
        auto loaded = load_condition(db, who.organization, wanted.query->text, id);
        if (!loaded)
          return loaded.error();
        if (!loaded->problems.empty())
          return saved_segment{{}, {}, std::move(loaded->problems)};
      }
      return write(db, who, id, wanted);
    });
  }

  static params organization_of(const principal& who) { return params{}.integer(who.organization); }

  static core::status check_name(connection& db, const principal& who, const std::string& id,
                                 const std::string& name) {
    auto taken = db.call("segment_name_taken", organization_of(who).text(name).text(id));
    if (!taken)
      return taken.error();
    if (row_reader{*taken}.boolean("taken"))
      return error{errc::conflict, "there is a segment of this name already"};
    return core::ok{};
  }

  static core::result<saved_segment> write(connection& db, const principal& who,
                                           const std::string& id,
                                           const ports::segment_input& wanted) {
    auto p = organization_of(who);
    if (id.empty())
      p.text(*wanted.name)
          .text_or_null(wanted.description.value_or(""))
          .text(wanted.query->text)
          .text(who.actor);
    else
      p.text(id)
          .text(wanted.name)
          .text(wanted.description)
          .text(wanted.query ? std::optional{wanted.query->text} : std::nullopt);
    auto written = db.call(id.empty() ? "segment_insert" : "segment_update", std::move(p));
    if (!written)
      return written.error();
    if (written->empty())
      return error{errc::not_found, no_such_segment};
    const auto now = row_reader{*written}.string("id");
    const json detail = wanted.name ? json{{"name", *wanted.name}} : json::object();
    if (auto s = write_audit(
            db, {who, id.empty() ? "segment.create" : "segment.update", now, detail.dump()});
        !s)
      return s.error();
    auto shown = db.call("segment_show", organization_of(who).text(now));
    if (!shown)
      return shown.error();
    return saved_segment{now, {row_reader{*shown}.string("segment")}, {}};
  }

  static core::status remove_in(connection& db, const principal& who, const std::string& id) {
    if (auto s = db.call("segments_lock", organization_of(who)); !s)
      return s.error();
    auto users = db.call("segment_users", organization_of(who).text(id));
    if (!users)
      return users.error();
    std::string named;
    for (const auto row : each(*users))
      named += (named.empty() ? "" : ", ") + row.string("named");
    if (!named.empty())
      return error{errc::conflict,
                   "the segment is named by " + named + ": change them first, or let them end"};
    auto gone = db.call("segment_delete", organization_of(who).text(id));
    if (!gone)
      return gone.error();
    if (gone->empty())
      return error{errc::not_found, no_such_segment};
    return write_audit(db, {who, "segment.delete", id, ""});
  }

  static core::result<std::string> fields_in(connection& db, const principal& who) {
    auto names = read_names(db, who.organization);
    if (!names)
      return names.error();
    auto fields = json::array();
    const auto add = [&](const std::string& name, core::value_type type, const char* of) {
      fields.push_back({{"field", name}, {"type", core::to_string(type)}, {"of", of}});
    };
    for (const auto& [name, subject] : core::condition_columns())
      add(std::string{name}, core::type_of(subject), "customer");
    auto found = db.call("segment_attribute_fields", organization_of(who));
    if (!found)
      return found.error();
    for (const auto& [name, known] : names->attributes)
      if (!known.sensitive)
        add("attributes." + name, known.type, "attribute");
    for (const auto row : each(*found))
      if (!names->attributes.contains(row.string("name")))
        add("attributes." + row.string("name"), core::value_type::any, "attribute");
    if (auto s = add_events(db, who, *names, fields); !s)
      return s.error();
    auto operators = json::object();
    using enum core::value_type;
    for (const auto type : {any, text, number, boolean, time})
      operators[std::string{core::to_string(type)}] = core::operators_for(type);
    return json{{"fields", fields},
                {"operators", operators},
                {"behaviours",
                 {"messages.received", "messages.delivered", "messages.read", "messages.replied",
                  "messages.failed"}},
                {"consents", {"consent.marketing"}}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
  }

  static core::status add_events(connection& db, const principal& who,
                                 const core::condition_names& names, json& fields) {
    const std::vector<std::string> events{names.events.begin(), names.events.end()};
    auto found = db.call("segment_event_fields", organization_of(who).text_array(events));
    if (!found)
      return found.error();
    for (const auto row : each(*found)) {
      const auto name = row.string("name");
      fields.push_back({{"field", name}, {"type", "event"}, {"of", "event"}});
      for (const char* part : {"at", "value", "currency"})
        fields.push_back(
            {{"field", name + "." + part},
             {"type", core::to_string(core::type_of(core::event_column_named(part).value()))},
             {"of", "event"}});
      for (const auto& property : json::parse(row.text("properties"), nullptr, false))
        fields.push_back({{"field", name + "." + property.get<std::string>()},
                          {"type", core::to_string(core::value_type::any)},
                          {"of", "event"}});
    }
    return core::ok{};
  }

  query_pool& queries_;
  const ports::time_zones& zones_;
  segment_counter counter_;
};

} // namespace

std::unique_ptr<ports::segment_store>
make_segment_store(query_pool& queries, const ports::time_zones& zones, double cost_max) {
  return std::make_unique<segments>(queries, zones, cost_max);
}

} // namespace stentor::postgres
