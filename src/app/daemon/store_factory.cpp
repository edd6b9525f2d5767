#include "app/daemon/store_factory.hpp"

#include "adapters/postgres/business_number/number_store.hpp"
#include "adapters/postgres/campaign/freeze_store.hpp"
#include "adapters/postgres/campaign/housekeeping.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "adapters/postgres/campaign/run_store.hpp"
#include "adapters/postgres/cluster/node_feed.hpp"
#include "adapters/postgres/delivery/claim_store.hpp"
#include "adapters/postgres/delivery/ledger.hpp"
#include "adapters/postgres/delivery/projection.hpp"
#include "adapters/postgres/message_template/media_uploads.hpp"

#include <utility>

namespace stentor::app {

namespace {

/// A launch takes a connection of its own from the pool's options.
struct pooled_launch {
  pooled_launch(postgres::connection_options options, const ports::phone_numbers& phones,
                const ports::time_zones& zones)
      : queries{std::move(options), 1}, launches{postgres::make_campaign_launch(queries, phones,
                                                                                zones)} {}

  postgres::query_pool queries;
  std::unique_ptr<ports::campaign_launch> launches;
};

core::result<actors::recurring_stores>
open_recurring(const std::function<postgres::connection_options(const char*)>& connection,
               const ports::time_zones& zones, const ports::phone_numbers& phones) {
  auto runs = postgres::open_run_store(connection("runs"), zones);
  if (!runs)
    return runs.error();
  const auto pooled = std::make_shared<pooled_launch>(connection("run launch"), phones, zones);
  return actors::recurring_stores{.runs = std::move(*runs),
                                  .launches = {pooled, pooled->launches.get()}};
}

} // namespace

/// Every call opens a connection of its own, on the thread that will use it.
actors::store_factory
stores_on_postgres(std::function<postgres::connection_options(const char*)> connection,
                   const ports::time_zones& zones, const ports::phone_numbers& phones) {
  return {.open_claims = [connection] { return postgres::open_claim_store(connection("claims")); },
          .open_housekeeping = [connection]() -> core::result<actors::housekeeping_stores> {
            auto opened = postgres::open_housekeeping(connection("housekeeping"));
            if (!opened)
              return opened.error();
            return actors::housekeeping_stores{.campaigns = std::move(opened->campaigns),
                                               .gates = std::move(opened->gates),
                                               .retries = std::move(opened->retries),
                                               .numbers = std::move(opened->numbers),
                                               .number_facts = std::move(opened->number_facts),
                                               .inbox = std::move(opened->inbox),
                                               .templates = std::move(opened->templates)};
          },
          .open_leases = [connection]() -> core::result<std::unique_ptr<ports::number_store>> {
            auto opened = postgres::open_number_store(connection("leases"));
            if (!opened)
              return opened.error();
            return std::unique_ptr<ports::number_store>{std::move(*opened)};
          },
          .open_feed = [connection](const std::string& node)
              -> core::result<std::unique_ptr<ports::node_feed>> {
            auto opened = postgres::node_feed::open(connection("feed"), node);
            if (!opened)
              return opened.error();
            return std::unique_ptr<ports::node_feed>{std::move(*opened)};
          },
          .open_ledger = [connection]() -> core::result<std::unique_ptr<ports::ledger>> {
            auto opened = postgres::ledger::open(connection("ledger"));
            if (!opened)
              return opened.error();
            return std::unique_ptr<ports::ledger>{std::move(*opened)};
          },
          .open_projection = [connection]() -> core::result<std::unique_ptr<ports::projection>> {
            auto opened = postgres::projection::open(connection("projection"));
            if (!opened)
              return opened.error();
            return std::unique_ptr<ports::projection>{std::move(*opened)};
          },
          .open_recurring = [connection, &zones,
                             &phones] { return open_recurring(connection, zones, phones); },
          .open_freezes =
              [connection, &zones, &phones] {
                return postgres::open_freeze_store(connection("freeze"), phones, zones);
              },
          .open_media = [connection] { return postgres::open_media_uploads(connection("media")); }};
}

} // namespace stentor::app
