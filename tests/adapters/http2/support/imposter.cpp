#include "tests/adapters/http2/support/imposter.hpp"

#include <nghttp2/nghttp2.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <map>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace stentor::test {

namespace {

const char* const ok_body = R"({"messaging_product":"whatsapp","messages":[{"id":"wamid.test"}]})";

std::string text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view s) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(s.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

} // namespace

certificate::certificate(const std::string& host) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 3600);
  X509_set_pubkey(made, key);
  auto* const name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
  X509_set_issuer_name(made, name);
  const auto names = "DNS:" + host;
  auto* const extension =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(made, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(made, key, EVP_sha256());
  auto* const cert_out = std::fopen(file().c_str(), "w");
  PEM_write_X509(cert_out, made);
  std::fclose(cert_out);
  auto* const key_out = std::fopen(key_file().c_str(), "w");
  PEM_write_PrivateKey(key_out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(key_out);
  X509_free(made);
  EVP_PKEY_free(key);
}

/// One connection to the imposter.
struct imposter::peer {
  imposter& owner;
  int socket;
  SSL* ssl = nullptr;
  nghttp2_session* session = nullptr;
  bool shaken = false;
  bool dead = false;
  bool close_after_write = false;
  std::string out;
  std::map<std::int32_t, seen_request> open;
  std::map<std::int32_t, std::pair<std::string, std::size_t>> bodies;
  std::vector<std::int32_t> held;

  peer(imposter& o, int s) : owner{o}, socket{s} {
    fcntl(socket, F_SETFL, O_NONBLOCK);
    if (o.tls_ != nullptr) {
      ssl = SSL_new(static_cast<SSL_CTX*>(o.tls_));
      SSL_set_fd(ssl, socket);
      SSL_set_accept_state(ssl);
    } else {
      begin();
    }
  }

  ~peer() {
    nghttp2_session_del(session);
    SSL_free(ssl);
    ::close(socket);
  }

  void begin() {
    shaken = true;
    if (owner.options_.speak_http1) {
      out = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
      return;
    }
    nghttp2_session_callbacks* c = nullptr;
    nghttp2_session_callbacks_new(&c);
    nghttp2_session_callbacks_set_on_begin_headers_callback(c, on_begin);
    nghttp2_session_callbacks_set_on_header_callback(c, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame);
    nghttp2_session_callbacks_set_on_stream_close_callback(c, on_close);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    if (!owner.options_.answer_pings)
      nghttp2_option_set_no_auto_ping_ack(option, 1);
    nghttp2_session_server_new2(&session, c, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(c);
    settings(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, owner.options_.streams_max,
             NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, owner.options_.window);
  }

  void settings(std::int32_t id, std::uint32_t value, std::int32_t id2 = 0,
                std::uint32_t value2 = 0) {
    const nghttp2_settings_entry entries[] = {{id, value}, {id2, value2}};
    nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, entries, id2 != 0 ? 2 : 1);
  }

  static peer& self(void* p) { return *static_cast<peer*>(p); }

  static int on_begin(nghttp2_session*, const nghttp2_frame* f, void* p) {
    auto& me = self(p);
    me.open[f->hd.stream_id].at = std::chrono::steady_clock::now();
    const auto now_open = static_cast<std::uint32_t>(me.open.size());
    if (now_open > me.owner.open_most_)
      me.owner.open_most_ = now_open;
    return 0;
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* f, const std::uint8_t* n,
                       std::size_t ns, const std::uint8_t* v, std::size_t vs, std::uint8_t,
                       void* p) {
    auto& r = self(p).open[f->hd.stream_id];
    const auto name = text(n, ns);
    const auto value = text(v, vs);
    if (name == ":path")
      r.path = value;
    else if (name == "authorization")
      r.authorization = value;
    else if (name == "content-type")
      r.content_type = value;
    else if (name == "content-length")
      r.content_length = value;
    return 0;
  }

  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* d,
                     std::size_t size, void* p) {
    self(p).open[id].body += text(d, size);
    return 0;
  }

  static int on_frame(nghttp2_session*, const nghttp2_frame* f, void* p) {
    if ((f->hd.type == NGHTTP2_DATA || f->hd.type == NGHTTP2_HEADERS) &&
        (f->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
      self(p).requested(f->hd.stream_id);
    return 0;
  }

  static int on_close(nghttp2_session*, std::int32_t id, std::uint32_t, void* p) {
    self(p).open.erase(id);
    self(p).bodies.erase(id);
    return 0;
  }

  void requested(std::int32_t id) {
    {
      const std::lock_guard lock{owner.guard_};
      owner.seen_.push_back(open[id]);
    }
    ++owner.count_;
    const auto r = owner.script();
    switch (r.what) {
    case reply::kind::answer:
      answer(id, r);
      break;
    case reply::kind::never:
      break;
    case reply::kind::hold:
      held.push_back(id);
      break;
    case reply::kind::reset:
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, r.reset_code);
      break;
    case reply::kind::close:
      dead = true;
      break;
    case reply::kind::goaway_below:
      nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE, std::max(id - 2, 0), NGHTTP2_NO_ERROR,
                            nullptr, 0);
      break;
    case reply::kind::goaway_at:
      nghttp2_submit_goaway(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR, nullptr, 0);
      close_after_write = true;
      break;
    }
  }

  void answer(std::int32_t id, const reply& r) {
    bodies[id] = {r.body.empty() && r.status == 200 ? ok_body : r.body, 0};
    const auto status = std::to_string(r.status);
    std::vector<nghttp2_nv> fields{field(":status", status)};
    if (!r.retry_after.empty())
      fields.push_back(field("retry-after", r.retry_after));
    nghttp2_data_provider source{};
    source.source.ptr = &bodies[id];
    source.read_callback = [](nghttp2_session*, std::int32_t, std::uint8_t* to, std::size_t size,
                              std::uint32_t* flags, nghttp2_data_source* from, void*) -> ssize_t {
      auto& [body, at] = *static_cast<std::pair<std::string, std::size_t>*>(from->ptr);
      const auto count = std::min(size, body.size() - at);
      std::memcpy(to, body.data() + at, count);
      at += count;
      if (at == body.size())
        *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(count);
    };
    nghttp2_submit_response(session, id, fields.data(), fields.size(), &source);
  }

  void work() {
    if (ssl != nullptr && !shaken) {
      const int done = SSL_do_handshake(ssl);
      if (done != 1) {
        const auto why = SSL_get_error(ssl, done);
        dead = why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE;
        return;
      }
      begin();
    }
    if (session != nullptr && owner.release_)
      for (const auto id : std::exchange(held, {}))
        answer(id, reply::answer(200));
    char buffer[16384];
    for (;;) {
      const auto count = ssl != nullptr
                             ? SSL_read(ssl, buffer, sizeof buffer)
                             : static_cast<int>(::recv(socket, buffer, sizeof buffer, 0));
      if (count <= 0) {
        if (ssl != nullptr ? SSL_get_error(ssl, count) != SSL_ERROR_WANT_READ
                           : count == 0 || errno != EAGAIN)
          dead = true;
        break;
      }
      if (session != nullptr &&
          nghttp2_session_mem_recv(session, reinterpret_cast<std::uint8_t*>(buffer),
                                   static_cast<std::size_t>(count)) < 0)
        dead = true;
      if (dead)
        return;
    }
    write();
  }

  void write() {
    for (;;) {
      if (out.empty() && session != nullptr) {
        const std::uint8_t* data = nullptr;
        ssize_t size = 0;
        while (out.size() < 65536 && (size = nghttp2_session_mem_send(session, &data)) > 0)
          out += text(data, static_cast<std::size_t>(size));
      }
      if (out.empty())
        break;
      const auto count =
          ssl != nullptr ? SSL_write(ssl, out.data(), static_cast<int>(out.size()))
                         : static_cast<int>(::send(socket, out.data(), out.size(), MSG_NOSIGNAL));
      if (count <= 0)
        return;
      out.erase(0, static_cast<std::size_t>(count));
    }
    dead = dead || close_after_write;
  }
};

