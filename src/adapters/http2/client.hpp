#pragma once
/// The HTTP/2 client: connections, ready queues, streams, and the turn that moves them: submit what
/// the limits permit, write once per connection, hand outcomes on. It has no thread, no clock and
/// no sockets; network.hpp gives it those, a simulation gives it its own. For one thread, but for
/// metrics(), which any may call.

#include "adapters/http2/connection.hpp"
#include "adapters/http2/histogram.hpp"
#include "adapters/http2/ready_queue.hpp"
#include "adapters/http2/settings.hpp"
#include "adapters/http2/timing_wheel.hpp"
#include "stentor/core/base/url.hpp"
#include "stentor/ports/delivery/answer_reader.hpp"
#include "stentor/ports/delivery/flight_recorder.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace stentor::http2 {

/// A management request until its answer.
struct management_job {
  ports::management_request request;
  std::function<void(ports::management_answer)> then;
  core::steady_time deadline{};
  std::uint32_t repeats = 0;
};

/// What the client stands on.
struct surroundings {
  transport_maker connect;
  std::function<core::steady_time()> clock;
  std::uint64_t seed = 0; ///< of the jitter between connections
  ports::flight_recorder& flights;
};

class client final : public connection_listener {
public:
  client(gateway_settings settings, core::url base, surroundings on,
         std::unique_ptr<ports::answer_reader> reader, const ports::stop_list& stops,
         ports::gateway_listener& listener);
  ~client() override;

  [[nodiscard]] ports::gateway_metrics metrics() const;

  /// Before anything of a turn is done: callbacks of transports, then commands, then turn().
  void look_at_the_clock();
  void turn();
  /// When the next turn is due if nothing comes before.
  [[nodiscard]] core::steady_time next_turn();
  [[nodiscard]] std::uint32_t in_flight() const noexcept { return in_flight_; }
  /// Ends all connections without a word.
  void drop_connections();

  // Commands.
  void open_number(ports::sending_number settings);
  void set_rate(core::number_no number, double per_second, double marketing_per_second);
  void renew(core::number_no number, core::steady_time lease_until);
  void close_number(core::number_no number, const std::function<void()>& closed);
  void hold_number(core::number_no number, bool held);
  void submit(core::slice s);
  void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute);
  void hold_campaign(core::campaign_no campaign, bool held);
  void heard_until(core::steady_time moment) { heard_until_ = moment; }
  void revoke_campaign(core::campaign_no campaign);
  void manage(std::shared_ptr<management_job> job);
  void drain(std::chrono::milliseconds patience, std::function<void()> then);

private:
  void second_passed();
  void publish_metrics();

  // client_submit.cpp: from queues to streams
  void run_queues();
  [[nodiscard]] bool hears_others() const { return now_ < heard_until_; }
  std::size_t run_queue(ready_queue& l, std::size_t room);
  void run_management();
  bool make_request(ready_queue& l, ready_item item);
  connection* with_room();
  void back_off();
  void maintain_connections();
  void report_connection_error(const std::string& text);

  // client_outcome.cpp: from streams to outcomes
  void before_departure(const stream& s) noexcept override;
  void on_stream_end(stream& s, stream_end end) override;
  void on_goaway() override {}
  void end_message(stream& s, stream_end end);
  void end_management(stream& s, stream_end end);
  void report(const ready_item& item, core::number_no number, core::outcome_class kind,
              bool stopped = false);
  core::outcome_batch& batch();
  void add_departures();
  core::outcome& add_outcome(const ready_item& item, core::number_no number);
  void deliver(bool at_once);
  void finish_drain();

  void on_connection_ready(connection& c) override;
  void on_connection_goaway(connection& c) override;
  void on_connection_lost(connection& c, const std::string& why) override;

  stream& take_stream();
  void free_stream(stream& s);
  ready_queue* queue_of_number(core::number_no number);
  void empty_closed(ready_queue& l);
  campaign_state& campaign_of(core::campaign_no number);
  [[nodiscard]] ready_queue::give_back giving_back(ready_queue& l);

  const gateway_settings settings_;
  const core::url base_;
  const std::string authority_;
  const surroundings on_;
  const std::unique_ptr<ports::answer_reader> reader_;
  const ports::stop_list& stops_;
  ports::gateway_listener& listener_;

  core::steady_time now_;
  core::steady_time second_began_;
  core::wall_time wall_{};

  std::vector<std::unique_ptr<connection>> connections_;
  std::size_t first_connection_ = 0;
  std::uint32_t connections_wanted_;
  std::uint32_t failures_ = 0; ///< in a row
  core::steady_time connect_at_{};
  std::mt19937_64 random_;
  std::string last_connection_error_;

  std::unordered_map<core::number_no, std::unique_ptr<ready_queue>> queues_by_number_;
  std::vector<ready_queue*> queues_;
  std::size_t first_queue_ = 0;
  std::unordered_map<core::campaign_no, std::unique_ptr<campaign_state>> campaigns_;
  std::deque<std::shared_ptr<management_job>> management_;

  std::deque<stream> streams_; ///< the slab
  std::vector<stream*> free_streams_;
  std::uint32_t in_flight_ = 0;
  timing_wheel wheel_;

  std::shared_ptr<core::outcome_batch> outcomes_;
  core::steady_time first_outcome_{};

  core::steady_time heard_until_ = core::steady_time::max();
  bool draining_ = false;
  core::steady_time drain_until_ = core::steady_time::max();
  std::vector<std::function<void()>> drained_;

  histogram latency_;
  histogram permit_to_wire_;
  double latency_p99_s_ = 0.5; ///< until something was measured
  std::uint32_t seconds_ = 0;
  const std::chrono::nanoseconds tick_;
  core::steady_time ticked_{};

  struct counters {
    std::atomic<std::uint32_t> connections = 0, in_flight = 0;
    std::atomic<std::uint64_t> queued = 0, submitted = 0, reconnects = 0, goaways = 0, refused = 0,
                               timeouts = 0;
    std::atomic<double> latency_p50_ms = 0, latency_p99_ms = 0, permit_to_wire_p99_ms = 0;
  };
  counters counters_;
};

} // namespace stentor::http2
