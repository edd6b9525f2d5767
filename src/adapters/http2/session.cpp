#include "adapters/http2/session.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

namespace stentor::http2 {

namespace {

constexpr std::int32_t connection_window = 16 * 1024 * 1024;
constexpr std::uint32_t stream_window = 256 * 1024;
constexpr std::size_t parser_padding = 64; // simdjson reads past the end

nghttp2_nv field(std::string_view name, std::string_view value) {
  // nghttp2 wants pointers to non-const, and does not write through them.
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

std::string_view view(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

bool is_written(const stream& s) {
  return s.body_sent == s.body.size();
}

} // namespace

request_head::request_head(std::string method_, std::string scheme_, std::string authority_,
                           std::string path_, const std::string& token, std::string user_agent_,
                           bool has_body_, request_kind kind_)
    : method{std::move(method_)}, scheme{std::move(scheme_)}, authority{std::move(authority_)},
      path{std::move(path_)}, authorization{kind_.token_type + " " + token},
      user_agent{std::move(user_agent_)}, has_body{has_body_}, kind{std::move(kind_)} {
  const auto add = [this](std::string_view name, std::string_view value) {
    fields[fields_size++] = field(name, value);
  };
  add(":method", method);
  add(":scheme", scheme);
  add(":authority", authority);
  add(":path", path);
  add("authorization", authorization);
  add("user-agent", user_agent);
  if (has_body)
    add("content-type", kind.content_type);
  if (!kind.field.first.empty())
    add(kind.field.first, kind.field.second);
}

/// What nghttp2 calls. Exceptions do not pass through C, and nothing in here throws but for lack of
/// memory.
struct session::callbacks {
  static session& self(void* user_data) { return *static_cast<session*>(user_data); }

  static stream* stream_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame,
                       const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                       std::size_t value_size, std::uint8_t, void* user_data) {
    auto* const s = stream_of(session, frame->hd.stream_id);
    if (s == nullptr)
      return 0;
    s->header_bytes += name_size + value_size + 32;
    if (s->header_bytes > self(user_data).limits_.header_bytes_max)
      return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const auto number = [&](std::int32_t& to) {
      const auto text = view(value, value_size);
      std::from_chars(text.data(), text.data() + text.size(), to);
    };
    if (name_size == 7 && view(name, name_size) == ":status")
      number(s->status);
    else if (name_size == 11 && view(name, name_size) == "retry-after")
      number(s->retry_after_s);
    return 0;
  }

  static int on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                     const std::uint8_t* data, std::size_t size, void*) {
    auto* const s = stream_of(session, id);
    if (s == nullptr || s->answer_overflow)
      return 0;
    if (s->answer.size() + size > s->answer_max) {
      s->answer_overflow = true;
      return 0;
    }
    const auto wanted = s->answer.size() + size + parser_padding;
    if (s->answer.capacity() < wanted)
      s->answer.reserve(std::max(wanted, s->answer.capacity() * 2));
    s->answer.append(view(data, size));
    return 0;
  }

  static int on_frame_received(nghttp2_session* session, const nghttp2_frame* frame,
                               void* user_data) {
    auto& me = self(user_data);
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
      if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
        if (auto* const s = stream_of(session, frame->hd.stream_id))
          s->ended = true;
      break;
    case NGHTTP2_SETTINGS:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0) {
        me.settings_seen_ = true;
        me.remote_max_ =
            nghttp2_session_get_remote_settings(session, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
      }
      break;
    case NGHTTP2_GOAWAY:
      if (frame->goaway.error_code != NGHTTP2_NO_ERROR)
        me.problem_ = "The other side closed the HTTP/2 connection with " +
                      std::string{nghttp2_http2_strerror(frame->goaway.error_code)} + ".";
      if (!std::exchange(me.goaway_seen_, true))
        me.listener_.on_goaway();
      break;
    default:
      break;
    }
    return 0;
  }

  static int before_frame_sent(nghttp2_session* session, const nghttp2_frame* frame,
                               void* user_data) {
    if (frame->hd.type == NGHTTP2_HEADERS)
      if (auto* const s = stream_of(session, frame->hd.stream_id)) {
        s->begins_at = self(user_data).produced_;
        self(user_data).listener_.before_departure(*s);
      }
    return 0;
  }

  static int on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int, void* user_data) {
    if (frame->hd.type != NGHTTP2_HEADERS)
      return 0;
    // A request that was never opened is unknown to nghttp2 already, so it is looked for by hand.
    auto& me = self(user_data);
    for (auto* s = me.open_head_; s != nullptr; s = s->open_next)
      if (s->id == frame->hd.stream_id) {
        nghttp2_session_set_stream_user_data(me.session_, s->id, nullptr);
        me.finish(*s, stream_end::not_sent);
        break;
      }
    return 0;
  }

  static int on_stream_closed(nghttp2_session* session, std::int32_t id, std::uint32_t error_code,
                              void* user_data) {
    auto* const s = stream_of(session, id);
    if (s == nullptr)
      return 0;
    auto end = stream_end::in_doubt;
    if (s->ended)
      end = stream_end::answered;
    else if (error_code == NGHTTP2_REFUSED_STREAM)
      end = stream_end::not_processed; // nghttp2 says the same of streams above GOAWAY's last one
    self(user_data).finish(*s, end);
    return 0;
  }

  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                           std::uint32_t* flags, nghttp2_data_source* source, void* user_data) {
    auto& s = *static_cast<stream*>(source->ptr);
    const auto count = std::min(size, s.body.size() - s.body_sent);
    std::memcpy(to, s.body.data() + s.body_sent, count);
    s.body_sent += count;
    if (is_written(s)) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      --self(user_data).unwritten_;
    }
    return static_cast<ssize_t>(count);
  }

  static nghttp2_session_callbacks* table() {
    struct free_table {
      void operator()(nghttp2_session_callbacks* t) const { nghttp2_session_callbacks_del(t); }
    };
    static const auto shared = [] {
      nghttp2_session_callbacks* t = nullptr;
      nghttp2_session_callbacks_new(&t);
      nghttp2_session_callbacks_set_on_header_callback(t, on_header);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(t, on_data);
      nghttp2_session_callbacks_set_on_frame_recv_callback(t, on_frame_received);
      nghttp2_session_callbacks_set_before_frame_send_callback(t, before_frame_sent);
      nghttp2_session_callbacks_set_on_frame_not_send_callback(t, on_frame_not_sent);
      nghttp2_session_callbacks_set_on_stream_close_callback(t, on_stream_closed);
      return std::unique_ptr<nghttp2_session_callbacks, free_table>{t};
    }();
    return shared.get();
  }
};

