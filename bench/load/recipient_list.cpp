#include "bench/load/recipient_list.hpp"

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

} // namespace

std::string invented_phone(std::uint64_t index) {
  const auto number = std::to_string(index / prefixes.size() % subscribers * step % subscribers);
  std::string phone{prefixes.at(index % prefixes.size())};
  phone.append(digits - number.size(), '0');
  return phone + number;
}

recipient_csv::recipient_csv(std::uint64_t people, std::function<bool()> stop)
    : people_{people}, stop_{std::move(stop)} {}

recipient_csv::int_type recipient_csv::underflow() {
  if (stop_ && stop_())
    return traits_type::eof();
  piece_.clear();
  if (next_ == 0)
    piece_ = "phone,name,destination,marketing_opt_in\n";
  while (next_ < people_ && piece_.size() < piece_bytes) {
    piece_ += invented_phone(next_);
    piece_ += ',';
    piece_ += names.at(next_ / prefixes.size() % names.size());
    piece_ += ',';
    piece_ += places.at(next_ % places.size());
    piece_ += ",yes\n";
    ++next_;
  }
  if (piece_.empty())
    return traits_type::eof();
  setg(piece_.data(), piece_.data(), piece_.data() + piece_.size());
  return traits_type::to_int_type(piece_.front());
}

} // namespace stentor::load
