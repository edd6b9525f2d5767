#include "adapters/postgres/campaign/housekeeping.hpp"

#include "adapters/postgres/business_number/number_facts_store.hpp"
#include "adapters/postgres/business_number/number_store.hpp"
#include "adapters/postgres/campaign/campaign_store.hpp"
#include "adapters/postgres/campaign/gate_watch.hpp"
#include "adapters/postgres/delivery/ledger_session.hpp"
#include "adapters/postgres/delivery/retry_store.hpp"
#include "adapters/postgres/inbox/inbox_store.hpp"
#include "adapters/postgres/message_template/template_store.hpp"

namespace stentor::postgres {

core::result<housekeeping> open_housekeeping(connection_options options) {
  options.application_name = "stentor housekeeping";
  // Commands, ends and settlements share this connection: whoever finds a row locked says so, and
  // the others go on.
  options.lock_timeout = std::chrono::seconds{1};
  auto db = open_store_connection(std::move(options));
  if (!db)
    return db.error();
  const auto session = std::make_shared<ledger_session>(*db);
  return housekeeping{.campaigns = std::make_shared<campaign_store_on_postgres>(*db),
                      .gates = std::make_shared<gate_watch_on_postgres>(*db),
                      .retries = std::make_shared<retry_store_on_postgres>(session),
                      .numbers = std::make_shared<number_store_on_postgres>(*db),
                      .number_facts = std::make_shared<number_facts_store_on_postgres>(*db),
                      .inbox = std::make_shared<inbox_store_on_postgres>(session),
                      .templates = std::make_shared<template_store_on_postgres>(*db)};
}

} // namespace stentor::postgres
