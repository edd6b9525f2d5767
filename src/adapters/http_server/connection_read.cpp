/// How a connection reads: heads, whole bodies, bodies in pieces. The parser is fed by hand, so
/// that a POST which arrives in one segment costs one read and no further turn of the event loop.

#include "adapters/http_server/connection.hpp"
#include "adapters/http_server/exchange_impl.hpp"
#include "adapters/http_server/target.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <limits>

namespace stentor::http_server {

namespace {

constexpr std::size_t head_read_bytes = 8 * 1024;
constexpr std::size_t body_read_bytes = 64 * 1024;

void handle_safely(application& app, const std::shared_ptr<exchange>& e) {
  try {
    app.handle(e);
  } catch (const std::exception&) {
    e->respond(app.problem(500, "The daemon made a mistake with this request. Its log says more."));
  }
}

/// What RFC 9112 and 9110 demand beyond what the parser checks. Returns 0 or the status of the
/// refusal.
int check_head(const request_parser& parser, std::string_view& why) {
  const auto& message = parser.get();
  if (message.version() != 10 && message.version() != 11) {
    why = "Only HTTP/1.0 and HTTP/1.1 are spoken here.";
    return 505;
  }
  const auto hosts = message.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && message.version() == 11)) {
    why = "A request needs exactly one Host header.";
    return 400;
  }
  const auto encodings = message.count(http::field::transfer_encoding);
  if (encodings > 0 && message.version() == 10) {
    why = "HTTP/1.0 has no Transfer-Encoding.";
    return 400;
  }
  if (encodings > 1 ||
      (encodings == 1 &&
       !boost::beast::iequals(message[http::field::transfer_encoding], "chunked"))) {
    why = "The only Transfer-Encoding understood is chunked.";
    return 501;
  }
  const auto expect = message[http::field::expect];
  if (!expect.empty() && !boost::beast::iequals(expect, "100-continue")) {
    why = "The only Expect understood is 100-continue.";
    return 417;
  }
  return 0;
}

/// A line of the head that goes on in the next one. RFC 9112, section 5.2, lets a server refuse it,
/// and a proxy before this one may read it otherwise.
bool has_folded_line(std::string_view head) {
  const auto end = head.find("\r\n\r\n");
  head = head.substr(0, end);
  return head.find("\r\n ") != std::string_view::npos ||
         head.find("\r\n\t") != std::string_view::npos;
}

} // namespace

void connection::read() {
  if (reading_)
    return;
  reading_ = true;
  const auto bytes =
      phase_ == phase::idle || phase_ == phase::head ? head_read_bytes : body_read_bytes;
  auto then = [self = shared_from_this()](const error_code& problem, std::size_t count) {
    self->on_read(problem, count);
  };
  if (tls_)
    tls_->async_read_some(buffer_.prepare(bytes), std::move(then));
  else
    socket_.async_read_some(buffer_.prepare(bytes), std::move(then));
}

void connection::on_read(const error_code& problem, std::size_t count) {
  reading_ = false;
  switch (phase_) {
  case phase::closed:
    return;
  case phase::lingering:
    lingered_bytes_ += count;
    return problem ? close() : linger();
  case phase::answering:
  case phase::handling:
  case phase::pieces: // already answered: discard the rest of the body
    return;
  default:
    break;
  }
  if (problem)
    return close();
  if (phase_ == phase::receiving && !peer_keeps_pace(count))
    return end_pieces(core::error{core::errc::unavailable,
                                  "The body came too slowly. Send it over a better connection."});
  buffer_.commit(count);
  advance();
}

void connection::advance() {
  switch (phase_) {
  case phase::idle:
  case phase::head:
    return parse_head();
  case phase::body:
    return parse_body();
  case phase::receiving:
    return parse_pieces();
  default:
    return;
  }
}

void connection::parse_head() {
  if (phase_ == phase::idle) {
    // RFC 9112, section 2.2: empty lines before a request line are to be ignored.
    while (buffer_.size() > 0 && (*static_cast<const char*>(buffer_.data().data()) == '\r' ||
                                  *static_cast<const char*>(buffer_.data().data()) == '\n'))
      buffer_.consume(1);
    if (buffer_.size() == 0)
      return read();
    current_ = std::make_shared<exchange_impl>(shared_from_this());
    current_->parser.header_limit(
        static_cast<std::uint32_t>(home_->state->settings.header_bytes_max));
    // Not boost::none: Beast 1.74 takes that for a limit of nothing when there is a Content-Length.
    current_->parser.body_limit(std::numeric_limits<std::uint64_t>::max());
    phase_ = phase::head;
    set_deadline(home_->state->settings.header_timeout);
  }
  auto& parser = current_->parser;
  error_code problem;
  const auto bytes = buffer_.data();
  const bool folded = has_folded_line({static_cast<const char*>(bytes.data()), bytes.size()});
  buffer_.consume(parser.put(bytes, problem));
  if (folded && !problem) {
    ++home_->state->malformed_total;
    return fail(400, "A header line must not go on in the next line.");
  }
  if (problem == http::error::need_more)
    return read();
  if (problem == http::error::header_limit) {
    ++home_->state->malformed_total;
    return fail(431, "The request's head is larger than this server takes.");
  }
  if (problem) {
    ++home_->state->malformed_total;
    return fail(400, "This is no HTTP request: " + problem.message() + ".");
  }
  if (!parser.is_header_done())
    return read();
  on_head();
}

