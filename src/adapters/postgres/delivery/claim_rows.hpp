#pragma once
/// Answers of the queries that claims read recipients with, as recipients of a chunk. Any thread;
/// the caller's objects are its own.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/core/delivery/chunk.hpp"

namespace stentor::postgres {

/// Reads an answer with the columns seq, phone, user_id, variables, lang, stopped and withheld, in
/// binary or as text. Thousands of rows a second go through here: the columns are looked up once.
/// The answer must outlive this object.
class claim_rows {
public:
  explicit claim_rows(const rows& people);

  [[nodiscard]] int size() const noexcept { return people_->size(); }
  [[nodiscard]] std::int64_t seq(int row) const { return people_->integer(row, seq_); }
  /// Appends row `row` to the chunk.
  void add_to(core::claimed_chunk& chunk, int row) const;

private:
  const rows* people_;
  int seq_, phone_, user_id_, variables_, stopped_, withheld_, lang_;
};

} // namespace stentor::postgres
