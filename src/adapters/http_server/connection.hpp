#pragma once
/// One connection of the server and the io thread it lives on. Private to this folder:
/// it shows Asio and Beast.
///
/// Threads: everything of a connection happens on its io thread, except what says
/// otherwise. Other threads reach it by events in the io thread's queue. Exchanges may outlive
/// the server: they keep the io thread, and one that is closed drops their events.

#include "adapters/http_server/clients.hpp"
#include "adapters/http_server/message.hpp"
#include "adapters/http_server/server.hpp"
#include "adapters/http_server/workers.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace stentor::http_server {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;
using clock = std::chrono::steady_clock;

class connection;
class exchange_impl;

/// What all threads of a server share.
struct shared_state {
  server_settings settings;
  application* app = nullptr;
  std::optional<asio::ssl::context> tls;
  workers pool;
  workers streams; ///< for what takes long, so that nothing else waits for it
  clients who;     ///< how many connections each has
  std::atomic<bool> draining{false};
  std::atomic<std::uint64_t> buffered_bytes{0};
  std::atomic<std::uint64_t> unverified_bytes{0};
  std::atomic<unsigned> streams_open{0};
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> connections_total{0};
  std::atomic<std::uint64_t> refused_total{0};
  std::atomic<std::uint64_t> requests_total{0};
  std::atomic<std::uint64_t> responses_total[6] = {};
  std::atomic<std::uint64_t> timeouts_total{0};
  std::atomic<std::uint64_t> malformed_total{0};

  shared_state(server_settings s, application& a)
      : settings{std::move(s)}, app{&a}, pool{settings.worker_threads},
        streams{settings.stream_threads} {}

  [[nodiscard]] workers& pool_of(const plan& p) { return p.on_stream_thread ? streams : pool; }
  [[nodiscard]] std::atomic<std::uint64_t>& bytes_of(const plan& p) {
    return p.unverified ? unverified_bytes : buffered_bytes;
  }
  [[nodiscard]] std::uint64_t bytes_max_of(const plan& p) const {
    return p.unverified ? settings.unverified_bytes_max : settings.buffered_bytes_max;
  }
};

/// What another thread, or a handler, has for a connection.
struct connection_event {
  enum class kind : std::uint8_t {
    answer,
    admitted,
    receive,
    next_piece,
    stop_pieces,
    begin,
    piece,
    end,
    cut,
    dropped
  };
  kind what = kind::answer;
  std::shared_ptr<connection> to;
  std::shared_ptr<exchange_impl> about; ///< null when dropped
};

/// An io thread's own.
class io_thread : public std::enable_shared_from_this<io_thread> {
public:
  explicit io_thread(std::shared_ptr<shared_state> state);

  /// The thread's work, until the context has none.
  void run();
  void start_sweeping();
  void sweep();
  void add(connection& c);
  void remove(connection& c);
  /// From any thread. One wake-up carries all events that gather meanwhile.
  /// False when the io thread is closed and the event was dropped.
  bool post(connection_event l);
  void deliver();
  /// False when none is idle.
  bool end_longest_idle();
  /// Whose unverified body has been incomplete for the longest time.
  connection* oldest_unverified();
  /// Ends idle connections; the others end with their answer.
  void drain();
  /// Ends every connection at once and refuses events from now on.
  void close();
  /// The Date header's value.
  const std::string& date();

  std::shared_ptr<shared_state> state;
  asio::io_context context{1};

private:
  std::vector<std::shared_ptr<connection>> connections_; ///< until they close
  asio::steady_timer sweep_timer_{context};
  std::chrono::milliseconds sweep_period_;
  bool sweeping_ = true; ///< until close()
  std::mutex mutex_;
  std::vector<connection_event> queue_;
  bool closed_ = false;
  std::string date_;
  std::int64_t date_second_ = 0;
};

class connection : public std::enable_shared_from_this<connection> {
public:
  connection(std::shared_ptr<io_thread> home, tcp::socket socket, std::string client_address);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// @param refuse there are too many connections: answer 503 and end
  void start(bool refuse);
  void take(connection_event& l);
  void check_deadline(clock::time_point now);
  void drain();
  void close();

  const std::shared_ptr<io_thread>& home() const noexcept { return home_; }
  [[nodiscard]] bool idle() const noexcept { return phase_ == phase::idle; }
  [[nodiscard]] bool has_part_of_unverified() const noexcept;
  [[nodiscard]] clock::time_point deadline() const noexcept { return deadline_; }
  [[nodiscard]] clock::time_point body_deadline() const noexcept { return body_deadline_; }

  std::size_t place = 0; ///< in the io thread's list
  bool listed = false;

private:
  enum class phase : std::uint8_t {
    handshake,
    idle,
    head,
    admitting, ///< a worker asks whether the body is wanted
    body,
    handling,
    receiving,
    answering,
    pieces,
    lingering,
    closed
  };

  void read();
  void on_read(const error_code& problem, std::size_t count);
  void advance();
  void parse_head();
  void on_head();
  void parse_body();
  void ask();
  void on_admitted();
  void read_body();
  void make_room();
  void whole();
  void hand_over();
  void receive(std::shared_ptr<exchange_impl> about);
  void parse_pieces();
  void end_pieces(core::status how);
  void tell_end(std::shared_ptr<exchange_impl> e, core::status how);
  /// Answers by itself and ends the connection.
  void fail(int status, std::string_view detail);
  void write_answer(exchange_impl* about, response answer);
  void write_head(exchange_impl* about, const response& answer, bool in_pieces);
  void on_written(const error_code& problem);
  void begin_pieces(const std::shared_ptr<exchange_impl>& about);
  void write_piece(const std::shared_ptr<exchange_impl>& about, bool last);
  void write_continue();
  template <class Buffers, class Then>
  void write(const Buffers& buffers, Then then);
  void next_request();
  void linger();
  void set_deadline(std::chrono::milliseconds from_now);
  /// The peer took, or sent, so much since waiting_since_. False: too slow on average.
  bool peer_keeps_pace(std::uint64_t bytes);

  std::shared_ptr<io_thread> home_;
  tcp::socket socket_;
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  boost::beast::flat_buffer buffer_;
  std::string client_address_;
  phase phase_ = phase::handshake;
  bool reading_ = false;
  bool keep_alive_ = true;
  bool unread_body_ = false;
  bool piece_in_flight_ = false; ///< a worker eats a piece of the body
  bool must_continue_ = false;   ///< the peer waits for "100 Continue"
  bool admitted_ = false;
  std::uint64_t lingered_bytes_ = 0;
  std::uint64_t streamed_bytes_ = 0;
  clock::duration waited_{}; ///< for the peer of a stream
  clock::time_point waiting_since_{};
  clock::time_point deadline_{};
  clock::time_point body_deadline_{};
  std::shared_ptr<exchange_impl> current_; ///< while its head or body is being read
  std::weak_ptr<exchange_impl> handled_;   ///< while the application has it
  std::string out_head_;
  response out_;
};

} // namespace stentor::http_server