void connection::on_head() {
  auto& e = *current_;
  const auto& state = *home_->state;
  ++home_->state->requests_total;
  std::string_view why;
  if (const auto status = check_head(e.parser, why); status != 0) {
    ++home_->state->malformed_total;
    return fail(status, why);
  }
  const auto method = e.parser.get().method_string();
  const auto target = e.parser.get().target();
  e.head_.method = {method.data(), method.size()};
  e.head_.client_address = client_address_;
  e.bodyless = e.head_.method == "HEAD";
  if (!parse_target({target.data(), target.size()}, e.head_)) {
    ++home_->state->malformed_total;
    return fail(400, "The request's address is malformed.");
  }
  keep_alive_ = e.parser.keep_alive();
  must_continue_ = e.parser.get().version() == 11 &&
                   boost::beast::iequals(e.parser.get()[http::field::expect], "100-continue");
  e.plan_ = state.app->expect(e.head_);
  if (e.plan_.refuse) {
    const auto kept = std::move(current_);
    kept->answered = true;
    return write_answer(kept.get(), std::move(*kept->plan_.refuse));
  }
  admitted_ = !e.plan_.ask_first;
  streamed_bytes_ = 0;
  waited_ = {};
  if (e.parser.is_done() || e.plan_.streamed)
    return whole();
  if (const auto length = e.parser.content_length(); length && *length > e.plan_.body_max)
    return fail(413, "The body is larger than " + std::to_string(e.plan_.body_max) + " bytes.");
  e.parser.body_limit(e.plan_.body_max);
  e.parser.eager(true);
  read_body();
}

void connection::read_body() {
  const auto& settings = home_->state->settings;
  phase_ = phase::body;
  body_deadline_ = clock::now() + settings.body_timeout;
  deadline_ = std::min(body_deadline_, clock::now() + settings.body_idle_timeout);
  if (must_continue_ && buffer_.size() == 0)
    return admitted_ ? write_continue() : ask();
  parse_body();
}

/// The token is looked up before memory, a stream or a further read is spent on its bearer.
void connection::ask() {
  phase_ = phase::admitting;
  deadline_ = clock::time_point::max(); // asking has a time limit of its own
  home_->state->pool.post([e = current_, self = shared_from_this()] {
    auto& app = *self->home()->state->app;
    try {
      e->refusal = app.admit(*e);
    } catch (const std::exception&) {
      e->refusal =
          app.problem(500, "The daemon made a mistake with this request. Its log says more.");
    }
    self->home()->post({connection_event::kind::admitted, self, e});
  });
}

void connection::on_admitted() {
  if (phase_ != phase::admitting || !current_)
    return;
  admitted_ = true;
  if (current_->refusal) {
    const auto kept = std::move(current_);
    kept->answered = true;
    return write_answer(kept.get(), std::move(*kept->refusal));
  }
  if (current_->parser.is_done() || current_->plan_.streamed)
    return whole();
  read_body();
}

/// Everything is there that handle() wants.
void connection::whole() {
  if (current_->plan_.on_stream_thread && !admitted_)
    return ask();
  hand_over();
}

bool connection::has_part_of_unverified() const noexcept {
  return phase_ == phase::body && current_ && current_->plan_.unverified;
}

/// Real webhooks arrive at once, so the body that has been incomplete for the longest time is the
/// one to give up. With none to give up here it is this one's turn.
void connection::make_room() {
  auto& state = *home_->state;
  constexpr std::string_view why = "Too many requests are being received. Try again in a moment.";
  if (!current_->plan_.unverified)
    return fail(503, why);
  while (phase_ == phase::body && state.unverified_bytes > state.settings.unverified_bytes_max) {
    auto* oldest = home_->oldest_unverified();
    (oldest == nullptr ? this : oldest)->fail(503, why);
  }
}

