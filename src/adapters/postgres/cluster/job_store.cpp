#include "adapters/postgres/cluster/job_store.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/campaign/lifecycle.hpp"
#include "adapters/postgres/client/row_reader.hpp"

#include <optional>
#include <utility>

namespace stentor::postgres {

namespace {

using ports::principal;

constexpr const char* no_job = "There is no job with this id.";

params which_job(const principal& who, std::string_view id) {
  return std::move(params{}.integer(who.organization).text(id));
}

class jobs final : public ports::job_store {
public:
  explicit jobs(query_pool& pool) : pool_{pool} {}

  core::result<std::string> list(const principal& who, std::string_view state,
                                 core::page p) override {
    return pool_.page_of("job_list",
                         std::move(params{}.integer(who.organization).text_or_null(state)), p);
  }

  core::result<std::string> show(const principal& who, std::string_view id) override {
    return pool_.json_of("job_show", which_job(who, id), no_job);
  }

  core::result<std::string> cancel(const principal& who, std::string_view id) override {
    auto ended = pool_.in_transaction([&](connection& db) { return cancel_in(db, who, id); });
    if (!ended)
      return ended.error();
    return show(who, id);
  }

private:
  static core::status cancel_in(connection& db, const principal& who, std::string_view id) {
    const auto campaign = lock_frozen(db, who, id);
    if (!campaign)
      return campaign.error();
    auto r = db.call("job_lock", which_job(who, id));
    if (!r)
      return r.error();
    if (r->empty())
      return core::error{core::errc::not_found, no_job};
    const row_reader row{*r};
    const auto state = row.text("state");
    if (state != "waiting" && state != "running")
      return core::error{core::errc::conflict, "The job is " + std::string{state} +
                                                   " already: there is nothing to cancel."};
    if (auto s = db.execute("job_cancel", params{}.integer(row.integer("no"))); !s)
      return s;
    if (*campaign)
      if (auto s = take_back(db, **campaign); !s)
        return s;
    return write_audit(db, {who, "job.cancel", std::string{id}, ""});
  }

  struct frozen {
    core::campaign_no no{};
    bool is_run = false; ///< of a recurring campaign
  };

  /// The campaign whose list it draws; none: it does something else.
  static core::result<std::optional<frozen>> lock_frozen(connection& db, const principal& who,
                                                         std::string_view id) {
    auto r = db.call("job_campaign", which_job(who, id));
    if (!r)
      return r.error();
    if (r->empty() || row_reader{*r}.is_null("campaign_no"))
      return std::optional<frozen>{};
    const row_reader row{*r};
    const frozen campaign{row.id<core::campaign_no>("campaign_no"), row.boolean("is_run")};
    if (auto locked = campaign_lifecycle{db}.lock(campaign.no); !locked)
      return locked.error();
    return std::optional{campaign};
  }

  /// As it was before somebody started it; what a recurring campaign has started is over.
  static core::status take_back(connection& db, const frozen& campaign) {
    return campaign_lifecycle{db}.become(campaign.no, campaign.is_run
                                                          ? core::campaign_status::cancelled
                                                          : core::campaign_status::draft);
  }

  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::job_store> make_job_store(query_pool& pool) {
  return std::make_unique<jobs>(pool);
}

} // namespace stentor::postgres
