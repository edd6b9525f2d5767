#pragma once
/// ports::number_facts_store on PostgreSQL. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/business_number/number_facts_store.hpp"

#include <memory>

namespace stentor::postgres {

class number_facts_store_on_postgres final : public ports::number_facts_store {
public:
  explicit number_facts_store_on_postgres(std::shared_ptr<connection> db) : db_{std::move(db)} {}

  core::status keep(core::number_no number, const ports::number_facts& facts) override;
  core::status keep_limit(const std::string& waba_id, const std::string& limit) override;

private:
  std::shared_ptr<connection> db_;
};

} // namespace stentor::postgres
