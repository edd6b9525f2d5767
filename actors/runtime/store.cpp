#include "actors/runtime/store.hpp"

#include <spdlog/spdlog.h>

namespace stentor::actors {

namespace {

/// Stands in while there is no connection, so that every piece of work gets its answer.
class no_store final : public ports::dispatch_store {
public:
  explicit no_store(core::error problem) : problem_{std::move(problem)} {}
  core::result<std::vector<ports::number>> save_numbers(const std::vector<ports::number>&,
                                                        const std::string&) override {
    return problem_;
  }
  core::result<std::vector<ports::lease>> hold_leases(const std::string&,
                                                      const std::vector<core::number_no>&,
                                                      std::chrono::milliseconds) override {
    return problem_;
  }
  core::status release_leases(const std::string&) override { return problem_; }
  core::result<ports::recovery_report> recover(const std::vector<ports::lease>&,
                                               std::int64_t) override {
    return problem_;
  }
  core::result<std::vector<core::campaign>> runnable(core::wall_time) override { return problem_; }
  core::result<core::campaign> load(core::campaign_no) override { return problem_; }
  core::status set_status(core::campaign_no, core::campaign_status, const std::string&) override {
    return problem_;
  }
  core::result<ports::claim_result> claim(core::campaign_no,
                                          const std::vector<ports::claim_order>&) override {
    return problem_;
  }
  core::result<std::vector<core::claimed_chunk>>
  claim_retries(core::campaign_no, const std::vector<ports::claim_order>&,
                core::wall_time) override {
    return problem_;
  }
  core::result<ports::retry_agenda> retries(core::wall_time) override { return problem_; }
  core::result<std::int64_t> settle_doubts(core::wall_time, std::chrono::milliseconds) override {
    return problem_;
  }
  core::result<bool> may_be_over(core::campaign_no) override { return problem_; }
  core::result<bool> finish(core::campaign_no, core::campaign_status) override { return problem_; }
  core::result<std::int64_t> attribute_replies(std::int64_t) override { return problem_; }
  core::status save_templates(core::organization_no, const std::string&,
                              const std::string&) override {
    return problem_;
  }
  core::status set_template_status(const std::string&, const std::string&, const std::string&,
                                   const std::string&) override {
    return problem_;
  }
  core::result<std::vector<core::campaign_no>> campaigns_of_template(const std::string&,
                                                                     const std::string&) override {
    return problem_;
  }

private:
  core::error problem_;
};

} // namespace

store_actor::behavior_type store(store_actor::stateful_pointer<store_state> self,
                                 context_ptr context) {
  return {
      [self, context](atom::work, const store_work_ptr& work) {
        auto& db = self->state.db;
        if (!db) {
          auto opened = context->stores.open_store();
          if (!opened) {
            no_store stand_in{opened.problem()};
            (*work)(stand_in);
            return;
          }
          db = std::move(*opened);
        }
        (*work)(*db);
      },
  };
}

} // namespace stentor::actors
