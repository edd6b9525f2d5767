#pragma once
/// An endless supply of invented people: valid mobile numbers of six countries, none in the United
/// States, no number twice. The list is made while it is read, so its size costs no memory.

#include <cstdint>
#include <functional>
#include <streambuf>
#include <string>

namespace stentor::load {

/// How many different people there are.
constexpr std::uint64_t people_max = 60'000'000;

/// The number of person `index` (below people_max), as E.164 with its plus.
[[nodiscard]] std::string invented_phone(std::uint64_t index);

/// What is wrong with a list: every how-many-th row, 0 for none. The rows are mixed in among the
/// good ones, so what an import must report can be counted in advance.
struct list_faults {
  std::uint64_t duplicate_every = 0; ///< a person who stood there before, written differently
  std::uint64_t invalid_every = 0;   ///< no phone number
  std::uint64_t bad_every = 0;       ///< a line with more cells than the header
  std::uint64_t refused_every = 0;   ///< no consent
};
/// What an import of so many rows must report.
struct list_counts {
  std::uint64_t good = 0, duplicate = 0, invalid = 0, bad = 0, refused = 0;
};
[[nodiscard]] list_counts count_rows(std::uint64_t rows, const list_faults& faults);

/// A CSV of `people` rows with phone, name, destination and consent. Ends early when `stop`
/// says so.
class recipient_csv : public std::streambuf {
public:
  recipient_csv(std::uint64_t people, std::function<bool()> stop, list_faults faults = {});
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

protected:
  int_type underflow() override;

private:
  void add_row(std::uint64_t row);
  std::uint64_t people_;
  std::uint64_t bytes_ = 0;
  list_faults faults_;
  std::uint64_t next_ = 0;
  std::function<bool()> stop_;
  std::string piece_;
};

} // namespace stentor::load