session::session(session_limits limits, session_listener& listener)
    : limits_{limits}, listener_{listener} {
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_session_client_new2(&session_, callbacks::table(), this, option);
  nghttp2_option_del(option);
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<std::uint32_t>(limits_.header_bytes_max)},
  };
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, connection_window);
}

session::~session() {
  nghttp2_session_del(session_);
}

bool session::submit(stream& s) {
  auto& head = *s.head;
  auto fields = head.fields;
  auto count = head.fields_size;
  if (head.has_body) {
    auto* const begin = s.content_length.data();
    const auto* const end =
        std::to_chars(begin, begin + s.content_length.size(), s.body.size()).ptr;
    fields[count++] = field("content-length", {begin, static_cast<std::size_t>(end - begin)});
  }
  nghttp2_data_provider body{};
  body.source.ptr = &s;
  body.read_callback = callbacks::read_body;
  s.begins_at = stream::not_serialised;
  s.id = nghttp2_submit_request(session_, nullptr, fields.data(), count,
                                head.has_body ? &body : nullptr, &s);
  if (s.id < 0)
    return false;
  s.open_previous = nullptr;
  s.open_next = open_head_;
  if (open_head_ != nullptr)
    open_head_->open_previous = &s;
  open_head_ = &s;
  ++open_count_;
  if (head.has_body)
    ++unwritten_;
  return true;
}

void session::finish(stream& s, stream_end end) {
  if (s.open_previous != nullptr)
    s.open_previous->open_next = s.open_next;
  else
    open_head_ = s.open_next;
  if (s.open_next != nullptr)
    s.open_next->open_previous = s.open_previous;
  s.open_previous = s.open_next = nullptr;
  --open_count_;
  if (s.head->has_body && !is_written(s))
    --unwritten_;
  listener_.on_stream_end(s, end);
}

void session::cancel(stream& s) {
  // nghttp2 still reads the body of a request that it may yet send, so such a one is only marked by
  // it as cancelled.
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, s.id, NGHTTP2_CANCEL);
  if (s.begins_at == stream::not_serialised) {
    return; // on_frame_not_sent ends it with the next produce()
  }
  nghttp2_session_set_stream_user_data(session_, s.id, nullptr);
  finish(s, s.ended ? stream_end::answered : stream_end::in_doubt);
}

core::wall_time session::take_back(core::wall_time left_by) {
  auto earliest = core::wall_time::max();
  for (auto* s = open_head_; s != nullptr;) {
    auto& one = *std::exchange(s, s->open_next);
    if (one.chunk == nullptr || is_written(one))
      continue;
    if (left_by >= one.chunk->leaves_before)
      cancel(one);
    else
      earliest = std::min(earliest, one.chunk->leaves_before);
  }
  return earliest;
}

void session::ping() {
  nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

void session::say_goodbye() {
  nghttp2_session_terminate_session(session_, NGHTTP2_NO_ERROR);
}

bool session::alive() {
  if (nghttp2_session_want_read(session_) != 0 || nghttp2_session_want_write(session_) != 0)
    return true;
  if (problem_.empty())
    problem_ = settings_seen_ ? "The other side broke the rules of HTTP/2."
                              : "The other side does not speak HTTP/2.";
  return false;
}

bool session::feed(std::string_view bytes) {
  const auto taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (taken < 0) {
    problem_ = settings_seen_ ? "The other side broke the rules of HTTP/2: " +
                                    std::string{nghttp2_strerror(static_cast<int>(taken))} + "."
                              : "The other side does not speak HTTP/2.";
    return false;
  }
  return alive();
}

bool session::produce(std::string& out, std::size_t size_max) {
  while (out.size() < size_max) {
    const std::uint8_t* data = nullptr;
    const auto size = nghttp2_session_mem_send(session_, &data);
    if (size == 0)
      return alive();
    if (size < 0) {
      problem_ =
          "The HTTP/2 session failed: " + std::string{nghttp2_strerror(static_cast<int>(size))} +
          ".";
      return false;
    }
    out.append(view(data, static_cast<std::size_t>(size)));
    produced_ += static_cast<std::uint64_t>(size);
  }
  return true;
}

void session::abandon(std::uint64_t exposed) {
  while (open_head_ != nullptr) {
    auto& s = *open_head_;
    // Also true of what was never serialised, whose begin is the largest number there is.
    const bool unseen = s.begins_at >= exposed;
    finish(s, s.ended  ? stream_end::answered
              : unseen ? stream_end::not_sent
                       : stream_end::in_doubt);
  }
}

std::uint32_t session::room() const noexcept {
  if (!settings_seen_ || goaway_seen_)
    return 0;
  const auto most = std::min(limits_.streams_max, remote_max_);
  return most > open_count_ ? most - open_count_ : 0;
}

} // namespace stentor::http2
