#include "adapters/postgres/contact/customer_import.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/contact/customer_input.hpp"
#include "adapters/postgres/contact/customer_writer.hpp"
#include "adapters/postgres/contact/import_log.hpp"
#include "stentor/core/base/csv.hpp"
#include "stentor/core/base/csv_cell.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace stentor::postgres {

namespace {

/// What a column is to a customer, beyond what it is to every list.
enum class special : std::uint8_t { none, time_zone, language, tags };

special special_of(std::string_view name, const core::name_key& key_of) {
  static constexpr std::array names{
      std::pair{"time zone", special::time_zone}, std::pair{"timezone", special::time_zone},
      std::pair{"zeitzone", special::time_zone}, std::pair{"tags", special::tags},
      std::pair{"labels", special::tags}};
  const auto key = key_of(name);
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& one) {
    return !key.empty() && key_of(one.first) == key;
  });
  return found == names.end() ? special::none : found->second;
}

class customer_import final : public ports::file_import, private core::csv_sink {
public:
  customer_import(people_import_order order, connection db)
      : order_{std::move(order)}, db_{std::move(db)} {}

  ~customer_import() override {
    if (log_ && !finished_)
      log_->give_up(trouble_ ? "The file did not come to its end." : trouble_.error().message);
  }
  customer_import(const customer_import&) = delete;
  customer_import& operator=(const customer_import&) = delete;

  core::status open() {
    auto rules = load_attribute_rules(db_, order_.who.organization);
    if (!rules)
      return rules.error();
    rules_ = std::move(*rules);
    if (!order_.keep) {
      log_ = import_log::silent(db_);
    } else {
      auto log = import_log::open(db_, order_.who, "customers");
      if (!log)
        return log.error();
      log_ = std::move(*log);
    }
    writer_.emplace(
        db_, order_.who.organization, *order_.zones, rules_.required(),
        [this](std::int64_t line, core::sentence why) { log_->bad(line, std::move(why)); },
        order_.keep);
    writer_->at_the_end_of_each_piece([this](connection&) {
      count();
      return log_->progress(line_);
    });
    return core::ok{};
  }

  core::status feed(std::string_view bytes) override {
    if (trouble_)
      if (auto s = reader_.feed(bytes); !s)
        trouble_ = s;
    return trouble_;
  }

  core::result<ports::import_report> finish() override {
    if (trouble_)
      if (auto s = reader_.finish(); !s)
        trouble_ = s;
    if (trouble_)
      trouble_ = writer_->finish();
    if (trouble_)
      trouble_ = conclude();
    if (!trouble_)
      return trouble_.error();
    finished_ = true;
    return log_->report;
  }

private:
  core::status header(std::span<const std::string_view> names) override {
    auto mapped = core::map_import_columns(names, order_.key_of, order_.columns);
    if (!mapped)
      return mapped.error();
    columns_ = std::move(*mapped);
    for (const auto& c : columns_.columns) {
      const bool is_variable = c.role == core::column_role::variable;
      specials_.push_back(is_variable ? special_of(c.name, order_.key_of) : special::none);
      if (c.role == core::column_role::language)
        specials_.back() = special::language;
      if (!is_variable)
        log_->report.columns.emplace_back(core::to_string(c.role), c.name);
    }
    return core::ok{};
  }

  void record(std::int64_t line, std::span<const std::string_view> fields) override {
    if (!trouble_)
      return;
    line_ = line;
    ++log_->report.rows_read;
    core::customer_row row;
    row.line = line;
    if (auto why = read(row, fields))
      return log_->bad(line, std::move(*why));
    trouble_ = writer_->add(std::move(row));
  }

  std::optional<core::sentence> read(core::customer_row& row,
                                     std::span<const std::string_view> fields) const {
    const auto cell = [&](int column) {
      return column >= 0 && static_cast<std::size_t>(column) < fields.size()
                 ? core::without_guard(fields[static_cast<std::size_t>(column)])
                 : std::string_view{};
    };
    const customer_reading reading{*order_.phones, *order_.zones, order_.region, rules_};
    if (const auto phone = cell(columns_.phone); !phone.empty())
      if (auto why = reading.set_phone(row, fields[static_cast<std::size_t>(columns_.phone)],
                                       columns_.phone_is_international))
        return why;
    row.user_id = cell(columns_.user_id);
    // An empty cell says nothing: whoever wants to remove something says so in JSON.
    if (const auto name = cell(columns_.name); !name.empty())
      row.name = name;
    if (columns_.marketing_opt_in >= 0)
      (core::says_yes(cell(columns_.marketing_opt_in)) ? row.yes : row.no) = core::said_word{};
    for (std::size_t i = 0; i < fields.size() && i < specials_.size(); ++i)
      if ((specials_[i] != special::none ||
           columns_.columns[i].role == core::column_role::variable) &&
          !fields[i].empty())
        if (auto why = read_variable(row, i, core::without_guard(fields[i]), reading))
          return why;
    return customer_reading::problem_of(row);
  }

  std::optional<core::sentence> read_variable(core::customer_row& row, std::size_t column,
                                              std::string_view cell,
                                              const customer_reading& reading) const {
    switch (specials_[column]) {
    case special::language:
      row.language = cell;
      return std::nullopt;
    case special::tags:
      row.tags = core::listed_texts(cell);
      return std::nullopt;
    case special::time_zone:
      return reading.add_attribute(row, "timeZone", {core::json_kind::text, cell});
    case special::none:
      break;
    }
    const auto& name = columns_.columns[column].name;
    const bool is_named =
        !name.empty() && std::none_of(row.attributes.begin(), row.attributes.end(),
                                      [&name](const auto& a) { return a.first == name; });
    return is_named ? reading.add_attribute(row, name, {core::json_kind::text, cell})
                    : std::nullopt;
  }

  void bad_line(std::int64_t line, const core::sentence& why) override {
    ++log_->report.rows_read;
    log_->bad(line, why);
  }

  /// Before a piece is committed its own rows are not counted yet; the next one tells them.
  void count() {
    auto& r = log_->report;
    const auto& done = writer_->counts();
    r.rows_added = done.added;
    r.rows_updated = done.changed;
    r.rows_unchanged = done.unchanged;
  }

  core::status conclude() {
    count();
    if (!order_.keep)
      return core::ok{};
    const auto& r = log_->report;
    const nlohmann::json detail{{"added", r.rows_added},
                                {"updated", r.rows_updated},
                                {"unchanged", r.rows_unchanged},
                                {"bad", r.rows_bad}};
    if (auto s = write_audit(db_, {order_.who, "customer.import", r.id, detail.dump()}); !s)
      return s;
    return log_->finish();
  }

  people_import_order order_;
  connection db_;
  attribute_rules rules_;
  std::optional<import_log> log_;
  std::optional<customer_writer> writer_;
  core::csv_reader reader_{*this};
  core::status trouble_ = core::ok{};
  core::import_columns columns_;
  std::vector<special> specials_; ///< of each column
  std::int64_t line_ = 0;
  bool finished_ = false;
};

} // namespace

core::result<std::unique_ptr<ports::file_import>> begin_customer_import(people_import_order order) {
  auto db = order.pool->own_connection("stentor import");
  if (!db)
    return db.error();
  auto import = std::make_unique<customer_import>(std::move(order), std::move(*db));
  if (auto s = import->open(); !s)
    return s.error();
  return std::unique_ptr<ports::file_import>{std::move(import)};
}

} // namespace stentor::postgres
