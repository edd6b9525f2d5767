#include "adapters/postgres/business_number/number_facts_store.hpp"

#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

core::status number_facts_store_on_postgres::keep(core::number_no number,
                                                  const ports::number_facts& facts) {
  if (auto s = db_->ensure(); !s)
    return s;
  params p;
  p.integer(number)
      .text(facts.display_phone_number)
      .text(facts.verified_name)
      .text(facts.quality_rating)
      .text(facts.status)
      .text(facts.throughput)
      .text(facts.messaging_limit);
  if (auto s = db_->execute("number_facts_keep", std::move(p)); !s)
    return s;
  if (auto r = db_->call("number_facts_portfolio", params{}.integer(number)); !r)
    return r.error();
  return core::ok{};
}

core::status number_facts_store_on_postgres::keep_limit(const std::string& waba_id,
                                                        const std::string& limit) {
  if (auto s = db_->ensure(); !s)
    return s;
  auto organizations =
      db_->call("number_facts_limit", std::move(params{}.text(waba_id).text(limit)));
  if (!organizations)
    return organizations.error();
  for (const auto row : each(*organizations))
    if (auto r = db_->call("number_facts_portfolio", params{}.integer(row.integer("any_number")));
        !r)
      return r.error();
  return core::ok{};
}

} // namespace stentor::postgres
