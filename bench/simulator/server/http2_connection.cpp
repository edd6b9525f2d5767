#include "bench/simulator/server/http2_connection.hpp"

#include "bench/simulator/clock.hpp"

#include <nghttp2/nghttp2.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace stentor::load {
namespace {

constexpr std::size_t read_piece = 64 * 1024;
constexpr std::size_t out_limit = 128 * 1024; ///< more waits until this much has been written
constexpr std::size_t turn_limit =
    512 * 1024; ///< of bytes read from one connection before others get their turn
constexpr std::size_t tls_record = 16 * 1024;
constexpr std::int32_t connection_window = 16 * 1024 * 1024;

/// One thread serves all connections, so they can share the piece that is read.
thread_local std::array<char, read_piece>
    input; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

std::uint8_t* bytes(const char* text) {
  return reinterpret_cast<std::uint8_t*>(
      const_cast<char*>(text)); // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

nghttp2_nv header(std::string_view name, std::string_view value) {
  return {bytes(name.data()), bytes(value.data()), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

std::string_view status_text(int status) {
  switch (status) {
  case 200:
    return "200";
  case 400:
    return "400";
  case 401:
    return "401";
  case 402:
    return "402";
  case 403:
    return "403";
  case 404:
    return "404";
  case 405:
    return "405";
  case 413:
    return "413";
  case 429:
    return "429";
  case 502:
    return "502";
  case 503:
    return "503";
  default:
    return "500";
  }
}

} // namespace

/// nghttp2's callbacks; user_data is the connection.
struct http2_connection::callbacks {
  static http2_connection& self(void* user) { return *static_cast<http2_connection*>(user); }

  static http2_stream* stream_of(http2_connection& c, std::int32_t id) {
    if (c.current_ != nullptr && c.current_->id == id)
      return c.current_;
    c.current_ = static_cast<http2_stream*>(nghttp2_session_get_stream_user_data(c.session_, id));
    return c.current_;
  }

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    auto& c = self(user);
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
      return 0;
    // nghttp2 ignores later streams only once GOAWAY is written; until then we must say so
    // ourselves, because the client will take them as not processed.
    if (c.going_away_) {
      c.current_ = nullptr;
      return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                       NGHTTP2_REFUSED_STREAM);
    }
    c.current_ = &c.take_stream(frame->hd.stream_id);
    c.last_id_ = frame->hd.stream_id;
    return nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, c.current_);
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    auto& c = self(user);
    auto* stream = stream_of(c, frame->hd.stream_id);
    if (stream == nullptr)
      return 0;
    const std::string_view n{reinterpret_cast<const char*>(name), name_size};
    const std::string_view v{reinterpret_cast<const char*>(value), value_size};
    if (n == ":path") {
      stream->path.assign(v);
    } else if (n == ":method") {
      stream->post = v == "POST";
      stream->remove = v == "DELETE";
    } else if (n == "authorization") {
      stream->authorized = c.authorize(v);
    } else if (n == "content-type" && v != "application/json") {
      stream->content_type.assign(v);
    } else if (n == "file_offset") {
      stream->file_offset.assign(v);
    }
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user) {
    auto& c = self(user);
    auto* stream = stream_of(c, id);
    if (stream == nullptr)
      return 0;
    if (stream->body.size() + size > c.body_bytes_max_) {
      c.reset_stream(*stream);
      return 0;
    }
    stream->body.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if ((frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) ||
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0)
      return 0;
    auto& c = self(user);
    auto* stream = stream_of(c, frame->hd.stream_id);
    if (stream == nullptr)
      return 0;
    ++c.requests_;
    stream->earliest_us = c.drained_us_;
    stream->latest_us = c.read_us_;
    c.handler_.handle(c, *stream);
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* user) {
    auto& c = self(user);
    if (auto* stream = stream_of(c, id); stream != nullptr)
      c.release(*stream);
    return 0;
  }

  static ssize_t read_answer(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                             std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& stream = *static_cast<http2_stream*>(source->ptr);
    const auto piece = std::min(size, stream.answer.size() - stream.answered);
    std::memcpy(to, stream.answer.data() + stream.answered, piece);
    stream.answered += piece;
    if (stream.answered == stream.answer.size())
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(piece);
  }

