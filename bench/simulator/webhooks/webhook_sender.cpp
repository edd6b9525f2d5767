#include "bench/simulator/webhooks/webhook_sender.hpp"

#include "bench/simulator/clock.hpp"
#include "bench/simulator/server/http2_connection.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"
#include "stentor/core/base/hex.hpp"
#include "stentor/core/base/url.hpp"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

namespace stentor::load {
namespace {

constexpr std::int64_t answer_timeout_us = 30'000'000;
constexpr std::int64_t unreachable_pause_us = 200'000;
constexpr std::uint32_t retry_ms_max = 60'000;
constexpr std::uint32_t retry_ms_min = 100;
constexpr std::size_t signature_size = 64;

/// One POST on its way: its items, so that the body can be built again.
struct post {
  std::vector<webhook_item> items; ///< empty: the verification challenge
  unsigned tries = 0;
  std::int64_t first_us = 0;
};

/// HMAC-SHA256 with the key set up once; OpenSSL's one-shot HMAC() spends three quarters of its
/// time on fetching.
class signer {
public:
  explicit signer(const std::string& key) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
    context_ = EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    char digest[] = "SHA256";
    const std::array<OSSL_PARAM, 2> parameters{
        OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
    EVP_MAC_init(context_, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                 parameters.data());
  }
  ~signer() { EVP_MAC_CTX_free(context_); }
  signer(const signer&) = delete;
  signer& operator=(const signer&) = delete;

  void sign(std::string_view text, char* hex) {
    std::array<unsigned char, 32> digest{};
    std::size_t size = 0;
    EVP_MAC_init(context_, nullptr, 0, nullptr);
    EVP_MAC_update(context_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    EVP_MAC_final(context_, digest.data(), &size, digest.size());
    core::put_hex(digest, hex);
  }

private:
  EVP_MAC_CTX* context_ = nullptr;
};

/// Status and size of the answer at the front of `in`. @return false while it is incomplete
bool read_answer(std::string_view in, int& status, std::size_t& size, std::string_view& body,
                 bool& closes) {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string_view::npos || in.size() < 12)
    return false;
  status = 0;
  std::from_chars(in.data() + 9, in.data() + 12, status);
  closes = in.substr(0, 8) == "HTTP/1.0";
  std::size_t length = 0;
  for (auto at = in.find("\r\n"); at < end; at = in.find("\r\n", at + 2)) {
    const auto line = in.substr(at + 2, in.find("\r\n", at + 2) - at - 2);
    constexpr std::string_view length_name = "content-length:";
    constexpr std::string_view close_line = "connection: close";
    if (line.size() > length_name.size() &&
        ::strncasecmp(line.data(), length_name.data(), length_name.size()) == 0) {
      auto value = line.substr(length_name.size());
      value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
      std::from_chars(value.data(), value.data() + value.size(), length);
    } else if (line.size() == close_line.size() &&
               ::strncasecmp(line.data(), close_line.data(), close_line.size()) == 0) {
      closes = true;
    }
  }
  size = end + 4 + length;
  if (in.size() < size)
    return false;
  body = in.substr(end + 4, length);
  return true;
}

} // namespace

struct webhook_sender::state {
  struct connection;

  state(event_loop& l, webhook_events& e, const simulator_settings& s, std::uint64_t r)
      : loop{l}, events{e}, settings{s}, sign{s.app_secret}, run{r} {}

  core::status look_up();
  bool take_post(post& next, std::int64_t now);
  void build(const post& which, std::string& to);
  void failed(post&& which);
  void finish(connection& which, int status, std::string_view body);

