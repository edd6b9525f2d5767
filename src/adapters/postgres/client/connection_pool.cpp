#include "adapters/postgres/client/connection_pool.hpp"

#include <algorithm>
#include <optional>

namespace stentor::postgres {

core::error without_address(const core::error& e) {
  if (e.code != core::errc::unavailable)
    return e;
  return {core::errc::unavailable,
          "The database can't be reached, or has no connection left. Try again in a moment."};
}

connection_pool::connection_pool(connection_options options, int size)
    : options_{std::move(options)}, size_{std::max(size, 1)} {}

connection_pool::lent::~lent() {
  if (pool_ != nullptr)
    pool_->give_back(std::move(connection_));
}

core::result<connection_pool::lent> connection_pool::take(std::chrono::milliseconds wait) {
  std::optional<connection> found;
  {
    std::unique_lock lock{mutex_};
    if (!freed_.wait_for(lock, wait, [&] { return out_ < size_; }))
      return core::error{core::errc::unavailable, "all " + std::to_string(size_) +
                                                      " database connections are busy; try again"};
    ++out_;
    if (!idle_.empty()) {
      found.emplace(std::move(idle_.back()));
      idle_.pop_back();
    }
  }
  const auto failed = [&](const core::error& e) {
    const std::lock_guard lock{mutex_};
    --out_;
    freed_.notify_one();
    return without_address(e);
  };
  if (!found) {
    auto fresh = connection::open(options_);
    if (!fresh)
      return failed(fresh.error());
    found.emplace(std::move(*fresh));
  }
  if (auto s = found->ensure(); !s)
    return failed(s.error());
  return lent{*this, std::move(*found)};
}

void connection_pool::give_back(connection&& c) {
  // A connection left in the middle of something (an abandoned COPY, an open transaction) is not
  // lent again.
  const bool usable = c.alive() && !c.in_transaction();
  const std::lock_guard lock{mutex_};
  --out_;
  if (usable)
    idle_.push_back(std::move(c));
  freed_.notify_one();
}

} // namespace stentor::postgres
