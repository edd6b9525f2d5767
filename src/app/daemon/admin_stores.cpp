#include "app/daemon/admin_stores.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/access/tokens.hpp"
#include "adapters/postgres/audience/person_store.hpp"
#include "adapters/postgres/audience/recipients.hpp"
#include "adapters/postgres/audience/segment_store.hpp"
#include "adapters/postgres/business_number/number_directory.hpp"
#include "adapters/postgres/campaign/campaign_admin.hpp"
#include "adapters/postgres/campaign/launch.hpp"
#include "adapters/postgres/campaign/planning.hpp"
#include "adapters/postgres/campaign/policy.hpp"
#include "adapters/postgres/campaign/preview.hpp"
#include "adapters/postgres/campaign/recurring_admin.hpp"
#include "adapters/postgres/campaign/report.hpp"
#include "adapters/postgres/cluster/job_store.hpp"
#include "adapters/postgres/inbox/service_windows.hpp"
#include "adapters/postgres/message_template/media_directory.hpp"
#include "adapters/postgres/message_template/template_directory.hpp"
#include "app/daemon/daemon_settings.hpp"

#include <utility>

namespace stentor::app {

admin_stores::admin_stores(postgres::connection_options options,
                           const ports::configuration& configuration,
                           const ports::phone_numbers& phones, const ports::time_zones& zones)
    : queries_{std::make_unique<postgres::query_pool>(
          std::move(options), static_cast<int>(configuration.database.connections))},
      access_{postgres::make_access_store(*queries_)}, audit_{postgres::make_audit_log(*queries_)},
      recipients_{postgres::make_recipient_store(*queries_, phones, zones, word_key(),
                                                 configuration.screening.default_region)},
      persons_{postgres::make_person_store(*queries_)}, segments_{postgres::make_segment_store(
                                                            *queries_, zones,
                                                            configuration.segments.cost_max)},
      people_{postgres::make_people_stores(*queries_, phones, zones, word_key(),
                                           configuration.screening.default_region)},
      templates_{postgres::make_template_directory(*queries_)},
      media_{postgres::make_media_directory(*queries_)}, directory_{postgres::make_number_directory(
                                                             *queries_)},
      campaigns_{postgres::make_campaign_admin(*queries_, zones)},
      launches_{postgres::make_campaign_launch(*queries_, phones, zones)},
      planning_{postgres::make_campaign_planning(*queries_, zones)},
      previews_{postgres::make_campaign_preview(*queries_, phones,
                                                configuration.screening.default_region)},
      reports_{postgres::make_campaign_report(*queries_)},
      recurring_{postgres::make_recurring_admin(*queries_, zones)}, jobs_{postgres::make_job_store(
                                                                        *queries_)},
      windows_{postgres::make_service_windows(*queries_)}, policies_{postgres::make_policy_store(
                                                               *queries_)} {}

void admin_stores::give(api::services& to) const {
  to.access = access_.get();
  to.audit = audit_.get();
  to.recipients = recipients_.get();
  to.persons = persons_.get();
  to.segments = segments_.get();
  to.contacts = people_.contacts.get();
  to.imports = people_.imports.get();
  to.events = people_.events.get();
  to.attributes = people_.attributes.get();
  to.templates = templates_.get();
  to.media = media_.get();
  to.numbers = directory_.get();
  to.campaigns = campaigns_.get();
  to.launches = launches_.get();
  to.planning = planning_.get();
  to.previews = previews_.get();
  to.reports = reports_.get();
  to.recurring = recurring_.get();
  to.jobs = jobs_.get();
  to.windows = windows_.get();
}

} // namespace stentor::app
