#pragma once
/// One open request: what it stands for, what is sent, what came back. Streams live in a slab
/// (client.hpp) and are reused with their buffers; everything that lists them links through them.
/// For the network thread only.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/chunk.hpp"

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace stentor::http2 {

class connection;
class ready_queue;
struct campaign_state;
struct management_job;

/// What requests besides messages may have otherwise.
struct request_kind {
  std::string content_type = "application/json";
  std::string token_type = "Bearer";
  std::pair<std::string, std::string> field = {}; ///< one more; empty: none
};

/// The header fields of a number's requests, in the form that nghttp2 takes; immutable, shared by
/// every request that uses them.
struct request_head {
  request_head(std::string method, std::string scheme, std::string authority, std::string path,
               const std::string& token, std::string user_agent, bool has_body,
               request_kind kind = {});
  request_head(const request_head&) = delete;
  request_head& operator=(const request_head&) = delete;

  static constexpr std::size_t fields_max = 9;

  std::string method, scheme, authority, path, authorization, user_agent;
  bool has_body;
  request_kind kind;
  std::array<nghttp2_nv, fields_max> fields{};
  std::size_t fields_size = 0; ///< without content-length, which the session appends
};

struct stream {
  static constexpr std::uint64_t not_serialised = std::numeric_limits<std::uint64_t>::max();

  // What is sent.
  std::shared_ptr<const request_head> head;
  std::string_view body;
  std::size_t body_sent = 0;
  std::array<char, 12> content_length{};
  std::int32_t id = 0;
  std::uint64_t begins_at = not_serialised; ///< its first byte in the session's output

  // What came back.
  std::int32_t status = 0;
  std::int32_t retry_after_s = 0;
  std::size_t header_bytes = 0;
  std::size_t answer_max = 0;
  bool answer_overflow = false;
  bool ended = false; ///< the answer is complete
  std::string answer; ///< with spare capacity for a parser's padding

  // What it stands for.
  std::shared_ptr<const core::chunk> chunk;
  std::uint32_t item = 0;
  std::uint32_t repeats = 0;
  ready_queue* owner = nullptr;
  campaign_state* campaign = nullptr;
  std::shared_ptr<management_job> management; ///< instead of a chunk
  connection* on = nullptr;
  core::steady_time submitted{};

  // Links.
  stream* open_previous = nullptr; ///< of the session
  stream* open_next = nullptr;
  stream* wheel_previous = nullptr;
  stream* wheel_next = nullptr;
  std::int64_t due_tick = -1; ///< -1: not in the wheel
};

} // namespace stentor::http2
