#include "stentor/core/contact/customer_batch.hpp"

#include <utility>

namespace stentor::core {

namespace {

constexpr std::size_t nowhere = ~std::size_t{0};

template <class Map, class Key>
std::size_t find(const Map& map, const Key& key) {
  const auto at = map.find(key);
  return at == map.end() ? nowhere : at->second;
}

} // namespace

bool customer_batch::add(customer_row row) {
  const auto by_phone = row.phone == 0 ? nowhere : find(by_phone_, row.phone);
  const auto by_user = row.user_id.empty() ? nowhere : find(by_user_, row.user_id);
  if (row.phone != 0 && by_user != nowhere && by_user != by_phone && rows_[by_user].phone != 0)
    return false;
  if (row.phone != 0 && !row.user_id.empty() && (by_phone == nowhere || by_user != by_phone))
    pairs_.emplace_back(row.phone, row.user_id);
  if (by_phone != nowhere && by_user != nowhere && by_user != by_phone) {
    // Somebody who was seen by user id and somebody with a phone number are one.
    auto hidden = std::exchange(rows_[by_user], {});
    if (hidden.line < rows_[by_phone].line)
      std::swap(hidden, rows_[by_phone]);
    follow(rows_[by_phone], std::move(hidden));
  }
  const auto at = by_phone != nowhere ? by_phone : by_user;
  const auto phone = row.phone;
  const auto user_id = row.user_id;
  if (at == nowhere)
    rows_.push_back(std::move(row));
  else
    follow(rows_[at], std::move(row));
  const auto place = at == nowhere ? rows_.size() - 1 : at;
  if (phone != 0)
    by_phone_[phone] = place;
  if (!user_id.empty())
    by_user_[user_id] = place;
  return true;
}

std::optional<std::size_t> customer_batch::place_of(std::int64_t phone,
                                                    const std::string& user_id) const {
  const auto at = phone != 0 ? find(by_phone_, phone) : find(by_user_, user_id);
  return at == nowhere ? std::nullopt : std::optional{at};
}

customer_fate fate_of(const customer_row& row, const known_customer* by_phone,
                      const known_customer* by_user) noexcept {
  using enum customer_fate::what;
  if (row.phone != 0 && by_user != nullptr && by_user != by_phone && by_user->phone != 0 &&
      by_user->phone != row.phone)
    return {refused};
  if (by_phone != nullptr)
    return {changed, by_phone->no,
            by_user != nullptr && by_user->no != by_phone->no ? by_user->no : 0};
  if (by_user != nullptr)
    return {changed, by_user->no};
  return {};
}

void customer_batch::clear() {
  rows_.clear();
  pairs_.clear();
  by_phone_.clear();
  by_user_.clear();
}

} // namespace stentor::core
