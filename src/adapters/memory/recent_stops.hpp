#pragma once
/// The stops of the last hour or so, in memory. Thread-safe: the network thread asks for every
/// message, so a question takes a shared lock only when there is any stop at all.

#include "stentor/ports/contact/stop_list.hpp"

#include <atomic>
#include <map>
#include <shared_mutex>
#include <unordered_set>
#include <utility>
#include <vector>

namespace stentor::app {

class recent_stops final : public ports::stop_list {
public:
  /// Which organization a number sends for; before the first message.
  void learn(core::number_no number, core::organization_no organization);

  [[nodiscard]] bool contains(core::number_no number, core::person_key person) const override;
  void add(core::organization_no organization, core::person_key person) override;
  void remove(core::organization_no organization, core::person_key person) override;

  /// Forgets what was added before the last but one call: chunks read since then know of it from
  /// the database.
  void age();

private:
  using stop = std::pair<core::organization_no, core::person_key>;
  struct hash {
    std::size_t operator()(const stop& s) const noexcept;
  };
  using generation = std::unordered_set<stop, hash>;

  mutable std::shared_mutex mutex_;
  std::atomic<std::size_t> size_{0};
  std::map<core::number_no, core::organization_no> organizations_;
  generation young_, old_;
};

} // namespace stentor::app
