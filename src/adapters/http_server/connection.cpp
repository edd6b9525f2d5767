/// A connection's life: handshake, one request after the other, end. Reading lies in
/// connection_read.cpp.

#include "adapters/http_server/connection.hpp"
#include "adapters/http_server/exchange_impl.hpp"
#include "adapters/http_server/target.hpp"

#include <boost/asio/write.hpp>

#include <array>

namespace stentor::http_server {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view end_of_chunks = "0\r\n\r\n";
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
/// How long and how much is read of a peer that still sends, so that it sees the answer before the
/// connection is reset (RFC 9112, section 9.6).
constexpr auto linger_time = 2s;
constexpr std::uint64_t linger_bytes_max = 64U << 20;

/// Header values come from the API's code and from stored names; a line break in one must not
/// become a header of its own.
void append_value(std::string& to, std::string_view value) {
  for (const auto c : value)
    to.push_back(c == '\r' || c == '\n' ? ' ' : c);
}

} // namespace

connection::connection(std::shared_ptr<io_thread> home, tcp::socket socket,
                       std::string client_address)
    : home_{std::move(home)}, socket_{std::move(socket)}, client_address_{
                                                              std::move(client_address)} {
  ++home_->state->connections;
  ++home_->state->connections_total;
}

connection::~connection() {
  home_->state->who.left(client_address_);
  --home_->state->connections;
}

void connection::start(bool refuse) {
  home_->add(*this);
  error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  auto& state = *home_->state;
  if (refuse && state.tls)
    return close();
  if (refuse)
    return fail(503,
                "The server has as many connections as it takes, of all clients or of this one. "
                "Try again in a moment.");
  set_deadline(state.settings.header_timeout);
  if (!state.tls) {
    phase_ = phase::idle;
    return read();
  }
  tls_.emplace(socket_, *state.tls);
  tls_->async_handshake(asio::ssl::stream_base::server,
                        [self = shared_from_this()](const error_code& problem) {
                          if (problem || self->phase_ == phase::closed)
                            return self->close();
                          self->phase_ = phase::idle;
                          self->set_deadline(self->home_->state->settings.header_timeout);
                          self->read();
                        });
}

void connection::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = clock::now() + from_now;
}

void connection::check_deadline(clock::time_point now) {
  if (now < deadline_)
    return;
  const auto self = shared_from_this();
  deadline_ = clock::time_point::max();
  if (phase_ != phase::idle && phase_ != phase::lingering)
    ++home_->state->timeouts_total;
  switch (phase_) {
  case phase::head:
  case phase::body:
    return fail(408, "The request did not arrive in time.");
  case phase::receiving:
    return end_pieces(
        core::error{core::errc::unavailable, "The body stopped arriving. Send it again."});
  case phase::handling:
    if (const auto e = handled_.lock(); e && !e->answered.exchange(true)) {
      auto answer = home_->state->app->problem(503, "The answer took too long. Try again.");
      answer.headers.emplace_back("Retry-After", "5");
      write_answer(e.get(), std::move(answer));
    }
    return;
  case phase::idle:
  case phase::handshake:
  case phase::answering:
  case phase::pieces:
  case phase::lingering:
    return close();
  case phase::admitting:
  case phase::closed:
    return;
  }
}

bool connection::peer_keeps_pace(std::uint64_t bytes) {
  const auto& settings = home_->state->settings;
  waited_ += clock::now() - waiting_since_;
  streamed_bytes_ += bytes;
  if (waited_ < settings.stream_grace)
    return true;
  const auto seconds = std::chrono::duration<double>(waited_).count();
  return static_cast<double>(streamed_bytes_) >=
         seconds * static_cast<double>(settings.stream_bytes_per_second_min);
}

void connection::drain() {
  if (phase_ == phase::idle || phase_ == phase::handshake)
    close();
}

void connection::close() {
  if (phase_ == phase::closed)
    return;
  const auto self = shared_from_this();
  if (phase_ == phase::receiving &&
      !piece_in_flight_) // otherwise the piece's event finds a closed connection
    end_pieces(core::error{core::errc::unavailable,
                           "The connection ended before the body did. Send it again."});
  phase_ = phase::closed;
  home_->remove(*this);
  error_code ignored;
  socket_.close(ignored);
  if (const auto e = handled_.lock())
    e->piece_done(false);
  current_.reset();
}

