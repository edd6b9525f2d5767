#include "adapters/postgres/audience/recipient_import.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/audience/list_languages.hpp"
#include "adapters/postgres/client/copy_buffer.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/contact/places.hpp"
#include "stentor/core/audience/screening.hpp"
#include "stentor/core/base/csv.hpp"
#include "stentor/core/base/csv_cell.hpp"
#include "stentor/core/base/json_escape.hpp"
#include "stentor/core/base/utf8.hpp"
#include "stentor/core/contact/language.hpp"
#include "stentor/core/contact/limits.hpp"
#include "stentor/core/contact/place.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <optional>
#include <utility>

namespace stentor::postgres {

namespace {

using core::errc;

constexpr std::size_t copy_piece = 256U * 1024;
constexpr std::size_t problems_max = 100;
constexpr std::size_t raw_max = 64; ///< of what stood there instead of a number
constexpr auto user_id_max = core::contact_limits::user_id_bytes_max;
constexpr std::size_t variables_max = 64U * 1024;

core::sentence variables_too_large() {
  return core::make_sentence("variables_too_large", "its variables are larger than 64 KiB");
}

core::sentence user_id_too_long() {
  return core::make_sentence("user_id_too_long", "its user id is longer than 256 bytes");
}

struct person {
  std::string_view phone; ///< as it was written
  std::string_view user_id;
  std::string_view name;
  std::string_view variables;
  std::string_view language;  ///< as it was written
  bool international = false; ///< the number has its country code, even without a plus
  bool refuses =
      false; ///< said no to marketing, or did not say yes where the list has a column for it
  std::int64_t line = 0;
};

/// One import from BEGIN to COMMIT. When it goes before finish(), everything is rolled back and the
/// list is free for the next.
class import_writer {
public:
  [[nodiscard]] static core::result<std::unique_ptr<import_writer>> begin(const import_order& order,
                                                                          std::string source) {
    // Indexes over millions of rows take longer than the pool's time limit.
    auto db = order.pool->own_connection("stentor import");
    if (!db)
      return db.error();
    std::unique_ptr<import_writer> w{new import_writer{std::move(*db), order, std::move(source)}};
    if (auto s = w->open(); !s)
      return s.error();
    return w;
  }

  [[nodiscard]] core::status add(const person& p) {
    if (next_ == std::numeric_limits<core::recipient_seq>::max())
      return core::error{errc::invalid, "a campaign can't have more recipients"};
    ++summary_.report.rows_read;
    const auto phone = p.international ? order_.phones->parse_international(p.phone, order_.region)
                                       : order_.phones->parse(p.phone, order_.region);
    const bool known = phone.problem == ports::phone_problem::none;
    const core::listed_person listed{.reachable = known || !p.user_id.empty(),
                                     .united_states = phone.united_states,
                                     .agreed = p.refuses ? core::consent::withdrawn
                                                         : core::consent::unknown};
    const auto screen = core::screened(listed, campaign_.message());
    // Kept for the day on which Meta makes the template one for marketing.
    const auto as_marketing = core::screened(listed, core::message_class::marketing);
    copy_.begin_row(13);
    copy_.number(campaign_.no);
    copy_.number(next_++);
    copy_.number(static_cast<std::int16_t>(screen));
    if (known)
      copy_.number(static_cast<std::int64_t>(phone.digits));
    else
      copy_.null();
    copy_.text_or_null(p.user_id);
    copy_.null(); // customer_no
    copy_.text_or_null(p.name);
    copy_.text_or_null(p.variables);
    copy_.number(static_cast<std::int32_t>(
        std::min<std::int64_t>(p.line, std::numeric_limits<std::int32_t>::max())));
    if (known)
      copy_.null();
    else
      copy_.text(core::utf8_prefix(p.phone, raw_max));
    copy_.number(static_cast<std::int16_t>(screen == as_marketing ? core::screen_reason::none
                                                                  : as_marketing));
    copy_.number(places_.number_of(core::country_of(known ? phone.region : "", p.user_id), ""));
    copy_.text_or_null(p.language.empty() ? std::string{} : core::language_key(p.language));
    return copy_.bytes().size() >= copy_piece ? flush() : core::status{core::ok{}};
  }

  void report_columns(const core::import_columns& columns) {
    for (const auto& c : columns.columns)
      if (c.role != core::column_role::variable)
        summary_.report.columns.emplace_back(core::to_string(c.role), c.name);
  }

  void bad(std::int64_t line, core::sentence what) {
    auto& report = summary_.report;
    ++report.rows_read;
    ++report.rows_bad;
    if (report.problems.size() < problems_max)
      report.problems.push_back({line, std::move(what)});
  }

