#pragma once
/// How the actors get their stores. The functions are called on the thread that will use the store,
/// again after a restart; so they must be thread-safe, the stores need not be.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/business_number/number_facts_store.hpp"
#include "stentor/ports/business_number/number_store.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/campaign_store.hpp"
#include "stentor/ports/campaign/freeze_store.hpp"
#include "stentor/ports/campaign/gate_watch.hpp"
#include "stentor/ports/campaign/run_store.hpp"
#include "stentor/ports/delivery/claim_store.hpp"
#include "stentor/ports/delivery/ledger.hpp"
#include "stentor/ports/delivery/projection.hpp"
#include "stentor/ports/delivery/retry_store.hpp"
#include "stentor/ports/inbox/inbox_store.hpp"
#include "stentor/ports/message_template/media_uploads.hpp"
#include "stentor/ports/message_template/template_store.hpp"
#include "stentor/ports/system/node_feed.hpp"

#include <functional>
#include <memory>
#include <string>

namespace stentor::actors {

/// What works on one connection, one question after the other.
struct housekeeping_stores {
  std::shared_ptr<ports::campaign_store> campaigns;
  std::shared_ptr<ports::gate_watch> gates;
  std::shared_ptr<ports::retry_store> retries;
  std::shared_ptr<ports::number_store> numbers;
  std::shared_ptr<ports::number_facts_store> number_facts;
  std::shared_ptr<ports::inbox_store> inbox;
  std::shared_ptr<ports::template_store> templates;
};

/// What makes and launches the runs of recurring campaigns.
struct recurring_stores {
  std::shared_ptr<ports::run_store> runs;
  std::shared_ptr<ports::campaign_launch> launches;
};

struct store_factory {
  std::function<core::result<std::unique_ptr<ports::claim_store>>()> open_claims;
  std::function<core::result<housekeeping_stores>()> open_housekeeping;
  /// For leases alone: nothing else may keep a renewal waiting.
  std::function<core::result<std::unique_ptr<ports::number_store>>()> open_leases;
  /// What other daemons tell. @param node the id of this one
  std::function<core::result<std::unique_ptr<ports::node_feed>>(const std::string& node)> open_feed;
  std::function<core::result<std::unique_ptr<ports::ledger>>()> open_ledger;
  std::function<core::result<std::unique_ptr<ports::projection>>()> open_projection;
  /// Empty: this engine makes no runs.
  std::function<core::result<recurring_stores>()> open_recurring{};
  /// Empty: this engine draws no lists.
  std::function<core::result<std::unique_ptr<ports::freeze_store>>()> open_freezes{};
  /// Empty: this engine uploads no media.
  std::function<core::result<std::unique_ptr<ports::media_uploads>>()> open_media{};
};

} // namespace stentor::actors
