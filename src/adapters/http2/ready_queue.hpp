#pragma once
/// One sending number inside the gateway: what waits, in the order in which it may go. Campaigns
/// take turns; each limit is asked right before a request is made. For the network thread only.

#include "adapters/http2/stream.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/outcome.hpp"
#include "stentor/core/delivery/pacing/gcra.hpp"
#include "stentor/core/delivery/pacing/pair_limiter.hpp"
#include "stentor/ports/contact/stop_list.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace stentor::http2 {

/// A campaign over all numbers.
struct campaign_state {
  core::campaign_no number{};
  core::gcra pacer;
  bool limited = false;
  bool held = false;
  bool revoked = false; ///< until the next slice of it: open requests of it are not repeated
};

/// What a number may send of marketing, where that is less than all.
class marketing_limit {
public:
  /// @param now when the limit begins, unless it holds already
  void set(double per_second, double of_all, std::chrono::nanoseconds tolerance,
           std::chrono::nanoseconds jitter, core::steady_time now);

  [[nodiscard]] bool holds() const noexcept { return per_second_.has_value(); }
  [[nodiscard]] bool take(core::steady_time now) noexcept {
    return *per_second_ > 0 && pacer_.take(1, now) == 1;
  }
  void refund() noexcept { pacer_.refund(1); }
  [[nodiscard]] core::steady_time next() const noexcept {
    return *per_second_ > 0 ? pacer_.next() : core::steady_time::max();
  }

private:
  core::gcra pacer_;
  std::optional<double> per_second_; ///< 0: none of it; none: as much as of anything
};

/// One recipient on the way to a request.
struct ready_item {
  std::shared_ptr<const core::chunk> chunk;
  std::uint32_t index = 0;
  std::uint32_t repeats = 0;
  campaign_state* campaign = nullptr;
};

class ready_queue {
public:
  /// @param give_back called for items that are not sent; the flag says that the person stopped
  using give_back = std::function<void(const ready_item&, bool stopped)>;

  ready_queue(ports::sending_number settings, std::shared_ptr<const request_head> head,
              core::gcra pacer, core::pair_limiter pairs);

  void replace(ports::sending_number settings, std::shared_ptr<const request_head> head);

  void add(core::slice s, campaign_state& campaign, core::steady_time now);
  /// Puts an item back at the front; its permit is already spent.
  void add_again(ready_item item);

  /// The next item that may go now, or nothing. It is counted for its campaign and its person, not
  /// for the number.
  /// @param wall what may not leave yet is given back
  /// @param leaves_by of the wall clock, too: likewise what may not leave so late
  [[nodiscard]] std::optional<ready_item> next(core::steady_time now, core::wall_time wall,
                                               core::wall_time leaves_by,
                                               const ports::stop_list& stops,
                                               const give_back& back);
  /// Takes out everything that waits, or everything of one campaign.
  void empty(const campaign_state* only, const give_back& back);

  /// Takes out what has come since it or a campaign is held.
  void empty_held(const give_back& back);
  /// Takes out the retries that came before `since`.
  void empty_old_retries(core::steady_time since, const give_back& back);

  /// Calls `tell` with what has left in whole slices since.
  template <class Tell>
  void tell_departures(Tell tell) {
    if (!std::exchange(news_, false))
      return;
    for (auto& queue : queues_)
      if (std::exchange(queue.slice_left, false))
        tell(core::departed_slice{.number = settings.number,
                                  .campaign = queue.campaign->number,
                                  .count = std::exchange(queue.departed, 0),
                                  .last = queue.slices.empty()});
  }

  /// Requests allowed by queue, window, hold and lease; the rate is checked by the caller.
  [[nodiscard]] std::size_t wanted(core::steady_time now) const noexcept;
  /// When to look again, if the rate or a person is what it waits for.
  [[nodiscard]] core::steady_time next_at(core::steady_time now) const noexcept;
  /// Forgets campaigns that have nothing here any more.
  void prune();
  void set_window(double latency_p99_s) noexcept;

  [[nodiscard]] std::size_t queued() const noexcept { return queued_ + waiting_.size(); }
  [[nodiscard]] core::number_no number() const noexcept { return settings.number; }

  ports::sending_number settings;
  std::shared_ptr<const request_head> head;
  core::gcra pacer;
  marketing_limit marketing;
  std::uint32_t in_flight = 0;
  bool held = false;
  bool closed = false;

private:
  struct work {
    std::shared_ptr<const core::chunk> chunk;
    std::uint32_t next = 0;
    std::uint32_t end = 0;
    core::steady_time since; ///< when it came
  };
  struct campaign_queue {
    campaign_state* campaign = nullptr;
    std::vector<ready_item> again; ///< last in, first out
    std::deque<work> slices;
    std::int32_t departed = 0; ///< not yet told
    bool slice_left = false;   ///< since it was told

    [[nodiscard]] bool empty() const noexcept { return again.empty() && slices.empty(); }
    /// Of whoever is next in it; it is not empty.
    [[nodiscard]] bool is_marketing() const noexcept {
      return (again.empty() ? slices.front().chunk : again.back().chunk)->marketing;
    }
  };
  struct waiting {
    core::steady_time at;
    ready_item item;
    bool operator<(const waiting& other) const noexcept { return at > other.at; }
  };

  campaign_queue& queue_of(campaign_state& campaign);
  [[nodiscard]] bool take_from(campaign_queue& queue, ready_item& item);
  void slice_left(campaign_queue& queue);
  void wake_waiting(core::steady_time now);
  template <class Fits>
  void empty_those(Fits fits, const give_back& back);

  core::pair_limiter pairs_;
  std::vector<campaign_queue> queues_;
  std::size_t turn_ = 0;
  std::size_t queued_ = 0;
  bool news_ = false;            ///< a slice has left
  std::vector<waiting> waiting_; ///< a heap: people who were written to a moment ago
  std::uint32_t window_ = 4;
};

} // namespace stentor::http2