  [[nodiscard]] core::result<ports::import_report> finish() {
    copy_.end_of_rows();
    if (auto s = flush(); !s)
      return s.error();
    if (auto n = db_.copy_end(); !n)
      return n.error();
    if (auto s = complete_partition(db_, campaign_); !s)
      return s.error();
    if (auto s = screen_duplicates(db_, campaign_, summary_.from_seq); !s)
      return s.error();
    if (auto s = screen_people(db_, campaign_, summary_.from_seq); !s)
      return s.error();
    // From here on the scheduler waits; if it came first, nothing of this list is kept.
    if (auto s = relock_campaign(db_, campaign_, order_.campaign_id); !s)
      return s.error();
    // A draft's are decided when it starts.
    if (campaign_.status == "scheduled")
      if (auto s = decide_languages(db_, campaign_, summary_.from_seq); !s)
        return s.error();
    if (auto s = record_import(db_, campaign_, summary_); !s)
      return s.error();
    if (auto s = audit(); !s)
      return s.error();
    if (auto s = transaction_->commit(); !s)
      return s.error();
    return summary_.report;
  }

private:
  import_writer(connection db, const import_order& order, std::string source)
      : db_{std::move(db)}, order_{order}, summary_{.source = std::move(source),
                                                    .actor = order.who.actor,
                                                    .report = {}} {}

  core::status open() {
    // Each by itself: while rows are copied nothing can be asked, and a place that one import makes
    // must not keep another waiting.
    if (auto s = places_.find_countries(db_); !s)
      return s;
    auto t = transaction::begin(db_);
    if (!t)
      return t.error();
    transaction_.emplace(std::move(*t));
    auto c = hold_list(db_, order_.who.organization, order_.campaign_id);
    if (!c)
      return c.error();
    campaign_ = std::move(*c);
    next_ = summary_.from_seq = campaign_.total + 1;
    if (auto s = create_partition(db_, campaign_); !s)
      return s;
    return db_.copy_begin(
        campaign_statement(campaign_.has_partition ? "list_copy" : "list_copy_new", campaign_.no));
  }

  core::status flush() {
    auto s = db_.copy_put(copy_.bytes());
    copy_.bytes().clear();
    return s;
  }

  core::status audit() {
    const nlohmann::json detail{{"rowsAdded", summary_.report.rows_added},
                                {"rowsBad", summary_.report.rows_bad},
                                {"sendable", summary_.report.sendable}};
    return write_audit(db_, {order_.who, "campaign.import", order_.campaign_id, detail.dump()});
  }

  connection db_;
  std::optional<transaction> transaction_; // after db_, so that it ends first
  import_order order_;
  places places_{*order_.zones};
  locked_campaign campaign_;
  copy_buffer copy_;
  import_summary summary_;
  core::recipient_seq next_ = 1;
};

class csv_import final : public ports::file_import, private core::csv_sink {
public:
  csv_import(std::unique_ptr<import_writer> writer, core::name_key key_of,
             core::column_choice chosen)
      : writer_{std::move(writer)}, key_of_{std::move(key_of)}, chosen_{std::move(chosen)} {}

  core::status feed(std::string_view bytes) override {
    if (auto s = reader_.feed(bytes); !s)
      return s;
    return trouble_;
  }

  core::result<ports::import_report> finish() override {
    if (auto s = reader_.finish(); !s)
      return s.error();
    if (!trouble_)
      return trouble_.error();
    return writer_->finish();
  }

private:
  core::status header(std::span<const std::string_view> names) override {
    auto mapped = core::map_import_columns(names, key_of_, chosen_);
    if (!mapped)
      return mapped.error();
    columns_ = std::move(*mapped);
    writer_->report_columns(columns_);
    for (const auto& c : columns_.columns) {
      keys_.emplace_back();
      const bool is_variable =
          c.role == core::column_role::variable || c.role == core::column_role::language;
      if (is_variable && !c.name.empty() && c.name != "name") {
        core::append_json_string(keys_.back(), c.name);
        keys_.back() += ':';
      } else if (c.role == core::column_role::name) {
        keys_.back() = "\"name\":";
        if (c.name != "name") { // under its own name too
          core::append_json_string(own_name_key_, c.name);
          own_name_key_ += ':';
        }
      }
    }
    return core::ok{};
  }

