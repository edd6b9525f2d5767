/// The client's end of HTTP/2 against a peer in memory, whose work is not counted.

#include "adapters/http2/session.hpp"
#include "bench/micro/meter.hpp"
#include "bench/micro/samples.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <vector>

namespace stentor::micro {
namespace {

/// Answers every request with Meta's success.
class peer {
public:
  peer() {
    nghttp2_session_callbacks* table = nullptr;
    nghttp2_session_callbacks_new(&table);
    nghttp2_session_callbacks_set_on_frame_recv_callback(table, on_frame);
    nghttp2_session_server_new(&session_, table, this);
    nghttp2_session_callbacks_del(table);
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1'000},
                                               {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1U << 20U}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, std::size(settings));
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, 1 << 24);
  }
  ~peer() { nghttp2_session_del(session_); }
  peer(const peer&) = delete;
  peer& operator=(const peer&) = delete;

  /// What the peer sends back for these bytes.
  std::string exchange(std::string_view bytes) {
    nghttp2_session_mem_recv(session_, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                             bytes.size());
    std::string out;
    const std::uint8_t* data = nullptr;
    for (ssize_t size = 0; (size = nghttp2_session_mem_send(session_, &data)) > 0;)
      out.append(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    return out;
  }

private:
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void*) {
    if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 ||
        (frame->hd.type != NGHTTP2_DATA && frame->hd.type != NGHTTP2_HEADERS))
      return 0;
    static const auto fields = [] {
      const auto field = [](const char* name, const char* value) {
        const auto bytes = [](const char* text) {
          return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text));
        };
        return nghttp2_nv{bytes(name), bytes(value), std::strlen(name), std::strlen(value),
                          NGHTTP2_NV_FLAG_NONE};
      };
      return std::array{field(":status", "200"),
                        field("content-type", "application/json; charset=UTF-8"),
                        field("facebook-api-version", "v25.0"), field("server", "proxygen")};
    }();
    nghttp2_data_provider body{};
    body.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t,
                            std::uint32_t* flags, nghttp2_data_source*, void*) {
      const auto answer = accepted_answer();
      std::memcpy(to, answer.data(), answer.size());
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(answer.size());
    };
    return nghttp2_submit_response(session, frame->hd.stream_id, fields.data(), fields.size(),
                                   &body);
  }

  nghttp2_session* session_ = nullptr;
};

class counter final : public http2::session_listener {
public:
  void on_stream_end(http2::stream&, http2::stream_end end) override {
    answered += end == http2::stream_end::answered ? 1 : 0;
  }
  void on_goaway() override {}
  std::size_t answered = 0;
};

/// A connection with its streams and bodies.
struct client {
  static constexpr std::size_t streams_size = 256;

  core::chunk chunk = rendered(streams_size);
  std::vector<http2::stream> streams{streams_size};
  counter ends;
  http2::session session{{.streams_max = streams_size, .header_bytes_max = 64 * 1024}, ends};
  peer other;
  std::string out;

  client() {
    const auto head = std::make_shared<const http2::request_head>(
        "POST", "https", "graph.facebook.com", "/v25.0/106540352242922/messages",
        std::string(200, 't'), "stentor", true);
    for (std::size_t i = 0; i < streams_size; ++i) {
      streams[i].head = head;
      streams[i].body = chunk.body(chunk.items[i]);
      streams[i].answer_max = 64 * 1024;
    }
    // The greeting, which also tells how many streams may be open.
    if (!session.produce(out, 1U << 24U) || !session.feed(other.exchange(out)) || !session.ready())
      throw std::runtime_error{session.error()};
  }

  /// Requests on all streams, as bytes in `out`.
  bool request() {
    out.clear();
    for (auto& s : streams) {
      s.body_sent = 0;
      s.header_bytes = 0;
      s.ended = false;
      s.answer.clear();
      if (!session.submit(s))
        return false;
    }
    return session.produce(out, 1U << 24U);
  }
};

void build_frames(benchmark::State& state) {
  client c;
  meter m{state};
  for (auto _ : state) {
    const bool built = c.request();
    m.pause();
    const bool fed = built && c.session.feed(c.other.exchange(c.out));
    m.resume();
    if (!fed)
      return state.SkipWithError(("the session failed: " + c.session.error()).c_str());
  }
  if (c.ends.answered != static_cast<std::size_t>(state.iterations()) * client::streams_size)
    return state.SkipWithError("not every request was answered");
  state.counters["bytes_per_request"] =
      static_cast<double>(c.out.size()) / static_cast<double>(client::streams_size);
  m.report(client::streams_size);
}
BENCHMARK(build_frames);

/// From the answer's bytes to the end of its stream; Meta's JSON is read_answer's part.
void read_frames(benchmark::State& state) {
  client c;
  meter m{state};
  for (auto _ : state) {
    m.pause();
    const bool built = c.request();
    const auto answers = c.other.exchange(c.out);
    m.resume();
    if (!built || !c.session.feed(answers))
      return state.SkipWithError(("the session failed: " + c.session.error()).c_str());
  }
  if (c.ends.answered != static_cast<std::size_t>(state.iterations()) * client::streams_size)
    return state.SkipWithError("not every request was answered");
  m.report(client::streams_size);
}
BENCHMARK(read_frames);

} // namespace
} // namespace stentor::micro
