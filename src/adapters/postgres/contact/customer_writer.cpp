#include "adapters/postgres/contact/customer_writer.hpp"

#include "adapters/postgres/contact/customer_join.hpp"

namespace stentor::postgres {

namespace {

using core::errc;

constexpr std::size_t rows_max = 50'000;
/// While phone numbers and user ids are tied together nobody else's are, receipts' neither.
constexpr std::size_t pairs_max = 5'000;
constexpr int tries_max = 5;

} // namespace

core::status customer_writer::add(core::customer_row row) {
  const auto line = row.line;
  if (!batch_.add(std::move(row))) {
    ++counts_.refused;
    problems_(line, two_customers());
  }
  if (batch_.size() < rows_max && batch_.pairs().size() < pairs_max)
    return core::ok{};
  return flush();
}

core::status customer_writer::finish() {
  return flush();
}

core::status customer_writer::flush() {
  auto s = batch_.size() == 0 ? core::status{core::ok{}} : write(batch_);
  batch_.clear();
  return s;
}

core::result<touch_report> customer_writer::try_once(const core::customer_batch& batch) {
  auto t = transaction::begin(db_);
  if (!t)
    return t.error();
  auto report = touch_.write(db_, batch);
  if (!report)
    return report.error();
  if (piece_end_)
    if (auto s = piece_end_(db_); !s)
      return s.error();
  if (!keep_)
    return report;
  if (auto s = t->commit(); !s)
    return s.error();
  return report;
}

core::status customer_writer::write(const core::customer_batch& batch) {
  for (int tries = 1;; ++tries) {
    auto report = try_once(batch);
    if (!report || !keep_)
      touch_.rolled_back();
    if (report) {
      counts_.added += report->added;
      counts_.changed += report->changed;
      counts_.unchanged += report->unchanged;
      counts_.refused += static_cast<std::int64_t>(report->problems.size());
      for (auto& [line, why] : report->problems)
        problems_(line, std::move(why));
      return keep_ ? join(*report) : core::status{core::ok{}};
    }
    const auto code = report.error().code;
    if (code == errc::unavailable && tries < tries_max && db_.alive())
      continue; // somebody else's lock
    if (code == errc::unavailable || code == errc::internal)
      return report.error();
    return write_halves(batch);
  }
}

/// Whoever is there twice becomes one, each pair in a transaction of its own. What a crash leaves
/// is found by the customer_follower.
core::status customer_writer::join(const touch_report& report) {
  for (const auto& [with_phone, hidden] : report.same)
    if (auto joined = join_customers(db_, with_phone, hidden); !joined)
      return joined.error();
  return core::ok{};
}

/// The database refuses a row for something that nobody foresaw: the others are stored.
core::status customer_writer::write_halves(const core::customer_batch& batch) {
  const auto& rows = batch.rows();
  if (rows.size() == 1) {
    ++counts_.refused;
    problems_(rows[0].line, core::make_sentence("row_refused", "the database refuses the row"));
    return core::ok{};
  }
  const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
  for (const auto& [from, to] : {std::pair{rows.begin(), middle}, std::pair{middle, rows.end()}}) {
    core::customer_batch half;
    for (auto row = from; row != to; ++row)
      if (row->phone != 0 || !row->user_id.empty())
        static_cast<void>(half.add(*row)); // their keys are different ones
    if (half.size() == 0)
      continue;
    if (auto s = write(half); !s)
      return s;
  }
  return core::ok{};
}

} // namespace stentor::postgres