  static nghttp2_session_callbacks* make() {
    nghttp2_session_callbacks* all = nullptr;
    nghttp2_session_callbacks_new(&all);
    nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(all, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(all, on_close);
    return all;
  }
};

http2_connection::http2_connection(int socket, std::uint32_t number, ssl_ctx_st* tls,
                                   const http2_connection_settings& settings,
                                   http2_handler& handler)
    : socket_{socket}, number_{number}, handler_{handler},
      body_bytes_max_{settings.body_bytes_max}, shaken_{tls == nullptr} {
  drained_us_ = now_us();
  if (tls != nullptr) {
    tls_ = SSL_new(tls);
    over_ = tls_ == nullptr || SSL_set_fd(tls_, socket_) != 1;
    if (!over_)
      SSL_set_accept_state(tls_);
  }
  over_ = over_ || !open_session(settings);
}

http2_connection::~http2_connection() {
  nghttp2_session_del(session_);
  SSL_free(tls_);
  ::close(socket_);
}

bool http2_connection::open_session(const http2_connection_settings& settings) {
  static nghttp2_session_callbacks* const all = callbacks::make();
  nghttp2_option* option = nullptr;
  if (nghttp2_option_new(&option) != 0)
    return false;
  nghttp2_option_set_no_closed_streams(option, 1);
  const int made = nghttp2_session_server_new2(&session_, all, this, option);
  nghttp2_option_del(option);
  if (made != 0)
    return false;
  // The window is wide, so that bodies never wait for our WINDOW_UPDATE; without RFC 7540's
  // priorities there is no tree to keep.
  const std::array<nghttp2_settings_entry, 3> entries{{
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.max_concurrent_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1024 * 1024},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
  }};
  return nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size()) ==
             0 &&
         nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window) ==
             0;
}

http2_connection::io http2_connection::shake_hands() {
  ERR_clear_error();
  const int made = SSL_accept(tls_);
  if (made == 1) {
    shaken_ = true;
    return io::done;
  }
  const int why = SSL_get_error(tls_, made);
  wants_write_ = why == SSL_ERROR_WANT_WRITE;
  return why == SSL_ERROR_WANT_READ || wants_write_ ? io::blocked : io::over;
}

http2_connection::io http2_connection::read_some(std::size_t& size) {
  if (tls_ != nullptr) {
    ERR_clear_error();
    const int got = SSL_read(tls_, input.data(), static_cast<int>(input.size()));
    if (got > 0) {
      size = static_cast<std::size_t>(got);
      return io::done;
    }
    return SSL_get_error(tls_, got) == SSL_ERROR_WANT_READ ? io::blocked : io::over;
  }
  const auto got = ::recv(socket_, input.data(), input.size(), 0);
  if (got > 0) {
    size = static_cast<std::size_t>(got);
    return io::done;
  }
  return got < 0 && (errno == EAGAIN || errno == EINTR) ? io::blocked : io::over;
}

bool http2_connection::read() {
  if (over_)
    return false;
  if (!shaken_) {
    const auto how = shake_hands();
    if (how != io::done)
      return how == io::blocked;
  }
  for (std::size_t total = 0; total < turn_limit;) {
    const auto before_us = now_us();
    std::size_t size = 0;
    const auto how = read_some(size);
    if (how == io::over)
      return false;
    if (how == io::blocked) {
      drained_us_ = before_us;
      break;
    }
    read_us_ = now_us();
    total += size;
    const auto taken = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const std::uint8_t*>(input.data()), size);
    if (taken < 0 || over_)
      return false;
    // A short read of a clear socket has emptied it, which saves the call that would say so.
    if (tls_ == nullptr && size < input.size()) {
      drained_us_ = before_us;
      break;
    }
  }
  return true;
}

