#pragma once
/// Webhook POSTs to the endpoint under test: signed, batched, over a few kept-alive HTTP/1.1
/// connections, repeated until answered with 200. Waiting items are 24 bytes each; a body is built
/// when a connection is free for it. Thread contract: the loop's thread.

#include "bench/simulator/server/event_loop.hpp"
#include "bench/simulator/settings.hpp"
#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::load {

/// One update of a webhook.
struct webhook_item {
  std::uint64_t message = 0;
  std::int64_t at_ms = 0; ///< when it happened
  std::uint32_t kind = 0; ///< a timer_kind
};

/// What an item's text needs of its message. Views are good until the next call.
struct webhook_subject {
  std::uint64_t person = 0;
  std::string_view number_id;
  std::string_view callback_data;
  std::string_view category; ///< as pricing spells it, empty for what is no template
  int failure = 0;
};

/// The owner of the messages and of the time.
class webhook_events {
public:
  virtual ~webhook_events() = default;
  [[nodiscard]] virtual webhook_subject subject_of(std::uint64_t message) = 0;
  /// The endpoint answered 200 to a POST with this item.
  virtual void acknowledged(const webhook_item& item, std::int64_t at_us) = 0;
  /// The endpoint refused for too long: the item is dropped.
  virtual void given_up(const webhook_item& item) = 0;
  /// Calls webhook_sender::retry(what) after that time.
  virtual void later(std::uint32_t after_ms, std::uint64_t what) = 0;
};

class webhook_sender {
public:
  /// @param run tells this run's message ids from those of others, see append_wamid()
  webhook_sender(event_loop& loop, webhook_events& events, const simulator_settings& settings,
                 std::uint64_t run);
  ~webhook_sender();
  webhook_sender(const webhook_sender&) = delete;
  webhook_sender& operator=(const webhook_sender&) = delete;

  /// Looks the endpoint's address up. Without a URL it does nothing.
  core::status start();
  [[nodiscard]] bool enabled() const noexcept;

  /// Sends the verification challenge, as Meta does when a callback is subscribed. The result is in
  /// the figures.
  void verify();
  void add(const webhook_item& item);
  /// Gives free connections work. @return ms until a batch has waited long enough, or -1
  int pump(std::int64_t now_us);
  void retry(std::uint64_t what);

  struct figures {
    std::uint64_t posts = 0;
    std::uint64_t acknowledged_posts = 0;
    std::uint64_t acknowledged_items = 0;
    std::uint64_t refused_posts = 0; ///< answered with something else than 200, or not at all
    std::uint64_t given_up = 0;
    std::uint64_t verified = 0; ///< challenges that were answered rightly
    std::uint64_t waiting = 0;  ///< items that were not acknowledged yet
  };
  [[nodiscard]] figures count() const;

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stentor::load
