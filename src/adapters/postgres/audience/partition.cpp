#include "adapters/postgres/audience/partition.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

core::result<locked_campaign> lock_campaign(connection& db, core::organization_no organization,
                                            std::string_view id) {
  auto r = db.call("audience_lock_campaign", params{}.integer(organization).text(id));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign with this id"};
  const row_reader row{*r};
  const auto no = row.id<core::campaign_no>("no");
  auto partition = db.call("audience_has_partition", params{}.integer(no));
  if (!partition)
    return partition.error();
  return locked_campaign{.no = no,
                         .organization = organization,
                         .status = row.string("status"),
                         .for_marketing = row.boolean("marketing"),
                         .total = row.id<core::recipient_seq>("total_recipients"),
                         .has_partition = row_reader{*partition}.boolean("there")};
}

core::status create_partition(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    return core::ok{};
  return db.run(campaign_statement("list_create", c.no));
}

core::status complete_partition(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    return core::ok{};
  return db.run(campaign_statement("list_complete", c.no));
}

} // namespace stentor::postgres