http2_connection::io http2_connection::write_some(const char* data, std::size_t size,
                                                  std::size_t& written) {
  if (tls_ != nullptr) {
    ERR_clear_error();
    const int put = SSL_write(tls_, data, static_cast<int>(std::min(size, tls_record)));
    if (put > 0) {
      written = static_cast<std::size_t>(put);
      return io::done;
    }
    const int why = SSL_get_error(tls_, put);
    return why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ ? io::blocked : io::over;
  }
  const auto put = ::send(socket_, data, size, MSG_NOSIGNAL);
  if (put >= 0) {
    written = static_cast<std::size_t>(put);
    return io::done;
  }
  return errno == EAGAIN || errno == EINTR ? io::blocked : io::over;
}

bool http2_connection::flush() {
  if (over_)
    return false;
  if (!shaken_)
    return true;
  wants_write_ = false;
  for (;;) {
    while (out_.size() < out_limit) {
      const std::uint8_t* data = nullptr;
      const auto size = nghttp2_session_mem_send(session_, &data);
      if (size < 0)
        return false;
      if (size == 0)
        break;
      out_.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    }
    if (out_.empty())
      break;
    while (out_written_ < out_.size()) {
      std::size_t written = 0;
      const auto how = write_some(out_.data() + out_written_, out_.size() - out_written_, written);
      if (how == io::over)
        return false;
      if (how == io::blocked) {
        wants_write_ = true;
        return true;
      }
      out_written_ += written;
    }
    out_.clear();
    out_written_ = 0;
  }
  // After GOAWAY and the last answer only our half is closed, so that a reset cannot overtake the
  // answers.
  if (!half_closed_ && nghttp2_session_want_read(session_) == 0 &&
      nghttp2_session_want_write(session_) == 0) {
    half_closed_ = true;
    if (tls_ != nullptr)
      SSL_shutdown(tls_);
    ::shutdown(socket_, SHUT_WR);
  }
  return true;
}

http2_stream& http2_connection::take_stream(std::int32_t id) {
  if (free_slots_.empty()) {
    streams_.push_back(std::make_unique<http2_stream>());
    streams_.back()->slot = static_cast<std::uint32_t>(streams_.size() - 1);
    streams_.back()->body.reserve(2048); // simdjson wants padding behind the text
    free_slots_.push_back(streams_.back()->slot);
  }
  auto& stream = *streams_[free_slots_.back()];
  free_slots_.pop_back();
  stream.id = id;
  stream.open = true;
  stream.authorized = false;
  stream.post = stream.remove = false;
  stream.path.clear();
  stream.content_type.clear();
  stream.file_offset.clear();
  stream.body.clear();
  stream.answer.clear();
  stream.answered = 0;
  return stream;
}

void http2_connection::release(http2_stream& stream) {
  if (!stream.open)
    return;
  constexpr std::size_t kept = 1024 * 1024;
  if (stream.body.capacity() > kept) // a file
    stream.body = {};
  stream.open = false;
  ++stream.generation;
  free_slots_.push_back(stream.slot);
  if (current_ == &stream)
    current_ = nullptr;
}

http2_stream* http2_connection::find(std::uint32_t slot, std::uint32_t generation) {
  if (slot >= streams_.size())
    return nullptr;
  auto& stream = *streams_[slot];
  return stream.open && stream.generation == generation ? &stream : nullptr;
}

bool http2_connection::authorize(std::string_view value) {
  if (!known_authorization_.empty() && value == known_authorization_)
    return true;
  if (!handler_.authorize(value))
    return false;
  known_authorization_.assign(value);
  return true;
}

void http2_connection::respond(http2_stream& stream, int status) {
  const std::array<nghttp2_nv, 3> headers{
      header(":status", status_text(status)),
      header("content-type", status == 502 ? "text/html" : "application/json; charset=UTF-8"),
      header("facebook-api-version", "v25.0")};
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = callbacks::read_answer;
  nghttp2_submit_response(session_, stream.id, headers.data(), headers.size(), &provider);
}

void http2_connection::reset_stream(http2_stream& stream) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_INTERNAL_ERROR);
}

void http2_connection::go_away() {
  if (going_away_)
    return;
  going_away_ = true;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_id_, NGHTTP2_NO_ERROR, nullptr, 0);
}

void http2_connection::abort() {
  over_ = true;
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

} // namespace stentor::load
