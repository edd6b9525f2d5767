#pragma once
/// Meta's behaviour behind the HTTP/2 server: sends with their checks, limits and scripted
/// outcomes; templates and numbers; and the simulator's own endpoints under /_simulator. Thread
/// contract: the loop's thread.

#include "bench/simulator/clock.hpp"
#include "bench/simulator/ground_truth.hpp"
#include "bench/simulator/meta/limits.hpp"
#include "bench/simulator/meta/media_shelf.hpp"
#include "bench/simulator/meta/message_store.hpp"
#include "bench/simulator/meta/send_request.hpp"
#include "bench/simulator/meta/templates.hpp"
#include "bench/simulator/scripted_outcome.hpp"
#include "bench/simulator/server/http2_server.hpp"
#include "bench/simulator/settings.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"
#include "bench/simulator/webhooks/timer_wheel.hpp"
#include "bench/simulator/webhooks/webhook_sender.hpp"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace stentor::load {

class meta_service final : public http2_handler, private webhook_events {
public:
  explicit meta_service(simulator_settings settings);

  core::status start();

  /// What the timers want done. @return ms until the next turn is wanted at the latest
  int turn();
  void run() {
    loop_.run([this] { return turn(); });
  }
  /// From any thread.
  void stop() { loop_.stop(); }

  [[nodiscard]] http2_server& server() noexcept { return server_; }
  [[nodiscard]] ground_truth_writer& ground_truth_file() noexcept { return truth_; }

  bool authorize(std::string_view value) override;
  void handle(http2_connection& connection, http2_stream& stream) override;

  /// Figures as a JSON object.
  [[nodiscard]] std::string metrics() const;

private:
  struct sending_number {
    std::string id;
    double rate;
    throughput_limit limit;
  };
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  // The send path.
  void send(http2_connection& connection, http2_stream& stream, std::string_view number_id);
  [[nodiscard]] std::uint16_t place_of(const message_template* tpl) const;
  int check_send(const send_request& request, std::uint16_t number, people::person& who,
                 std::int64_t at_us);
  void accept(http2_connection& connection, http2_stream& stream, const send_request& request,
              std::uint16_t number, std::uint32_t attempt, const scripted_outcome& outcome);
  int failure_of(const send_request& request, const scripted_outcome& outcome);
  std::uint32_t held_for_ms(const send_request& request);
  void plan_statuses(std::uint64_t message, const scripted_outcome& outcome, int failure);
  void plan(timer_kind what, std::uint64_t message, std::uint32_t after_ms);
  void refuse(http2_connection& connection, http2_stream& stream, int code,
              std::string_view details = {});
  void answer(http2_connection& connection, http2_stream& stream, int status,
              std::uint32_t latency_us = 0);
  int number_index(std::string_view id);
  void connection_faults(http2_connection& connection);

  // Everything else: management.cpp.
  void manage(http2_connection& connection, http2_stream& stream);
  void control(http2_connection& connection, http2_stream& stream, std::string_view path);
  core::status change_faults(std::string_view body);
  bool change_templates(http2_stream& stream, const std::vector<std::string_view>& parts,
                        std::string_view query);
  bool take_media(http2_connection& connection, http2_stream& stream,
                  const std::vector<std::string_view>& parts, std::string_view query);
  [[nodiscard]] std::string number_json(const std::string& id) const;

  // What the webhook sender asks and tells.
  webhook_subject subject_of(std::uint64_t message) override;
  void acknowledged(const webhook_item& item, std::int64_t at_us) override;
  void given_up(const webhook_item& item) override { messages_.release(item.message); }
  void later(std::uint32_t after_ms, std::uint64_t what) override;

  void fire(const timer_entry& entry);
  [[nodiscard]] std::uint32_t now_ms() const {
    return static_cast<std::uint32_t>((now_us() - start_us_) / 1000);
  }

  simulator_settings settings_;
  std::int64_t start_us_;
  event_loop loop_;
  http2_server server_{loop_, *this};
  template_catalog templates_;
  media_shelf media_;
  send_reader reader_;
  ground_truth_writer truth_;
  timer_wheel wheel_;
  people people_;
  message_store messages_;
  webhook_sender webhooks_;
  std::vector<sending_number> numbers_;
  std::unordered_map<std::string, std::uint16_t, text_hash, std::equal_to<>> number_by_id_;
  std::unordered_map<std::uint64_t, std::uint32_t> capped_until_ms_; ///< people after a 131049
  std::unordered_set<std::uint64_t> stopped_;                        ///< people who said stop
  /// Of one template that Meta paces: how many went out, and when it has decided.
  struct assessment {
    std::uint32_t messages = 0;
    std::uint32_t decided_ms = 0; ///< 0: it has not begun
  };
  std::unordered_map<std::size_t, assessment> assessments_; ///< by the template's index
  std::uint64_t accepted_ = 0;
  std::uint64_t unanswered_ = 0;
  std::map<int, std::uint64_t> refused_; ///< by code
  std::int64_t flushed_us_ = 0;
};

} // namespace stentor::load
