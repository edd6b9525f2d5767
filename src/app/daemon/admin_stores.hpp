#pragma once
/// The stores that the API asks, all on one small pool of connections. The stores are thread-safe.

#include "adapters/postgres/client/query_pool.hpp"
#include "adapters/postgres/contact/people_stores.hpp"
#include "api/http/api.hpp"
#include "stentor/ports/access/access_store.hpp"
#include "stentor/ports/access/audit_log.hpp"
#include "stentor/ports/audience/person_store.hpp"
#include "stentor/ports/audience/recipient_store.hpp"
#include "stentor/ports/audience/segment_store.hpp"
#include "stentor/ports/business_number/number_directory.hpp"
#include "stentor/ports/campaign/campaign_admin.hpp"
#include "stentor/ports/campaign/campaign_launch.hpp"
#include "stentor/ports/campaign/campaign_planning.hpp"
#include "stentor/ports/campaign/campaign_preview.hpp"
#include "stentor/ports/campaign/campaign_report.hpp"
#include "stentor/ports/campaign/policy_store.hpp"
#include "stentor/ports/campaign/recurring_admin.hpp"
#include "stentor/ports/inbox/service_windows.hpp"
#include "stentor/ports/message_template/media_directory.hpp"
#include "stentor/ports/message_template/template_directory.hpp"
#include "stentor/ports/system/configuration.hpp"
#include "stentor/ports/system/job_store.hpp"
#include "stentor/ports/system/phone_numbers.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <memory>

namespace stentor::app {

class admin_stores {
public:
  /// Connects nothing yet. @param phones,zones must outlive this object
  admin_stores(postgres::connection_options options, const ports::configuration& configuration,
               const ports::phone_numbers& phones, const ports::time_zones& zones);

  /// As long as this object lives.
  void give(api::services& to) const;
  [[nodiscard]] postgres::query_pool& queries() const noexcept { return *queries_; }
  [[nodiscard]] ports::policy_store& policies() const noexcept { return *policies_; }

private:
  std::unique_ptr<postgres::query_pool> queries_;
  std::unique_ptr<ports::access_store> access_;
  std::unique_ptr<ports::audit_log> audit_;
  std::unique_ptr<ports::recipient_store> recipients_;
  std::unique_ptr<ports::person_store> persons_;
  std::unique_ptr<ports::segment_store> segments_;
  postgres::people_stores people_;
  std::unique_ptr<ports::template_directory> templates_;
  std::unique_ptr<ports::media_directory> media_;
  std::unique_ptr<ports::number_directory> directory_;
  std::unique_ptr<ports::campaign_admin> campaigns_;
  std::unique_ptr<ports::campaign_launch> launches_;
  std::unique_ptr<ports::campaign_planning> planning_;
  std::unique_ptr<ports::campaign_preview> previews_;
  std::unique_ptr<ports::campaign_report> reports_;
  std::unique_ptr<ports::recurring_admin> recurring_;
  std::unique_ptr<ports::job_store> jobs_;
  std::unique_ptr<ports::service_windows> windows_;
  std::unique_ptr<ports::policy_store> policies_;
};

} // namespace stentor::app
