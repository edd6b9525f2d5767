#pragma once
/// One fake for each store of the engine, over the shared world. They keep the promises of the
/// ports. One thread.

#include "tests/actors/support/fakes.hpp"

namespace stentor::test {

class fake_claim_store final : public ports::claim_store {
public:
  explicit fake_claim_store(world& w) : w_{w} {}
  core::result<ports::recovery_report> recover(const std::vector<ports::lease>&,
                                               std::int64_t) override;
  core::result<ports::claim_result> claim(core::campaign_no,
                                          const std::vector<ports::claim_order>&) override;
  core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no, const std::vector<ports::claim_order>&,
                core::wall_time) override;

private:
  core::claimed_chunk take(core::campaign_no campaign, const ports::claim_order& order);
  core::claimed_chunk chunk_of(core::campaign_no campaign, const ports::claim_order& order);
  world& w_;
};

class fake_campaign_store final : public ports::campaign_store {
public:
  explicit fake_campaign_store(world& w) : w_{w} {}
  core::result<std::vector<core::campaign>> runnable(core::wall_time) override;
  core::status command(core::campaign_no, core::campaign_command,
                       const std::optional<core::sentence>&,
                       const std::optional<ports::audit_entry>&, core::pause_kind) override;
  core::result<bool> end(core::campaign_no, core::campaign_status) override;
  core::result<std::vector<core::campaign_no>>
  using_template(const std::string&, const std::string&, const std::string&) override;

private:
  struct balance {
    std::int64_t total = 0;
    std::int64_t settled = 0; ///< recipients with a final state, sent ones included
    std::int64_t with_events = 0;
    std::int64_t in_doubt = 0;
    std::int64_t retrying = 0;
    std::int64_t claims_open = 0;
    std::int64_t unclaimed = 0;
  };
  [[nodiscard]] balance balance_of(core::campaign_no) const;
  void drop_the_rest(core::campaign_no campaign);
  world& w_;
};

class fake_retry_store final : public ports::retry_store {
public:
  explicit fake_retry_store(world& w) : w_{w} {}
  core::result<ports::retry_agenda> agenda(core::wall_time) override;
  core::result<std::int64_t> settle_doubts(core::wall_time, std::chrono::milliseconds) override;

private:
  void settle(const recipient& who, std::int16_t attempt, std::int64_t now_ms);
  world& w_;
};

class fake_number_store final : public ports::number_store {
public:
  explicit fake_number_store(world& w) : w_{w} {}
  core::result<std::vector<ports::number>> save(const std::vector<ports::number>&,
                                                const std::string&) override;
  core::result<std::vector<ports::lease>> acquire_leases(const std::string&,
                                                         const std::vector<core::number_no>&,
                                                         std::chrono::milliseconds) override;
  core::status release_leases(const std::string&) override;
  core::status set_stopped_reason(core::number_no, const std::optional<core::sentence>&) override;

private:
  world& w_;
};

class fake_inbox_store final : public ports::inbox_store {
public:
  explicit fake_inbox_store(world& w) : w_{w} {}
  core::result<ports::attribution_report> attribute_replies(std::int64_t) override;

private:
  world& w_;
};

class fake_template_store final : public ports::template_store {
public:
  explicit fake_template_store(world& w) : w_{w} {}
  core::status save(core::organization_no, const std::string&, const std::string&) override;

private:
  world& w_;
};

/// Every store of one world.
[[nodiscard]] actors::store_factory stores_of(world& w);

} // namespace stentor::test