  event_loop& loop;
  webhook_events& events;
  const simulator_settings& settings;
  signer sign;
  std::uint64_t run;
  sockaddr_storage address{};
  socklen_t address_size = 0;
  std::string head; ///< request line and the headers that never change
  std::string host;
  std::string path;
  std::deque<webhook_item> waiting;
  std::int64_t waiting_since_us = 0;
  std::deque<post> again; ///< due for another try
  std::unordered_map<std::uint64_t, post> later;
  std::uint64_t next_retry = 0;
  std::int64_t unreachable_until_us = 0;
  std::int64_t swept_us = 0;
  std::vector<std::unique_ptr<connection>> connections;
  std::vector<connection*> idle;
  std::string body;
  figures count;
};

/// One kept-alive connection, at most one POST on it at a time.
struct webhook_sender::state::connection final : socket_listener {
  explicit connection(state& s) : owner{s} {}
  ~connection() override { close(); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  void begin(post&& which, std::int64_t now) {
    current = std::move(which);
    busy = true;
    begun_us = now;
    ++owner.count.posts;
    out.clear();
    out_at = 0;
    owner.build(current, out);
    if (socket < 0 && !open())
      return lost();
    write();
  }

  bool open() {
    socket = ::socket(owner.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0)
      return false;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&owner.address), owner.address_size) !=
            0 &&
        errno != EINPROGRESS)
      return false;
    watching_writes = true;
    owner.loop.watch(socket, EPOLLIN | EPOLLOUT, *this);
    return true;
  }

  void close() {
    if (socket >= 0) {
      owner.loop.forget(socket);
      ::close(socket);
    }
    socket = -1;
    in.clear();
  }

  void write() {
    while (out_at < out.size()) {
      const auto put = ::send(socket, out.data() + out_at, out.size() - out_at, MSG_NOSIGNAL);
      if (put < 0 && (errno == EAGAIN || errno == ENOTCONN))
        return watch_writes(true);
      if (put < 0)
        return lost();
      out_at += static_cast<std::size_t>(put);
    }
    watch_writes(false);
  }

  void watch_writes(bool on) {
    if (on == watching_writes || socket < 0)
      return;
    watching_writes = on;
    owner.loop.change(socket, EPOLLIN | (on ? EPOLLOUT : 0U), *this);
  }

  void ready(std::uint32_t what) override {
    if ((what & (EPOLLERR | EPOLLHUP)) != 0 && (what & EPOLLIN) == 0)
      return lost();
    if ((what & EPOLLOUT) != 0 && busy)
      write();
    if ((what & EPOLLIN) != 0 && socket >= 0)
      read();
  }

  void read() {
    std::array<char, 16 * 1024> piece;
    const auto got = ::recv(socket, piece.data(), piece.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
      return;
    if (got <= 0)
      return lost();
    in.append(piece.data(), static_cast<std::size_t>(got));
    int status = 0;
    std::size_t size = 0;
    std::string_view text;
    bool closes = false;
    if (!busy || !read_answer(in, status, size, text, closes))
      return;
    owner.finish(*this, status, text);
    in.erase(0, size);
    if (closes)
      close();
    rest();
  }

  /// The connection broke: what was on it has to be repeated, since nobody knows whether it
  /// arrived.
  void lost() {
    close();
    if (!busy)
      return;
    owner.unreachable_until_us = now_us() + unreachable_pause_us;
    ++owner.count.refused_posts;
    owner.failed(std::move(current));
    rest();
  }

  void rest() {
    busy = false;
    owner.idle.push_back(this);
  }

  state& owner;
  int socket = -1;
  bool busy = false;
  bool watching_writes = false;
  std::int64_t begun_us = 0;
  post current;
  std::string out;
  std::size_t out_at = 0;
  std::string in;
};

core::status webhook_sender::state::look_up() {
  const auto to = core::parse_url(settings.webhook_url);
  if (!to)
    return to.error();
  if (to->encrypted())
    return core::error{core::errc::invalid, "The webhook's URL must begin with http://."};
  host = to->authority();
  path = to->path.empty() ? "/" : to->path;
  const auto service = std::to_string(to->port);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(to->host.c_str(), service.c_str(), &hints, &found);
      failed != 0)
    return core::error{core::errc::invalid,
                       "the webhook's host " + host + " is not known: " + ::gai_strerror(failed)};
  std::memcpy(&address, found->ai_addr, found->ai_addrlen);
  address_size = found->ai_addrlen;
  ::freeaddrinfo(found);
  head = "POST " + path + " HTTP/1.1\r\nHost: " + host +
         "\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\nContent-Type: application/json\r\n"
         "X-Hub-Signature-256: sha256=";
  return core::ok{};
}

bool webhook_sender::state::take_post(post& next, std::int64_t now) {
  if (!again.empty()) {
    next = std::move(again.front());
    again.pop_front();
    return true;
  }
  const std::size_t batch = std::clamp(settings.webhook_batch, 1U, 1000U);
  const auto waited = now - waiting_since_us >= std::int64_t{settings.webhook_wait_ms} * 1000;
  if (waiting.empty() || (waiting.size() < batch && !waited))
    return false;
  const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(std::min(batch, waiting.size()));
  next = post{{waiting.begin(), end}, 0, now};
  waiting.erase(waiting.begin(), end);
  waiting_since_us = now;
  return true;
}

