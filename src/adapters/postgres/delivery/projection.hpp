#pragma once
/// ports::projection on PostgreSQL: the only session that writes `delivery` and the campaigns'
/// counters (an advisory lock sees to it). Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/delivery_rows.hpp"
#include "adapters/postgres/delivery/event_list.hpp"
#include "adapters/postgres/delivery/meta_cap.hpp"
#include "adapters/postgres/delivery/staged_parts.hpp"
#include "stentor/core/delivery/delivery.hpp"
#include "stentor/core/delivery/roll_up.hpp"
#include "stentor/ports/delivery/projection.hpp"

#include <map>
#include <memory>
#include <set>
#include <vector>

namespace stentor::postgres {

class projection final : public ports::projection {
public:
  [[nodiscard]] static core::result<std::unique_ptr<projection>> open(connection_options options);

  /// conflict while another projector holds the lock.
  [[nodiscard]] core::result<ports::fold_report> fold(std::int64_t events_max) override;
  [[nodiscard]] core::result<ports::trim_report> trim(const ports::retention_terms& terms) override;
  [[nodiscard]] connection& session() noexcept { return db_; }

private:
  /// Batches (after, upto] of each writer.
  struct range {
    std::vector<std::int32_t> writer;
    std::vector<std::int64_t> after, upto;
  };

  /// What one call changes beside the rows themselves.
  struct outcome {
    struct of_campaign {
      core::delivery_counts counts;                        ///< differences
      std::int32_t reached = 0;                            ///< recipients with their first event
      std::map<core::recipient_seq, std::int64_t> stopped; ///< by Meta's word (131050), since when
    };
    std::map<core::campaign_no, of_campaign> campaigns;
    core::roll_ups figures;
    std::vector<std::int32_t> settled_campaign, settled_seq; ///< recipients that were in doubt
    std::vector<std::int16_t> settled_attempt;
    std::vector<std::int32_t> reached_campaign, reached_seq; ///< recipients that need no retry
    std::vector<core::campaign_no> failed_campaign; ///< of those whom no message has reached
    std::vector<core::recipient_seq> failed_seq;
    cap_notes capped;
    std::set<core::number_no>
        limited; ///< of which Meta says that they may not write to more people
    std::vector<std::int32_t> lost_campaign, lost_seq; ///< that need theirs after all
    std::int64_t rows = 0;

    void note_stops(std::span<const event_list::entry> events);
    void note_change(const delivery_row& row, const core::delivery& before);
  };

  explicit projection(connection&& db) : db_{std::move(db)} {}
  /// Whether this session is the one that folds.
  [[nodiscard]] core::result<bool> lead();
  [[nodiscard]] core::result<range> choose(std::int64_t events_max, ports::fold_report& report);
  [[nodiscard]] core::status fold_range(const range& r, ports::fold_report& report);
  [[nodiscard]] core::result<event_list> read_events(const range& r);
  /// Leaves out events of campaigns that are deleted, and reads the parts of those with stages.
  [[nodiscard]] core::status keep_existing(event_list& list, outcome& into);
  [[nodiscard]] core::status fold_events(const event_list& list, outcome& into);
  [[nodiscard]] core::status settle(const outcome& o);
  [[nodiscard]] core::status stop_people(core::campaign_no campaign,
                                         const outcome::of_campaign& changed);
  [[nodiscard]] core::status move(const range& r);
  [[nodiscard]] core::status count(const outcome& o);

  connection db_;
  staged_parts parts_; ///< of the campaigns that are being folded
  int locked_backend_ = 0;
};

} // namespace stentor::postgres
