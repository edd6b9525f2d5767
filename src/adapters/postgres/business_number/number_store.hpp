#pragma once
/// ports::number_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/business_number/number_store.hpp"

#include <memory>

namespace stentor::postgres {

class number_store_on_postgres final : public ports::number_store {
public:
  explicit number_store_on_postgres(std::shared_ptr<connection> db) : db_{std::move(db)} {}

  core::result<std::vector<ports::number>> save(const std::vector<ports::number>& configured,
                                                const std::string& organization_name) override;
  core::result<std::vector<ports::lease>>
  acquire_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
                 std::chrono::milliseconds duration) override;
  core::result<std::vector<ports::lease>>
  renew_leases(const std::string& owner, const std::vector<core::number_no>& numbers,
               std::chrono::milliseconds duration,
               const std::vector<ports::number_pace>& at_work) override;
  core::status release_lease(const std::string& owner, core::number_no number) override;
  core::result<ports::node_view> show(const ports::node_sign& sign) override;
  core::result<ports::obeyed_number> order(const ports::number_command& command) override;
  core::status release_leases(const std::string& owner) override;
  core::status set_stopped_reason(core::number_no number,
                                  const std::optional<core::sentence>& reason) override;

private:
  [[nodiscard]] core::status save_one(ports::number& number);
  [[nodiscard]] core::result<std::vector<ports::lease>>
  take(const std::string& owner, const std::vector<core::number_no>& numbers,
       std::chrono::milliseconds duration, bool after_predecessor,
       const std::vector<ports::number_pace>& at_work);

  std::shared_ptr<connection> db_;
};

/// On a connection of its own, for leases: nothing it asks may wait for long.
[[nodiscard]] core::result<std::unique_ptr<number_store_on_postgres>>
open_number_store(connection_options options);

} // namespace stentor::postgres
