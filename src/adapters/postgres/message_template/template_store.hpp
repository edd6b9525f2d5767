#pragma once
/// ports::template_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/message_template/template_store.hpp"

#include <memory>

namespace stentor::postgres {

class template_store_on_postgres final : public ports::template_store {
public:
  explicit template_store_on_postgres(std::shared_ptr<connection> db) : db_{std::move(db)} {}

  core::status save(core::organization_no organization, const std::string& waba_id,
                    const std::string& json) override;

private:
  std::shared_ptr<connection> db_;
};

} // namespace stentor::postgres