imposter::imposter() : imposter{options{}} {}

imposter::imposter(options o) : options_{std::move(o)} {
  std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes to sockets that the gateway has closed
  if (options_.tls) {
    certificate_ = std::make_unique<certificate>(options_.host);
    ca_file_ = certificate_->file();
    auto* const context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate_file(context, ca_file_.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context, certificate_->key_file().c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (options_.offer_h2)
      SSL_CTX_set_alpn_select_cb(
          context,
          [](SSL*, const unsigned char** to, unsigned char* size, const unsigned char*, unsigned,
             void*) {
            *to = reinterpret_cast<const unsigned char*>("h2");
            *size = 2;
            return SSL_TLSEXT_ERR_OK;
          },
          nullptr);
    tls_ = context;
  }
  listening_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(listening_, reinterpret_cast<sockaddr*>(&address), sizeof address);
  ::listen(listening_, 64);
  socklen_t size = sizeof address;
  ::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  if (::pipe(wake_) != 0)
    throw std::runtime_error{"no pipe"};
  fcntl(wake_[0], F_SETFL, O_NONBLOCK);
  thread_ = std::thread{[this] { serve(); }};
}

imposter::~imposter() {
  stop_ = true;
  wake();
  thread_.join();
  peers_.clear();
  ::close(listening_);
  ::close(wake_[0]);
  ::close(wake_[1]);
  SSL_CTX_free(static_cast<SSL_CTX*>(tls_));
}

void imposter::wake() {
  [[maybe_unused]] const auto written = ::write(wake_[1], "w", 1);
}

void imposter::serve() {
  while (!stop_) {
    std::vector<pollfd> polled{{listening_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    for (const auto& p : peers_)
      polled.push_back(
          {p->socket, static_cast<short>(p->out.empty() ? POLLIN : POLLIN | POLLOUT), 0});
    ::poll(polled.data(), polled.size(), -1);
    char drop[64];
    while (::read(wake_[0], drop, sizeof drop) > 0) {
    }
    if ((polled[0].revents & POLLIN) != 0) {
      const int accepted = ::accept(listening_, nullptr, nullptr);
      if (accepted >= 0) {
        ++connections_seen_;
        peers_.push_back(std::make_unique<peer>(*this, accepted));
      }
    }
    const auto streams = new_streams_max_.exchange(-1);
    const auto window = new_window_.exchange(-1);
    for (const auto& p : peers_) {
      if (streams >= 0 && p->session != nullptr)
        p->settings(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, static_cast<std::uint32_t>(streams));
      if (window >= 0 && p->session != nullptr)
        p->settings(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(window));
      p->work();
    }
    std::erase_if(peers_, [](const auto& p) { return p->dead; });
  }
}

reply imposter::script() {
  const std::lock_guard lock{guard_};
  if (scripts_.empty())
    return standing_;
  auto r = std::move(scripts_.front());
  scripts_.pop_front();
  return r;
}

imposter& imposter::next(reply r) {
  const std::lock_guard lock{guard_};
  scripts_.push_back(std::move(r));
  return *this;
}

imposter& imposter::always(reply r) {
  const std::lock_guard lock{guard_};
  standing_ = std::move(r);
  return *this;
}

void imposter::release() {
  release_ = true;
  wake();
}

void imposter::set_streams_max(std::uint32_t count) {
  new_streams_max_ = count;
  wake();
}

void imposter::set_window(std::uint32_t size) {
  new_window_ = size;
  wake();
}

std::string imposter::url() const {
  return (options_.tls ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_);
}

std::vector<seen_request> imposter::requests() const {
  const std::lock_guard lock{guard_};
  return seen_;
}

} // namespace stentor::test
