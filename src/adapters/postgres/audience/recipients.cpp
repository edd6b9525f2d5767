#include "adapters/postgres/audience/recipients.hpp"

#include "adapters/postgres/audience/customer_recipients.hpp"
#include "adapters/postgres/audience/recipient_import.hpp"
#include "adapters/postgres/audience/reopening.hpp"
#include "adapters/postgres/audience/timeline.hpp"
#include "adapters/postgres/client/named_queries.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::postgres {

namespace {

/// As the view recipient names them.
constexpr std::array<std::string_view, 14> recipient_states{
    "pending",   "sending",  "sent",     "delivered", "read",      "failed",  "responded",
    "opted_out", "screened", "in_doubt", "held",      "cancelled", "expired", "retracted"};

class recipients final : public ports::recipient_store {
public:
  recipients(query_pool& pool, const ports::phone_numbers& phones, const ports::time_zones& zones,
             core::name_key key_of, std::string region)
      : pool_{pool}, phones_{phones}, zones_{zones}, key_of_{std::move(key_of)}, region_{std::move(
                                                                                     region)} {}

  core::result<std::string> list(const ports::principal& who, std::string_view campaign,
                                 std::string_view status, core::page p) override {
    if (!status.empty() && std::find(recipient_states.begin(), recipient_states.end(), status) ==
                               recipient_states.end())
      return core::error{
          core::errc::invalid,
          "status: expected pending, sending, sent, delivered, read, responded, "
          "failed, opted_out, screened, in_doubt, held, cancelled, expired or retracted"};
    const auto no = find(who, campaign);
    if (!no)
      return no.error();
    params a;
    a.integer(*no);
    if (status.empty())
      return pool_.page_of("recipient_list", std::move(a), p);
    return pool_.page_of("recipient_list_by_status", std::move(a.text(status)), p);
  }

  core::result<ports::import_report>
  add(const ports::principal& who, std::string_view campaign,
      const std::vector<ports::contact_input>& recipients) override {
    const auto known = with_customers(pool_, who, recipients);
    if (!known)
      return known.error();
    return import_list(order(who, campaign), *known);
  }

  core::result<std::unique_ptr<ports::file_import>>
  import_csv(const ports::principal& who, std::string_view campaign,
             core::column_choice chosen) override {
    return begin_csv_import(order(who, campaign), std::move(chosen));
  }

  core::result<std::string> timeline(const ports::principal& who, std::string_view campaign,
                                     std::string_view recipient) override {
    const auto no = find(who, campaign);
    if (!no)
      return no.error();
    return recipient_timeline(pool_, {*no, campaign, recipient, &phones_, region_});
  }

  core::result<std::int64_t> retry_failed(const ports::principal& who, std::string_view campaign,
                                          const ports::failed_choice& choice) override {
    const auto no = find(who, campaign);
    if (!no)
      return no.error();
    return reopen_failed(pool_, {.who = who, .no = *no, .id = campaign, .choice = choice});
  }

  core::result<ports::settled> settle_held(const ports::principal& who, std::string_view campaign,
                                           ports::settlement how,
                                           const ports::held_choice& choice) override {
    const auto no = find(who, campaign);
    if (!no)
      return no.error();
    std::vector<std::int32_t> seqs;
    for (const auto& person : choice.recipients) {
      const auto place = place_of_recipient(pool_, {*no, campaign, person, &phones_, region_});
      if (!place)
        return place.error();
      if (!*place)
        return core::error{core::errc::not_found,
                           "The campaign has no recipient \"" + person +
                               "\"; give an id, a place on the list, or a phone number."};
      seqs.push_back(static_cast<std::int32_t>(**place));
    }
    auto count = postgres::settle_held(
        pool_,
        {.who = who, .no = *no, .id = campaign, .how = how, .seqs = choice.all ? nullptr : &seqs});
    if (!count)
      return count.error();
    return ports::settled{*count, *count == ports::settled_max};
  }

  core::status export_csv(const ports::principal& who, std::string_view campaign,
                          ports::export_cells cells,
                          const std::function<bool(std::string_view)>& write) override {
    const auto no = find(who, campaign);
    if (!no)
      return no.error();
    auto db = pool_.own_connection("stentor export");
    if (!db)
      return db.error();
    const auto* statement =
        cells == ports::export_cells::raw ? "list_export_raw" : "list_export_guarded";
    return db->copy_out(campaign_statement(statement, *no), write);
  }

private:
  core::result<core::campaign_no> find(const ports::principal& who, std::string_view campaign) {
    auto r = pool_.ask("audience_campaign", params{}.integer(who.organization).text(campaign));
    if (!r)
      return r.error();
    if (r->empty())
      return core::error{core::errc::not_found, "there is no campaign with this id"};
    return row_reader{*r}.id<core::campaign_no>("no");
  }

  import_order order(const ports::principal& who, std::string_view campaign) const {
    return {&pool_, &phones_, &zones_, key_of_, region_, who, std::string{campaign}};
  }

  query_pool& pool_;
  const ports::phone_numbers& phones_;
  const ports::time_zones& zones_;
  core::name_key key_of_;
  std::string region_;
};

} // namespace

std::unique_ptr<ports::recipient_store>
make_recipient_store(query_pool& pool, const ports::phone_numbers& phones,
                     const ports::time_zones& zones, core::name_key key_of, std::string region) {
  return std::make_unique<recipients>(pool, phones, zones, std::move(key_of), std::move(region));
}

} // namespace stentor::postgres
