#pragma once
/// The stops of the last hour or so, in memory, and longer as long as somebody waits to be sent to
/// who was read before them. Thread-safe: the network thread asks for every message, so a question
/// takes a shared lock only when there is any stop at all.

#include "stentor/ports/contact/stop_list.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

namespace stentor::app {

class recent_stops final : public ports::stop_list {
public:
  /// Which organization a number sends for; before the first message.
  void learn(core::number_no number, core::organization_no organization);

  [[nodiscard]] bool contains(core::number_no number, core::person_key person) const override;
  void add(core::organization_no organization, core::person_key person) override;
  void remove(core::organization_no organization, core::person_key person) override;
  [[nodiscard]] std::uint64_t moment() const override;
  void remove_until(core::organization_no organization, core::person_key person,
                    std::uint64_t moment) override;
  [[nodiscard]] std::shared_ptr<const void> reading() override;

  /// Begins a new age, and forgets what was added before the last one began unless somebody still
  /// reads since then: chunks that were read later know of it from the database.
  void age();

private:
  using stop = std::pair<core::organization_no, core::person_key>;
  struct hash {
    std::size_t operator()(const stop& s) const noexcept;
  };
  struct entry {
    std::uint64_t age = 0; ///< in which it came
    std::uint64_t moment = 0;
  };
  /// An age, and who reads since it.
  struct readers {
    std::uint64_t age = 0;
    std::shared_ptr<const std::uint64_t> token;
  };

  mutable std::shared_mutex mutex_;
  std::atomic<std::size_t> size_{0};
  std::map<core::number_no, core::organization_no> organizations_;
  std::unordered_map<stop, entry, hash> stops_;
  std::uint64_t moment_ = 0;
  std::uint64_t age_ = 1;
  std::deque<readers> readers_; ///< of ages that have any, the oldest first
};

} // namespace stentor::app