void connection::parse_body() {
  auto& parser = current_->parser;
  if (buffer_.size() > 0) {
    error_code problem;
    buffer_.consume(parser.put(buffer_.data(), problem));
    if (problem == http::error::body_limit)
      return fail(413, "The body is larger than " + std::to_string(current_->plan_.body_max) +
                           " bytes.");
    if (problem && problem != http::error::need_more) {
      ++home_->state->malformed_total;
      return fail(400, "The request's body is malformed: " + problem.message() + ".");
    }
  }
  if (parser.is_done())
    return whole();
  if (!admitted_)
    return ask();
  // What is left now is the beginning of a chunk's head or of the trailer; neither has a reason to
  // be long.
  if (buffer_.size() > home_->state->settings.header_bytes_max) {
    ++home_->state->malformed_total;
    return fail(400, "A chunk of the request's body has no end.");
  }
  const auto size = parser.get().body().size();
  auto& all = home_->state->bytes_of(current_->plan_);
  all += size - current_->counted_bytes;
  current_->counted_bytes = size;
  if (all > home_->state->bytes_max_of(current_->plan_))
    make_room();
  if (phase_ != phase::body)
    return;
  deadline_ = std::min(body_deadline_, clock::now() + home_->state->settings.body_idle_timeout);
  read();
}

void connection::hand_over() {
  auto& state = *home_->state;
  if (current_->plan_.on_stream_thread) {
    current_->holds_stream = true;
    if (state.streams_open.fetch_add(1) >= state.settings.stream_threads)
      return fail(503, "As many lists are being sent or fetched as this daemon takes at once. Try "
                       "again in a moment.");
  }
  phase_ = phase::handling;
  const auto within = current_->plan_.answer_within;
  deadline_ = within.count() > 0 ? clock::now() + within : clock::time_point::max();
  auto e = std::move(current_);
  current_.reset();
  handled_ = e;
  auto& app = *state.app;
  if (e->plan_.on_io_thread)
    return handle_safely(app, e);
  auto& pool = state.pool_of(e->plan_);
  pool.post([&app, e = std::move(e)]() mutable { handle_safely(app, std::exchange(e, nullptr)); });
}

void connection::receive(std::shared_ptr<exchange_impl> about) {
  current_ = std::move(about);
  phase_ = phase::receiving;
  current_->parser.eager(true);
  set_deadline(home_->state->settings.body_idle_timeout);
  waiting_since_ = clock::now();
  if (must_continue_ && buffer_.size() == 0 && !current_->parser.is_done())
    return write_continue();
  parse_pieces();
}

void connection::parse_pieces() {
  auto& parser = current_->parser;
  if (buffer_.size() > 0 && !parser.is_done()) {
    error_code problem;
    buffer_.consume(parser.put(buffer_.data(), problem));
    if ((problem && problem != http::error::need_more) ||
        buffer_.size() > body_read_bytes + home_->state->settings.header_bytes_max) {
      ++home_->state->malformed_total;
      return end_pieces(core::error{core::errc::invalid,
                                    "The request's body is malformed: " + problem.message() + "."});
    }
  }
  auto& body = parser.get().body();
  if (!body.empty()) {
    deadline_ = clock::time_point::max(); // the consumer may take its time
    piece_in_flight_ = true;
    home_->state->pool_of(current_->plan_)
        .post([e = current_, self = shared_from_this(), piece = std::move(body)]() mutable {
          bool more = false;
          try {
            more = e->on_piece(piece);
          } catch (const std::exception&) {
            more = false;
          }
          if (!self->home()->post(
                  {more ? connection_event::kind::next_piece : connection_event::kind::stop_pieces,
                   self, e}))
            self->tell_end(std::move(e),
                           core::error{core::errc::unavailable, "The server was stopped."});
        });
    body.clear();
    return;
  }
  if (parser.is_done())
    return end_pieces(core::ok{});
  set_deadline(home_->state->settings.body_idle_timeout);
  waiting_since_ = clock::now();
  read();
}

void connection::end_pieces(core::status how) {
  if (phase_ != phase::receiving || !current_)
    return;
  phase_ = phase::handling;
  deadline_ = clock::time_point::max();
  tell_end(std::exchange(current_, nullptr), std::move(how));
}

// From any thread. The functions leave the exchange, because they usually hold it themselves.
void connection::tell_end(std::shared_ptr<exchange_impl> e, core::status how) {
  auto& app = *home_->state->app;
  auto& pool = home_->state->pool_of(e->plan_);
  pool.post([&app, e = std::move(e), how = std::move(how)] {
    const auto end = std::exchange(e->on_end, nullptr);
    try {
      if (end)
        end(how);
    } catch (const std::exception&) {
      e->respond(
          app.problem(500, "The daemon made a mistake with this request. Its log says more."));
    }
    e->on_piece = nullptr;
  });
}

} // namespace stentor::http_server
