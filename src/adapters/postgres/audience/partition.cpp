#include "adapters/postgres/audience/partition.hpp"

#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

namespace stentor::postgres {

namespace {

/// Of a row of audience_lock_campaign.
core::status takes_recipients(const row_reader& row) {
  const auto status = row.text("status");
  if (row.boolean("recurring"))
    return core::error{core::errc::conflict, "a recurring campaign has no list of its own: its "
                                             "people are looked up anew for each run"};
  if (row.boolean("is_being_drawn"))
    return core::error{core::errc::conflict,
                       "the campaign's list is being drawn at this moment: people can be added "
                       "until that begins. Make it a draft again (scheduledFor: null) before "
                       "somebody is added"};
  if (row.boolean("was_drawn"))
    return core::error{core::errc::conflict,
                       "the campaign's list was drawn already, for its start: make it a draft "
                       "again (scheduledFor: null) before somebody is added"};
  if (status == "scheduled" && row.boolean("by_clocks"))
    return core::error{core::errc::conflict,
                       "the campaign waits for the clocks of the places on its list: make it a "
                       "draft again (scheduledFor: null) before somebody is added"};
  if (row.boolean("some_wait"))
    return core::error{core::errc::conflict,
                       "people on the campaign's list wait until the frequency caps let them get "
                       "something again: make it a draft again (scheduledFor: null) before "
                       "somebody is added"};
  if (status == "draft" || status == "scheduled")
    return core::ok{};
  return core::error{core::errc::conflict,
                     "the list can't be changed any more: the campaign is " + std::string{status}};
}

core::result<locked_campaign> held(connection& db, core::organization_no organization,
                                   std::string_view id, list_use use, std::string_view query,
                                   bool adds = false) {
  params which;
  which.integer(organization).text(id).boolean(use == list_use::fill);
  auto free = db.call("audience_hold_list", std::move(which));
  if (!free)
    return free.error();
  if (!free->empty() && !row_reader{*free}.boolean("held"))
    return core::error{core::errc::conflict,
                       "the campaign's list is being imported, or the campaign started, at this "
                       "moment: wait until that is done"};
  auto r = db.call(query, params{}.integer(organization).text(id));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign with this id"};
  const row_reader row{*r};
  if (adds)
    if (auto s = takes_recipients(row); !s)
      return s.error();
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

} // namespace

core::result<locked_campaign> lock_campaign(connection& db, core::organization_no organization,
                                            std::string_view id, list_use use) {
  return held(db, organization, id, use, "audience_lock_campaign");
}

core::result<locked_campaign> hold_list(connection& db, core::organization_no organization,
                                        std::string_view id) {
  return held(db, organization, id, list_use::fill, "audience_read_campaign", true);
}

core::status relock_campaign(connection& db, const locked_campaign& c, std::string_view id) {
  auto r = db.call("audience_lock_campaign", params{}.integer(c.organization).text(id));
  if (!r)
    return r.error();
  if (r->empty())
    return core::error{core::errc::not_found, "there is no campaign with this id"};
  const row_reader row{*r};
  return takes_recipients(row);
}

std::string list_statement(const std::string& name, const locked_campaign& c) {
  return campaign_statement(name, c.no, c.list);
}

core::status on_list(connection& db, const locked_campaign& c, const char* statement,
                     params arguments) {
  if (auto r = db.query(list_statement(statement, c), std::move(arguments)); !r)
    return r.error();
  return core::ok{};
}

core::status create_partition(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    return core::ok{};
  return db.run(campaign_statement("list_create", c.no));
}

core::status complete_partition(connection& db, const locked_campaign& c) {
  if (c.has_partition)
    return core::ok{};
  if (auto s = db.run(list_statement("list_index", c)); !s)
    return s;
  return db.run(list_statement("list_attach", c));
}

} // namespace stentor::postgres
