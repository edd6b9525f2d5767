#include "stentor/core/base/decimal.hpp"

#include <algorithm>
#include <charconv>

namespace stentor::core {

namespace {

constexpr int exponent_max = 100'000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The digits at the beginning, taken away.
std::string_view take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && is_digit(text[n]))
    ++n;
  const auto taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos)
    return false;
  text.remove_prefix(1);
  return true;
}

/// Of numbers without sign and leading zeros.
std::strong_ordering compare_whole(const std::string& a, const std::string& b) {
  if (a.size() != b.size())
    return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

std::string without_leading_zeros(std::string digits) {
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

std::string sum_of(std::string_view a, std::string_view b) {
  std::string sum;
  int carry = 0;
  for (std::size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    const auto digit = [&](std::string_view n) {
      return i < n.size() ? n[n.size() - 1 - i] - '0' : 0;
    };
    carry += digit(a) + digit(b);
    sum.push_back(static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  std::reverse(sum.begin(), sum.end());
  return sum;
}

/// `a` is not the smaller one.
std::string difference_of(std::string_view a, std::string_view b) {
  std::string difference;
  int borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    int digit = a[a.size() - 1 - i] - '0' - borrow;
    digit -= i < b.size() ? b[b.size() - 1 - i] - '0' : 0;
    borrow = digit < 0 ? 1 : 0;
    difference.push_back(static_cast<char>('0' + digit + 10 * borrow));
  }
  std::reverse(difference.begin(), difference.end());
  return difference;
}

} // namespace

decimal::decimal(std::int64_t whole) : negative_{whole < 0}, digits_{std::to_string(whole)} {
  if (negative_)
    digits_.erase(0, 1);
  normalize();
}

std::optional<decimal> decimal::from(std::string_view text) {
  decimal made;
  made.negative_ = take(text, "-");
  const auto whole = take_digits(text);
  if (whole.empty() || (whole.size() > 1 && whole.front() == '0'))
    return std::nullopt;
  made.digits_ = whole;
  if (take(text, ".")) {
    const auto fraction = take_digits(text);
    if (fraction.empty())
      return std::nullopt;
    made.digits_ += fraction;
    made.exponent_ = -static_cast<int>(fraction.size());
  }
  if (take(text, "eE")) {
    const bool down = !text.empty() && text.front() == '-';
    take(text, "+-");
    const auto power = take_digits(text);
    int value = 0;
    const auto [end, problem] = std::from_chars(power.data(), power.data() + power.size(), value);
    if (power.empty() || problem != std::errc{} || value > exponent_max)
      return std::nullopt;
    made.exponent_ += down ? -value : value;
  }
  if (!text.empty())
    return std::nullopt;
  made.normalize();
  return made;
}

decimal decimal::of_micros(std::int64_t micros) {
  decimal made{micros};
  if (!made.digits_.empty())
    made.exponent_ -= 6;
  return made;
}

void decimal::normalize() {
  digits_ = without_leading_zeros(std::move(digits_));
  while (!digits_.empty() && digits_.back() == '0') {
    digits_.pop_back();
    ++exponent_;
  }
  if (digits_.empty()) {
    negative_ = false;
    exponent_ = 0;
  }
}

std::string decimal::to_text() const {
  if (digits_.empty())
    return "0";
  return (negative_ ? "-" : "") + digits_ + (exponent_ == 0 ? "" : "e" + std::to_string(exponent_));
}

int decimal::magnitude() const noexcept {
  return digits_.empty() ? 0 : exponent_ + static_cast<int>(digits_.size()) - 1;
}

std::string decimal::digits_from(int exponent) const {
  return digits_.empty()
             ? ""
             : digits_ + std::string(static_cast<std::size_t>(exponent_ - exponent), '0');
}

decimal decimal::operator+(const decimal& other) const {
  if (digits_.empty() || other.digits_.empty())
    return digits_.empty() ? other : *this;
  decimal sum;
  sum.exponent_ = std::min(exponent_, other.exponent_);
  const auto a = digits_from(sum.exponent_);
  const auto b = other.digits_from(sum.exponent_);
  const bool a_larger = compare_whole(a, b) >= 0;
  sum.negative_ = a_larger ? negative_ : other.negative_;
  if (negative_ == other.negative_)
    sum.digits_ = sum_of(a, b);
  else
    sum.digits_ = a_larger ? difference_of(a, b) : difference_of(b, a);
  sum.normalize();
  return sum;
}

decimal decimal::times(std::uint32_t factor) const {
  decimal product = *this;
  std::string digits;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < digits_.size() || carry != 0; ++i) {
    if (i < digits_.size())
      carry += static_cast<std::uint64_t>(digits_[digits_.size() - 1 - i] - '0') * factor;
    digits.push_back(static_cast<char>('0' + carry % 10));
    carry /= 10;
  }
  std::reverse(digits.begin(), digits.end());
  product.digits_ = std::move(digits);
  product.normalize();
  return product;
}

std::strong_ordering operator<=>(const decimal& a, const decimal& b) {
  const auto sign = [](const decimal& n) { return n.digits_.empty() ? 0 : n.negative_ ? -1 : 1; };
  if (sign(a) != sign(b))
    return sign(a) <=> sign(b);
  const auto& low = a.negative_ ? b : a; // of two below zero the larger one is the smaller
  const auto& high = a.negative_ ? a : b;
  if (low.magnitude() != high.magnitude())
    return low.magnitude() <=> high.magnitude();
  return low.digits_.compare(high.digits_) <=> 0; // no zeros at the end: a prefix is smaller
}

} // namespace stentor::core
