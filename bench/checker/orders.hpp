#pragma once
/// What was ordered (stops, pauses, cancels) and what must be in the database (the imported people,
/// counters that add up), against what happened. Pure; any thread.

#include "bench/checker/truth_report.hpp"

namespace stentor::load {

/// The same facts, with the earliest moment of each request moved back to the beginning of the
/// blurred time in which it was read.
[[nodiscard]] ground_truth blurred(ground_truth facts, const std::vector<blurred_time>& blurs);

/// Stops by webhook and by API, pauses and cancels.
void count_orders(const ground_truth& facts, const witness& beside, truth_report& report);

/// Lists, counters, stops, and who still waits at the end.
void count_rows(const database_rows& database, std::int32_t campaign, const witness& beside,
                truth_report& report);

} // namespace stentor::load
