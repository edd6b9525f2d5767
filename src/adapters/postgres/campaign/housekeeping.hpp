#pragma once
/// The stores that work beside the claims, one question after the other on one connection. Used
/// from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/business_number/number_facts_store.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/campaign/campaign_store.hpp"
#include "stentor/ports/campaign/gate_watch.hpp"
#include "stentor/ports/delivery/retry_store.hpp"
#include "stentor/ports/inbox/inbox_store.hpp"
#include "stentor/ports/message_template/template_store.hpp"

#include <memory>

namespace stentor::postgres {

struct housekeeping {
  std::shared_ptr<ports::campaign_store> campaigns;
  std::shared_ptr<ports::gate_watch> gates;
  std::shared_ptr<ports::retry_store> retries;
  std::shared_ptr<ports::number_store> numbers;
  std::shared_ptr<ports::number_facts_store> number_facts;
  std::shared_ptr<ports::inbox_store> inbox;
  std::shared_ptr<ports::template_store> templates;
};

[[nodiscard]] core::result<housekeeping> open_housekeeping(connection_options options);

} // namespace stentor::postgres
