#include "bench/load/harness/recipient_list.hpp"

#include <array>
#include <string_view>

namespace stentor::load {
namespace {

// Mobile ranges of Germany, India, Brazil, Indonesia, Spain and Mexico; seven digits follow each.
constexpr std::array<std::string_view, 6> prefixes{"+491512", "+91981", "+551198",
                                                   "+628121", "+3461",  "+52551"};
constexpr std::size_t digits = 7;
constexpr std::uint64_t subscribers = 10'000'000;
static_assert(people_max == prefixes.size() * subscribers);
// Has no divisor in common with a power of ten, so the steps visit every number once.
constexpr std::uint64_t step = 7919;

constexpr std::array<std::string_view, 8> names{"Ana",  "Rahul", "João",  "Siti",
                                                "José", "Jonas", "Priya", "Zoë"};
constexpr std::array<std::string_view, 4> places{"Bali", "Lisbon", "Kerala", "Oaxaca"};
constexpr std::size_t piece_bytes = 64 * 1024;

enum class row_kind : std::uint8_t { good, duplicate, invalid, bad, refused };

row_kind kind_of(std::uint64_t row, const list_faults& faults) {
  const auto hit = [&](std::uint64_t every) { return every > 0 && row % every == every - 1; };
  if (hit(faults.bad_every))
    return row_kind::bad;
  if (hit(faults.invalid_every))
    return row_kind::invalid;
  if (hit(faults.duplicate_every))
    return row_kind::duplicate;
  return hit(faults.refused_every) ? row_kind::refused : row_kind::good;
}

/// The person of a good row before this one.
std::uint64_t earlier_person(std::uint64_t row, const list_faults& faults) {
  auto earlier = row / 2;
  while (earlier > 0 && kind_of(earlier, faults) != row_kind::good)
    --earlier;
  return earlier;
}

} // namespace

std::string invented_phone(std::uint64_t index) {
  const auto number = std::to_string(index / prefixes.size() % subscribers * step % subscribers);
  std::string phone{prefixes.at(index % prefixes.size())};
  phone.append(digits - number.size(), '0');
  return phone + number;
}

recipient_csv::recipient_csv(std::uint64_t people, std::function<bool()> stop, list_faults faults)
    : people_{people}, faults_{faults}, stop_{std::move(stop)} {}

list_counts count_rows(std::uint64_t rows, const list_faults& faults) {
  list_counts counts;
  for (std::uint64_t row = 0; row < rows; ++row)
    switch (kind_of(row, faults)) {
    case row_kind::good:
      ++counts.good;
      break;
    case row_kind::duplicate:
      ++counts.duplicate;
      break;
    case row_kind::invalid:
      ++counts.invalid;
      break;
    case row_kind::bad:
      ++counts.bad;
      break;
    case row_kind::refused:
      ++counts.refused;
    }
  return counts;
}

void recipient_csv::add_row(std::uint64_t row) {
  const auto kind = kind_of(row, faults_);
  if (kind == row_kind::bad) {
    piece_ += "a,line,with,too,many,cells\n";
    return;
  }
  if (kind == row_kind::invalid) {
    piece_ += "0123,Nobody,Nowhere,yes\n";
    return;
  }
  piece_ += invented_phone(kind == row_kind::duplicate ? earlier_person(row, faults_) : row);
  piece_ += ',';
  piece_ += names.at(row / prefixes.size() % names.size());
  piece_ += ',';
  piece_ += places.at(row % places.size());
  piece_ += kind == row_kind::refused ? ",no\n" : ",yes\n";
}

recipient_csv::int_type recipient_csv::underflow() {
  if (stop_ && stop_())
    return traits_type::eof();
  piece_.clear();
  if (next_ == 0)
    piece_ = "phone,name,destination,marketing_opt_in\n";
  while (next_ < people_ && piece_.size() < piece_bytes) {
    add_row(next_);
    ++next_;
  }
  if (piece_.empty())
    return traits_type::eof();
  bytes_ += piece_.size();
  setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
  return traits_type::to_int_type(piece_.front());
}

} // namespace stentor::load
