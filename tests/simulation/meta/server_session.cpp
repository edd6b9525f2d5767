#include "tests/simulation/meta/server_session.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace stentor::simulation {

namespace {

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

} // namespace

struct server_session::callbacks {
  static server_session& self(void* user_data) { return *static_cast<server_session*>(user_data); }

  static int on_headers(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    auto& me = self(user_data);
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
      me.open_[frame->hd.stream_id] = {};
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data,
                     std::size_t size, void* user_data) {
    auto& me = self(user_data);
    if (const auto found = me.open_.find(id); found != me.open_.end())
      found->second.request.append(reinterpret_cast<const char*>(data), size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
    auto& me = self(user_data);
    const auto ends = (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
                      (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (!ends || me.said_goaway_)
      return 0;
    const auto found = me.open_.find(frame->hd.stream_id);
    if (found == me.open_.end())
      return 0;
    me.last_ = std::max(me.last_, frame->hd.stream_id);
    const auto body = found->second.request;
    me.listener_.on_request(frame->hd.stream_id, body);
    return 0;
  }
  static int on_closed(nghttp2_session*, std::int32_t id, std::uint32_t, void* user_data) {
    self(user_data).open_.erase(id);
    return 0;
  }
  static ssize_t read_answer(nghttp2_session*, std::int32_t id, std::uint8_t* to, std::size_t size,
                             std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& me = *static_cast<server_session*>(source->ptr);
    const auto found = me.open_.find(id);
    if (found == me.open_.end()) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      return 0;
    }
    auto& e = found->second;
    const auto count = std::min(size, e.answer.size() - e.answered);
    std::memcpy(to, e.answer.data() + e.answered, count);
    e.answered += count;
    if (e.answered == e.answer.size())
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
  static nghttp2_session_callbacks* table() {
    struct free_table {
      void operator()(nghttp2_session_callbacks* t) const { nghttp2_session_callbacks_del(t); }
    };
    static const auto shared = [] {
      nghttp2_session_callbacks* t = nullptr;
      nghttp2_session_callbacks_new(&t);
      nghttp2_session_callbacks_set_on_begin_headers_callback(t, on_headers);
      nghttp2_session_callbacks_set_on_data_chunk_recv_callback(t, on_data);
      nghttp2_session_callbacks_set_on_frame_recv_callback(t, on_frame);
      nghttp2_session_callbacks_set_on_stream_close_callback(t, on_closed);
      return std::unique_ptr<nghttp2_session_callbacks, free_table>{t};
    }();
    return shared.get();
  }
};

server_session::server_session(std::uint32_t streams_max, server_listener& listener)
    : listener_{listener} {
  nghttp2_session_server_new(&session_, callbacks::table(), this);
  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams_max}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

server_session::~server_session() {
  nghttp2_session_del(session_);
}

void server_session::feed(std::string_view bytes) {
  static_cast<void>(nghttp2_session_mem_recv(
      session_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

std::string server_session::produce() {
  std::string out;
  const std::uint8_t* data = nullptr;
  for (;;) {
    const auto size = nghttp2_session_mem_send(session_, &data);
    if (size <= 0)
      return out;
    out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
  }
}

void server_session::respond(std::int32_t stream, int status, std::string_view content_type,
                             std::string body) {
  const auto found = open_.find(stream);
  if (found == open_.end())
    return;
  found->second.answer = std::move(body);
  const auto code = std::to_string(status);
  const std::array fields{field(":status", code), field("content-type", content_type)};
  nghttp2_data_provider provider{};
  provider.source.ptr = this;
  provider.read_callback = callbacks::read_answer;
  nghttp2_submit_response(session_, stream, fields.data(), fields.size(), &provider);
}

void server_session::reset(std::int32_t stream, std::uint32_t error_code) {
  nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, error_code);
}

void server_session::goaway() {
  said_goaway_ = true;
  nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE, last_, NGHTTP2_NO_ERROR, nullptr, 0);
}

} // namespace stentor::simulation
