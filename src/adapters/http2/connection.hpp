#pragma once
/// A session on a transport, from connecting to the end. A connection is used once: a new one
/// replaces it. For the network thread only.

#include "adapters/http2/histogram.hpp"
#include "adapters/http2/session.hpp"
#include "adapters/http2/settings.hpp"
#include "adapters/http2/transport.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace stentor::http2 {

class connection_listener : public session_listener {
public:
  virtual void on_connection_ready(connection& c) = 0;
  virtual void on_connection_goaway(connection& c) = 0;
  /// Every stream of it has ended before. The connection may be destroyed after the current turn,
  /// not inside the call.
  virtual void on_connection_lost(connection& c, const std::string& why) = 0;
};

/// Time within a turn.
struct turn_clock {
  const std::function<core::steady_time()>& now;
  const std::function<core::wall_time()>& wall;
  core::steady_time end;   ///< nothing is written from then on
  core::steady_time begun; ///< when the turn began to write
};

class connection final : public transport_listener, public session_listener {
public:
  enum class phase : std::uint8_t { opening, ready, draining, lost };

  connection(const transport_maker& connect, const gateway_settings& settings,
             connection_listener& listener, core::steady_time now);
  ~connection() override;

  [[nodiscard]] phase state() const noexcept { return phase_; }
  [[nodiscard]] std::uint32_t open_streams() const noexcept { return session_.open(); }
  /// How many requests may be submitted now; none while bytes wait for the socket.
  [[nodiscard]] std::uint32_t room() const noexcept;

  [[nodiscard]] bool was_ready() const noexcept { return was_ready_; }
  [[nodiscard]] core::steady_time opened() const noexcept { return opened_; }
  /// It was told or asked to go before it was lost.
  [[nodiscard]] bool was_draining() const noexcept { return was_draining_; }
  /// How many requests were open when it was lost.
  [[nodiscard]] std::uint32_t cut_streams() const noexcept { return cut_streams_; }

  /// False when nghttp2 takes no more requests on it (its stream ids are used up): it drains from
  /// now on.
  [[nodiscard]] bool submit(stream& s, core::steady_time permitted);
  void cancel(stream& s) { session_.cancel(s); }
  /// Writes what is to be written, in as few and as large pieces as possible.
  void flush(const turn_clock& clock, histogram& permit_to_wire);
  /// Keep-alive and the connect timeout.
  void tick(core::steady_time now);
  /// GOAWAY, then the end; streams that are open end as they must.
  void close();

private:
  void on_transport_open() override;
  void on_bytes(std::string_view bytes) override;
  void on_transport_lost(const std::string& why) override;
  void before_departure(const stream& s) noexcept override { listener_.before_departure(s); }
  void on_stream_end(stream& s, stream_end end) override { listener_.on_stream_end(s, end); }
  void on_goaway() override;
  void give_up(const std::string& why);

  const gateway_settings& settings_;
  connection_listener& listener_;
  session session_;
  std::shared_ptr<transport> transport_;
  phase phase_ = phase::opening;
  std::string output_;
  core::steady_time opened_;
  core::steady_time heard_;
  std::optional<core::steady_time> pinged_;
  std::optional<core::steady_time> oldest_permit_;
  std::uint32_t unwritten_ = 0; ///< requests since then
  /// The earliest end of the campaigns of which anything may still be to be written.
  core::wall_time leave_before_ = core::wall_time::max();
  bool heard_something_ = false;
  bool was_ready_ = false;
  bool was_draining_ = false;
  std::uint32_t cut_streams_ = 0;
};

} // namespace stentor::http2
