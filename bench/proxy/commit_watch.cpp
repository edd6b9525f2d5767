#include "bench/proxy/commit_watch.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace stentor::load {
namespace {

constexpr std::uint32_t ssl_request = 80877103;
constexpr std::uint32_t gss_request = 80877104;
constexpr std::size_t frame_head = 5; ///< the kind, and a length that counts itself
constexpr std::size_t withheld_max = std::size_t{4} * 1024 * 1024;

std::uint32_t integer_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

/// Whether the server answers so to something that it has written.
bool writes(std::string_view tag) {
  constexpr std::array<std::string_view, 6> words{"COMMIT", "INSERT", "UPDATE",
                                                  "DELETE", "COPY",   "MERGE"};
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return tag.starts_with(word); });
}

} // namespace

void commit_watch::from_client(std::string_view bytes) {
  if (begun_)
    return;
  opening_ += bytes;
  while (opening_.size() >= 8) {
    const auto size = integer_at(opening_, 0);
    const auto code = integer_at(opening_, 4);
    if (code != ssl_request && code != gss_request) {
      begun_ = true;
      opening_.clear();
      return;
    }
    ++bare_answers_;
    opening_.erase(0, std::min<std::size_t>(opening_.size(), std::max<std::uint32_t>(size, 8)));
  }
}

bool commit_watch::from_server(std::string_view bytes, std::string& pass) {
  for (; bare_answers_ > 0 && !bytes.empty() && !blind_; --bare_answers_) {
    blind_ = bytes.front() != 'N';
    pass += bytes.front();
    bytes.remove_prefix(1);
  }
  if (blind_) {
    pass += bytes;
    return false;
  }
  rest_ += bytes;
  std::size_t at = 0;
  while (rest_.size() - at >= frame_head) {
    const auto size = 1 + std::size_t{integer_at(rest_, at + 1)};
    if (rest_.size() - at < size)
      break;
    if (take_frame(std::string_view{rest_}.substr(at, size), pass))
      return true;
    at += size;
  }
  rest_.erase(0, at);
  return false;
}

bool commit_watch::take_frame(std::string_view frame, std::string& pass) {
  const char kind = frame.front();
  constexpr char command_complete = 'C';
  constexpr char ready = 'Z';
  const auto body = frame.substr(frame_head);
  const bool candidate = armed_ && kind == command_complete && writes(body);
  if (withheld_.empty() && !candidate) {
    if (kind == ready && !body.empty())
      in_transaction_ = body.front() != 'I';
    pass += frame;
    return false;
  }
  withheld_ += frame;
  committed_ = committed_ || (kind == command_complete && body.starts_with("COMMIT"));
  if (kind == ready && !body.empty())
    return ready_for_query(body.front(), pass);
  if (withheld_.size() > withheld_max) {
    pass += withheld_;
    withheld_.clear();
  }
  return false;
}

bool commit_watch::ready_for_query(char status, std::string& pass) {
  const bool was_in_transaction = in_transaction_;
  in_transaction_ = status != 'I';
  // Outside a transaction a statement is durable when the server is ready again.
  const bool durable = armed_ && !in_transaction_ && (committed_ || !was_in_transaction);
  committed_ = false;
  if (durable) {
    armed_ = false;
    withheld_.clear();
    return true;
  }
  pass += withheld_;
  withheld_.clear();
  return false;
}

} // namespace stentor::load
