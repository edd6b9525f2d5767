#pragma once
/// A fault proxy in front of a test's database, so that the network between the two can fail.

#include "bench/proxy/fault_proxy.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <memory>

namespace stentor::postgres::testing {

/// One thread, besides the proxy's own.
class database_proxy {
public:
  explicit database_proxy(const database& behind);
  /// The database's options, on the way through the proxy.
  [[nodiscard]] connection_options options() const;
  [[nodiscard]] load::fault_proxy* operator->() const noexcept { return proxy_.get(); }

private:
  connection_options options_;
  std::unique_ptr<load::fault_proxy> proxy_;
};

} // namespace stentor::postgres::testing
