#include "adapters/postgres/message_template/template_store.hpp"

namespace stentor::postgres {

core::status template_store_on_postgres::save(core::organization_no organization,
                                              const std::string& waba_id, const std::string& json) {
  if (auto s = db_->ensure(); !s)
    return s;
  return db_->execute("templates_save", params{}.integer(organization).text(waba_id).text(json));
}

} // namespace stentor::postgres