void connection::take(connection_event& l) {
  if (phase_ == phase::closed) {
    if (l.what == connection_event::kind::next_piece ||
        l.what == connection_event::kind::stop_pieces)
      return tell_end(std::move(l.about), core::error{core::errc::unavailable,
                                                      "The connection ended before the body did."});
    if (l.about)
      l.about->piece_done(false);
    return;
  }
  switch (l.what) {
  case connection_event::kind::answer:
    current_.reset();
    return write_answer(l.about.get(), std::move(l.about->answer));
  case connection_event::kind::admitted:
    return on_admitted();
  case connection_event::kind::receive:
    return receive(std::move(l.about));
  case connection_event::kind::next_piece:
    piece_in_flight_ = false;
    return phase_ == phase::receiving ? parse_pieces() : void();
  case connection_event::kind::stop_pieces:
    piece_in_flight_ = false;
    return end_pieces(core::error{core::errc::invalid, "The reader wants no more of the body."});
  case connection_event::kind::begin:
    return begin_pieces(l.about);
  case connection_event::kind::piece:
    return write_piece(l.about, false);
  case connection_event::kind::end:
    return write_piece(l.about, true);
  case connection_event::kind::cut:
    return close();
  case connection_event::kind::dropped:
    if (phase_ == phase::pieces)
      return close();
    if (phase_ == phase::handling || phase_ == phase::receiving)
      fail(500, "The request was dropped without an answer.");
  }
}

void connection::fail(int status, std::string_view detail) {
  const auto e = std::move(current_);
  if (e)
    e->answered = true;
  keep_alive_ = false;
  auto answer = home_->state->app->problem(status, detail);
  if (status == 503)
    answer.headers.emplace_back("Retry-After", "5");
  write_answer(e.get(), std::move(answer));
}

void connection::write_head(exchange_impl* about, const response& answer, bool in_pieces) {
  unread_body_ = about == nullptr || !about->parser.is_done();
  if (home_->state->draining || about == nullptr || unread_body_)
    keep_alive_ = false;
  auto& head = out_head_;
  head.assign("HTTP/1.1 ")
      .append(std::to_string(answer.status))
      .append(" ")
      .append(reason_phrase(answer.status));
  head.append("\r\nDate: ").append(home_->date()).append("\r\n");
  if (!answer.content_type.empty()) {
    head.append("Content-Type: ");
    append_value(head, answer.content_type);
    head.append("\r\n");
  }
  if (!in_pieces && answer.status != 204 && answer.status != 304)
    head.append("Content-Length: ").append(std::to_string(answer.body.size())).append("\r\n");
  if (in_pieces && about->in_chunks)
    head.append("Transfer-Encoding: chunked\r\n");
  if (tls_) // a browser asks in the clear no more, for a year
    head.append("Strict-Transport-Security: max-age=31536000\r\n");
  for (const auto& [name, value] : answer.headers) {
    head.append(name).append(": ");
    append_value(head, value);
    head.append("\r\n");
  }
  if (!keep_alive_)
    head.append("Connection: close\r\n");
  else if (about->parser.get().version() == 10)
    head.append("Connection: keep-alive\r\n");
  head.append("\r\n");
  ++home_->state->responses_total[static_cast<std::size_t>(answer.status / 100) % 6];
}

template <class Buffers, class Then>
void connection::write(const Buffers& buffers, Then then) {
  // Whoever takes a little at a time is slow, not gone.
  auto progress = [this](const error_code& problem, std::size_t count) -> std::size_t {
    constexpr std::size_t at_once = 64U * 1024;
    if (count > 0 && (phase_ == phase::answering || phase_ == phase::pieces))
      set_deadline(home_->state->settings.write_timeout);
    return problem ? 0 : at_once;
  };
  if (tls_)
    asio::async_write(*tls_, buffers, progress, std::move(then));
  else
    asio::async_write(socket_, buffers, progress, std::move(then));
}

