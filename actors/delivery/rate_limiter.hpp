#pragma once
/// RATE_LIMITER: one business number's budget. It asks the number's campaigns for recipients, cuts
/// them into slices and hands these to the sender, as much as may be under way at once. Here it is
/// decided whose turn it is, how much waits in the gateway's queue (which keeps the exact distance
/// between messages), and how fast the number goes after Meta said "too fast".

#include "actors/runtime/context.hpp"
#include "actors/runtime/error.hpp"

#include "stentor/core/delivery/outcome.hpp"
#include "stentor/core/delivery/pacing/learned_rate.hpp"
#include "stentor/core/delivery/pacing/share.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <map>

namespace stentor::actors {

class rate_limiter_state {
public:
  static constexpr const char* name = "rate_limiter";
  explicit rate_limiter_state(rate_limiter_actor::pointer self) : self_{self} {}

  void start(context_ptr context, ports::number number, const ports::lease& lease,
             sender_actor sender, supervisor_actor supervisor);
  void on_attach(core::campaign_no campaign, const campaign_actor& actor, double own_rate,
                 bool is_marketing);
  void on_detach(core::campaign_no campaign);
  void on_hold(core::campaign_no campaign, bool held);
  void on_chunk(const chunk_ptr& chunk);
  void on_none(core::campaign_no campaign);
  void on_finished(core::campaign_no campaign, std::int32_t count);
  void on_departed(const core::departed_slice& slice);
  void use_rate();
  void on_answered(const answer_counts& answers);
  void on_pause(std::int64_t seconds);
  void on_release();
  void on_rate_changed(double per_second);
  void on_quality(double marketing_share);
  [[nodiscard]] std::int32_t room_for(core::campaign_no campaign) const;
  void on_stop();
  /// Answered when nothing of it is under way any more.
  void on_leave(owed_ptr left);
  void on_tick();

private:
  struct pending_chunk {
    chunk_ptr chunk;
    std::uint32_t next = 0;  ///< first item that is not yet handed on
    core::steady_time since; ///< when it came
  };
  struct campaign_queue {
    campaign_actor campaign;
    double own_rate = 0;
    bool is_marketing = false;
    double rate = 0;        ///< its share of the number in a second, see divide()
    std::int64_t open = 0;  ///< handed on and not ended; each queue has its own, since one that is
                            ///< slow or held keeps what it has for long
    std::int64_t ahead = 0; ///< of these, on their way to the mark or behind it, and not sent
    core::mark_lead lead;
    bool window_full = false; ///< more would be handed on if some had ended
    std::deque<pending_chunk> chunks;
    std::size_t buffered = 0;
    bool asked = false;
    bool exhausted = false; ///< it had nothing when asked; attach() wakes it
    bool held = false;
  };

  void pump();
  void say_it_left();
  void ask_for_more();
  void divide();
  [[nodiscard]] bool takes_a_share(const campaign_queue& q) const;
  [[nodiscard]] double marketing_rate() const { return marketing_share_ * rate_.current(); }
  /// A second, at most; 0: what the number can.
  [[nodiscard]] double limit_of(const campaign_queue& q) const;
  /// Meta likes the number so little that it sends no marketing.
  [[nodiscard]] bool is_barred(const campaign_queue& q) const;
  [[nodiscard]] bool may_send(const campaign_queue& q) const { return !q.held && !is_barred(q); }
  [[nodiscard]] double share_of(const campaign_queue& asking) const;
  [[nodiscard]] std::size_t slice_size(const campaign_queue& q) const;
  /// Whether another slice may be marked now.
  [[nodiscard]] bool has_room(campaign_queue& q, double latency_s) const;
  void cut(campaign_queue& q, std::vector<core::slice>& slices);
  void requeue_unsent(campaign_queue& q);
  void requeue_old_retries(campaign_queue& q);
  void adapt();
  void report_pace();

  rate_limiter_actor::pointer self_;
  context_ptr context_;
  ports::number number_;
  core::lease_epoch epoch_{};
  sender_actor sender_;
  supervisor_actor supervisor_;
  core::learned_rate rate_;
  double reported_ = 0;        ///< the ceiling that the log told last
  double marketing_share_ = 1; ///< of its rate, by its quality
  std::map<core::campaign_no, campaign_queue> queues_;
  core::campaign_no last_served_{};
  bool paused_ = false;
  core::steady_time paused_until_{};
  bool stopped_ = false; ///< for good
  owed_ptr left_;        ///< to be answered when nothing is under way
};

rate_limiter_actor::behavior_type
rate_limiter(rate_limiter_actor::stateful_pointer<rate_limiter_state> self, context_ptr context,
             ports::number number, const ports::lease& lease, sender_actor sender,
             supervisor_actor supervisor);

} // namespace stentor::actors
