#pragma once
/// People of whom Meta says that they had enough marketing (131049): the fold closes them to every
/// campaign for a while, and counts what becomes of those who are tried again. Inside a
/// transaction of the fold.

#include "adapters/postgres/client/connection.hpp"
#include "adapters/postgres/delivery/delivery_rows.hpp"
#include "stentor/core/delivery/meta_cap.hpp"

#include <map>
#include <set>
#include <vector>

namespace stentor::postgres {

/// What one fold saw of it.
class cap_notes {
public:
  /// @param campaigns on whose lists somebody is who was capped before
  void watch(std::set<core::campaign_no> campaigns) { watched_ = std::move(campaigns); }
  /// Folds an event, and notes what it says of this.
  void fold(delivery_row& row, const core::delivery_event& event);
  /// A recipient whose row was changed.
  void note(const delivery_row& row, const core::delivery& before);
  [[nodiscard]] core::status write(connection& db) const;

private:
  struct people {
    std::vector<std::int32_t> seq;
    std::vector<std::int64_t> at_ms;

    void add(core::recipient_seq who, std::int64_t when) {
      seq.push_back(who);
      at_ms.push_back(when);
    }
  };
  struct step {
    core::recipient_seq seq = 0;
    core::cap_step what = core::cap_step::none;
  };
  struct of_campaign {
    people closed, opened;
    std::vector<step> steps; ///< in the order of the fold
  };

  [[nodiscard]] core::status count(connection& db) const;
  [[nodiscard]] static core::status count_tries(connection& db, core::campaign_no campaign,
                                                const std::vector<step>& steps,
                                                core::cap_record& record);

  std::set<core::campaign_no> watched_;
  std::map<core::campaign_no, of_campaign> campaigns_;
};

} // namespace stentor::postgres