void connection::write_answer(exchange_impl* about, response answer) {
  phase_ = phase::answering;
  set_deadline(home_->state->settings.write_timeout);
  out_ = std::move(answer);
  write_head(about, out_, false);
  const auto body =
      about != nullptr && about->bodyless ? asio::const_buffer{} : asio::buffer(out_.body);
  const std::array<asio::const_buffer, 2> both{asio::buffer(out_head_), body};
  write(both, [self = shared_from_this()](const error_code& problem, std::size_t) {
    self->on_written(problem);
  });
}

void connection::begin_pieces(const std::shared_ptr<exchange_impl>& about) {
  current_.reset();
  phase_ = phase::pieces;
  set_deadline(home_->state->settings.write_timeout);
  // With a buffer of megabytes a slow reader would seem to take nothing for minutes.
  constexpr int stream_buffer = 256 * 1024;
  error_code ignored;
  socket_.set_option(tcp::socket::send_buffer_size{stream_buffer}, ignored);
  about->in_chunks = about->parser.get().version() == 11;
  if (!about->in_chunks)
    keep_alive_ = false;
  write_head(about.get(), about->answer, true);
  write(asio::buffer(out_head_),
        [self = shared_from_this(), about](const error_code& problem, std::size_t) {
          about->piece_done(!problem);
          self->deadline_ = clock::time_point::max();
          if (problem)
            self->close();
        });
}

void connection::write_piece(const std::shared_ptr<exchange_impl>& about, bool last) {
  set_deadline(home_->state->settings.write_timeout);
  if (last) {
    phase_ = phase::answering;
    const auto ending =
        about->in_chunks && !about->bodyless ? asio::buffer(end_of_chunks) : asio::const_buffer{};
    return write(ending, [self = shared_from_this()](const error_code& problem, std::size_t) {
      self->on_written(problem);
    });
  }
  waiting_since_ = clock::now();
  write(asio::buffer(about->piece),
        [self = shared_from_this(), about](const error_code& problem, std::size_t count) {
          const bool fast_enough = self->peer_keeps_pace(count);
          about->piece_done(!problem && fast_enough);
          self->deadline_ =
              clock::time_point::max(); // while the writer makes the next piece, nobody is late
          if (problem || !fast_enough)
            self->close();
        });
}

void connection::write_continue() {
  must_continue_ = false;
  write(asio::buffer(continue_line),
        [self = shared_from_this()](const error_code& problem, std::size_t) {
          if (problem)
            return self->close();
          if (self->phase_ == phase::body)
            self->parse_body();
          else if (self->phase_ == phase::receiving)
            self->parse_pieces();
        });
}

void connection::on_written(const error_code& problem) {
  if (phase_ == phase::closed)
    return;
  if (problem)
    return close();
  if (keep_alive_)
    next_request();
  else
    linger();
}

void connection::next_request() {
  out_ = {};
  handled_.reset();
  phase_ = phase::idle;
  set_deadline(home_->state->settings.idle_timeout);
  if (buffer_.size() > 0)
    return advance();
  if (home_->state->draining)
    return close();
  constexpr std::size_t kept_capacity =
      16 * 1024; // a connection that once carried a large body must not keep its memory
  if (buffer_.capacity() > kept_capacity)
    buffer_ = boost::beast::flat_buffer{};
  read();
}

void connection::linger() {
  if (phase_ != phase::lingering) {
    phase_ = phase::lingering;
    deadline_ = clock::now() + linger_time;
    error_code ignored;
    if (tls_ && !reading_ && !unread_body_)
      return tls_->async_shutdown(
          [self = shared_from_this()](const error_code&) { self->close(); });
    if (!tls_)
      socket_.shutdown(tcp::socket::shutdown_send, ignored);
    if (!tls_ && !unread_body_ && !reading_ && buffer_.size() == 0)
      return close(); // nothing unread, so closing resets nothing
  }
  if (lingered_bytes_ > linger_bytes_max)
    return close();
  if (!reading_)
    read();
}

} // namespace stentor::http_server