void webhook_sender::state::build(const post& which, std::string& to) {
  if (which.items.empty()) {
    to = "GET " + path +
         "?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + settings.verify_token +
         " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n\r\n";
    return;
  }
  body.clear();
  webhook_body envelope{body, run};
  for (const auto& item : which.items)
    envelope.add(item, events.subject_of(item.message));
  envelope.finish();
  to += head;
  const auto at = to.size();
  to.resize(at + signature_size);
  sign.sign(body, to.data() + at);
  to += "\r\nContent-Length: ";
  to += std::to_string(body.size());
  to += "\r\n\r\n";
  to += body;
}

void webhook_sender::state::failed(post&& which) {
  if (which.items.empty())
    return;
  const auto now = now_us();
  if (now - which.first_us > std::int64_t{settings.webhook_give_up_s} * 1'000'000) {
    count.given_up += which.items.size();
    for (const auto& item : which.items)
      events.given_up(item);
    return;
  }
  const auto unscaled = std::min<std::uint32_t>(1000U << std::min(which.tries, 6U), retry_ms_max);
  ++which.tries;
  const auto id = next_retry++;
  later.emplace(id, std::move(which));
  events.later(std::max(retry_ms_min, static_cast<std::uint32_t>(unscaled / settings.time_scale)),
               id);
}

void webhook_sender::state::finish(connection& which, int status, std::string_view text) {
  if (which.current.items.empty()) {
    count.verified += status == 200 && text == "1158201444" ? 1 : 0;
    return;
  }
  if (status != 200) {
    ++count.refused_posts;
    failed(std::move(which.current));
    return;
  }
  const auto now = now_us();
  ++count.acknowledged_posts;
  count.acknowledged_items += which.current.items.size();
  for (const auto& item : which.current.items)
    events.acknowledged(item, now);
}

webhook_sender::webhook_sender(event_loop& loop, webhook_events& events,
                               const simulator_settings& settings, std::uint64_t run)
    : state_{std::make_unique<state>(loop, events, settings, run)} {}

webhook_sender::~webhook_sender() = default;

core::status webhook_sender::start() {
  if (!enabled())
    return core::ok{};
  for (unsigned i = 0; i < std::max(1U, state_->settings.webhook_connections); ++i) {
    state_->connections.push_back(std::make_unique<state::connection>(*state_));
    state_->idle.push_back(state_->connections.back().get());
  }
  return state_->look_up();
}

bool webhook_sender::enabled() const noexcept {
  return !state_->settings.webhook_url.empty();
}

void webhook_sender::verify() {
  if (enabled())
    state_->again.push_back({});
}

void webhook_sender::add(const webhook_item& item) {
  if (state_->waiting.empty())
    state_->waiting_since_us = now_us();
  state_->waiting.push_back(item);
}

void webhook_sender::retry(std::uint64_t what) {
  auto node = state_->later.extract(what);
  if (!node.empty())
    state_->again.push_back(std::move(node.mapped()));
}

int webhook_sender::pump(std::int64_t now) {
  auto& s = *state_;
  if (now - s.swept_us > 1'000'000) {
    s.swept_us = now;
    for (auto& each : s.connections)
      if (each->busy && now - each->begun_us > answer_timeout_us)
        each->lost();
  }
  if (now < s.unreachable_until_us)
    return s.waiting.empty() && s.again.empty()
               ? -1
               : static_cast<int>((s.unreachable_until_us - now) / 1000 + 1);
  post next;
  while (!s.idle.empty() && now >= s.unreachable_until_us && s.take_post(next, now)) {
    auto* free = s.idle.back();
    s.idle.pop_back();
    free->begin(std::move(next), now);
  }
  if (s.waiting.empty() || s.idle.empty())
    return -1;
  return static_cast<int>(s.settings.webhook_wait_ms);
}

webhook_sender::figures webhook_sender::count() const {
  auto all = state_->count;
  all.waiting = state_->waiting.size();
  for (const auto& each : state_->again)
    all.waiting += each.items.size();
  for (const auto& each : state_->later)
    all.waiting += each.second.items.size();
  for (const auto& each : state_->connections)
    if (each->busy)
      all.waiting += each->current.items.size();
  return all;
}

} // namespace stentor::load