  void record(std::int64_t line, std::span<const std::string_view> fields) override {
    if (!trouble_)
      return;
    const auto cell = [&](int column) {
      return column >= 0 && static_cast<std::size_t>(column) < fields.size()
                 ? fields[static_cast<std::size_t>(column)]
                 : std::string_view{};
    };
    person p;
    p.phone = cell(columns_.phone);
    p.international = columns_.phone_is_international;
    p.user_id = core::without_guard(cell(columns_.user_id));
    p.name = core::without_guard(cell(columns_.name));
    p.language = core::without_guard(cell(columns_.language));
    p.refuses = columns_.marketing_opt_in >= 0 && !core::says_yes(cell(columns_.marketing_opt_in));
    p.line = line;
    variables_ = "{";
    for (std::size_t i = 0; i < fields.size() && i < keys_.size(); ++i)
      if (!keys_[i].empty() && !fields[i].empty())
        variable(keys_[i], core::without_guard(fields[i]));
    if (!own_name_key_.empty() && !p.name.empty())
      variable(own_name_key_, p.name);
    variables_ += '}';
    if (variables_.size() > variables_max)
      return writer_->bad(line, variables_too_large());
    if (p.user_id.size() > user_id_max)
      return writer_->bad(line, user_id_too_long());
    p.variables = variables_.size() > 2 ? std::string_view{variables_} : std::string_view{};
    trouble_ = writer_->add(p);
  }

  void variable(std::string_view key, std::string_view value) {
    if (variables_.size() > 1)
      variables_ += ',';
    variables_ += key;
    core::append_json_string(variables_, value);
  }

  void bad_line(std::int64_t line, const core::sentence& why) override { writer_->bad(line, why); }

  std::unique_ptr<import_writer> writer_;
  core::name_key key_of_;
  core::column_choice chosen_;
  core::csv_reader reader_{*this};
  core::status trouble_ = core::ok{};
  core::import_columns columns_;
  std::vector<std::string> keys_; ///< per column `"name":`, empty: no variable
  std::string own_name_key_;
  std::string variables_;
};

/// What one recipient from the API brings.
struct api_variables {
  std::string text;                      ///< a JSON object, the name in it; empty: none
  std::optional<core::sentence> problem; ///< why they can't be stored
};

api_variables variables_of(const ports::contact_input& r) {
  auto all = r.variables.empty() ? nlohmann::json::object()
                                 : nlohmann::json::parse(r.variables, nullptr, false);
  if (!all.is_object())
    return {{}, core::make_sentence("variables_no_object", "variables: expected a JSON object")};
  if (!r.name.empty() && !all.contains("name"))
    all["name"] = r.name;
  auto text = all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() > variables_max)
    return {{}, variables_too_large()};
  if (text.find("\\u0000") != std::string::npos)
    return {{}, core::make_sentence("variables_hold_nul", "variables: hold a NUL character")};
  return {all.empty() ? std::string{} : std::move(text), std::nullopt};
}

} // namespace

core::result<std::unique_ptr<ports::file_import>> begin_csv_import(const import_order& order,
                                                                   core::column_choice chosen) {
  auto w = import_writer::begin(order, "csv");
  if (!w)
    return w.error();
  return std::unique_ptr<ports::file_import>{
      std::make_unique<csv_import>(std::move(*w), order.key_of, std::move(chosen))};
}

core::result<ports::import_report>
import_list(const import_order& order, const std::vector<ports::contact_input>& recipients) {
  auto w = import_writer::begin(order, "api");
  if (!w)
    return w.error();
  std::int64_t place = 0;
  for (const auto& r : recipients) {
    ++place;
    auto variables = variables_of(r);
    const auto usable = [](const std::string& text) { return core::is_utf8_text(text); };
    if (!r.customer_id.empty())
      (*w)->bad(place,
                core::make_sentence("customer_unknown", "there is no customer with this id"));
    else if (variables.problem)
      (*w)->bad(place, *variables.problem);
    else if (!usable(r.phone_number) || !usable(r.user_id) || !usable(r.name))
      (*w)->bad(place, core::make_sentence("text_not_utf8", "a text that is not valid UTF-8"));
    else if (r.user_id.size() > user_id_max)
      (*w)->bad(place, user_id_too_long());
    else if (auto s = (*w)->add({.phone = r.phone_number,
                                 .user_id = r.user_id,
                                 .name = r.name,
                                 .variables = variables.text,
                                 .language = r.language ? std::string_view{*r.language} : "",
                                 .refuses = !r.marketing_opt_in.value_or(true),
                                 .line = place});
             !s)
      return s.error();
  }
  return (*w)->finish();
}

} // namespace stentor::postgres
