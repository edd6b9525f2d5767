#include "adapters/postgres/contact/import_log.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>
#include <utility>

namespace stentor::postgres {

namespace {

constexpr std::size_t reported_max = 100;
constexpr std::size_t kept_max = 100'000;

} // namespace

core::result<import_log> import_log::open(connection& db, const ports::principal& who,
                                          std::string_view kind) {
  auto begun = db.call("import_begin",
                       std::move(params{}.integer(who.organization).text(kind).text(who.actor)));
  if (!begun)
    return begun.error();
  const row_reader row{*begun};
  import_log log{db};
  log.no_ = row.integer("no");
  log.report.id = row.string("id");
  return log;
}

void import_log::bad(std::int64_t line, core::sentence why) {
  ++report.rows_bad;
  if (kept_ < kept_max) {
    ++kept_;
    lines_.push_back(line);
    problems_.push_back(core::to_json(why));
  }
  if (report.problems.size() < reported_max)
    report.problems.push_back({line, std::move(why)});
}

core::status import_log::write_problems() {
  if (lines_.empty() || no_ == 0)
    return core::ok{};
  auto s = db_->execute("import_problems_add",
                        std::move(params{}.integer(no_).int8_array(lines_).text_array(problems_)));
  lines_.clear();
  problems_.clear();
  return s;
}

core::status import_log::write(std::string_view state, std::string_view reason) {
  if (no_ == 0)
    return core::ok{};
  params p;
  p.integer(no_).text(state).integer(position_).integer(report.rows_read);
  p.integer(report.rows_added).integer(report.rows_updated).integer(report.rows_unchanged);
  p.integer(report.rows_bad).text_or_null(reason);
  return db_->execute("import_progress", std::move(p));
}

core::status import_log::progress(std::int64_t position) {
  position_ = std::max(position_, position);
  if (auto s = write("running", {}); !s)
    return s;
  return write_problems();
}

core::status import_log::finish() {
  std::stable_sort(report.problems.begin(), report.problems.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  if (auto s = write_problems(); !s)
    return s;
  if (auto s = write("done", {}); !s || no_ == 0)
    return s;
  return db_->execute("import_release", std::move(params{}.integer(no_)));
}

void import_log::give_up(std::string_view why) {
  if (!db_->alive())
    return; // the lock went with the session, and tells it
  static_cast<void>(write_problems().ok());
  static_cast<void>(write("failed", why).ok());
}

} // namespace stentor::postgres
