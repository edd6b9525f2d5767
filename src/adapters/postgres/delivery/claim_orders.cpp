#include "adapters/postgres/delivery/claim_orders.hpp"

#include "adapters/postgres/client/row_reader.hpp"

#include <map>

namespace stentor::postgres {

core::result<valid_orders> lock_orders(connection& db,
                                       const std::vector<ports::claim_order>& orders) {
  std::vector<core::number_no> numbers;
  for (const auto& o : orders)
    numbers.push_back(o.number);
  auto r = db.call("claims_lock_leases", std::move(params{}.int4_array(numbers)));
  if (!r)
    return r.error();
  struct held {
    core::lease_epoch epoch{};
    std::string owner;
    std::optional<std::int32_t> limited_by;
  };
  std::map<core::number_no, held> leases;
  for (const auto row : each(*r)) {
    auto& lease = leases[row.id<core::number_no>("number_no")];
    lease = {.epoch = row.id<core::lease_epoch>("epoch"),
             .owner = row.string("owner"),
             .limited_by = std::nullopt};
    if (!row.is_null("limited_by"))
      lease.limited_by = row.id<std::int32_t>("limited_by");
  }
  valid_orders valid;
  for (const auto& o : orders) {
    const auto found = leases.find(o.number);
    if (found == leases.end() || found->second.epoch != o.epoch)
      valid.fenced.push_back(o.number);
    else if (o.count > 0)
      valid.orders.push_back(
          {.order = o, .owner = found->second.owner, .limited_by = found->second.limited_by});
  }
  return valid;
}

params& add_scope(params& p, const ports::claim_scope& scope) {
  return scope.all ? p.null() : p.int4_array(scope.open);
}

} // namespace stentor::postgres
