/// Listeners and threads.

#include "adapters/http_server/server.hpp"

#include "adapters/http_server/connection.hpp"
#include "adapters/http_server/exchange_impl.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <thread>

namespace stentor::http_server {

using namespace std::chrono_literals;

namespace {

/// Connections beyond the maximum that get their 503; further ones are closed without a word.
constexpr std::size_t refusals_at_once = 64;
constexpr auto accept_pause = 100ms; ///< when the process has no file descriptor left

std::string place(const endpoint& e) {
  return e.address + ":" + std::to_string(e.port);
}

std::string advice(const error_code& problem) {
  if (problem == asio::error::address_in_use)
    return " Is another daemon running there?";
  if (problem == asio::error::access_denied)
    return " Ports below 1024 need a privilege; take another one.";
  if (problem == boost::system::errc::address_not_available)
    return " This machine has no such address.";
  return {};
}

/// A TLS server with at least TLS 1.2 that says http/1.1 where the client asks.
core::status load_certificate(asio::ssl::context& tls, const server_settings& settings) {
  error_code problem;
  tls.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                  asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                  asio::ssl::context::no_tlsv1_1);
  // Of TLS 1.2 only forward secrecy with authenticated encryption (RFC 9325, 4.2).
  SSL_CTX_set_cipher_list(tls.native_handle(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  tls.use_certificate_chain_file(settings.certificate_file, problem);
  const auto why = [](const std::string& file) {
    return ::access(file.c_str(), R_OK) == 0
               ? std::string{}
               : std::generic_category().message(errno) + ". "; // OpenSSL tells only numbers
  };
  if (problem)
    return core::error{core::errc::invalid,
                       "The certificate file " + settings.certificate_file + " cannot be used: " +
                           why(settings.certificate_file) + "It must hold a PEM chain."};
  tls.use_private_key_file(settings.key_file, asio::ssl::context::pem, problem);
  if (problem)
    return core::error{core::errc::invalid, "The key file " + settings.key_file +
                                                " cannot be used: " + why(settings.key_file) +
                                                "It must hold the PEM key of the certificate."};
  return core::ok{};
}

core::result<asio::ip::address> address_of(const endpoint& at) {
  error_code problem;
  const auto address = asio::ip::make_address(at.address, problem);
  if (problem)
    return core::error{core::errc::invalid,
                       "\"" + at.address +
                           "\" is no IP address to listen on; write 127.0.0.1:8080 or [::1]:8080."};
  return address;
}

} // namespace

struct server::impl {
  std::shared_ptr<shared_state> state;
  std::vector<std::shared_ptr<io_thread>> io_threads;
  std::vector<asio::executor_work_guard<asio::io_context::executor_type>> guards;
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<tcp::acceptor>> acceptors;
  std::vector<std::uint16_t> ports;
  std::vector<std::unique_ptr<asio::steady_timer>> pauses;
  std::size_t next_io_thread = 0;
  bool started = false;

  core::status open(const endpoint& at) {
    const auto address = address_of(at);
    if (!address)
      return address.error();
    error_code problem;
    auto acceptor = std::make_unique<tcp::acceptor>(io_threads.front()->context);
    const tcp::endpoint where{*address, at.port};
    acceptor->open(where.protocol(), problem);
    if (!problem)
      acceptor->set_option(tcp::acceptor::reuse_address{true}, problem);
    if (!problem)
      acceptor->bind(where, problem);
    if (!problem)
      acceptor->listen(1024, problem);
    if (problem)
      return core::error{core::errc::unavailable, "Cannot listen on " + place(at) + ": " +
                                                      problem.message() + "." + advice(problem)};
    ports.push_back(acceptor->local_endpoint().port());
    acceptors.push_back(std::move(acceptor));
    pauses.push_back(std::make_unique<asio::steady_timer>(io_threads.front()->context));
    return core::ok{};
  }

  void accept(std::size_t n) {
    auto home = io_threads[next_io_thread++ % io_threads.size()];
    acceptors[n]->async_accept(home->context,
                               [this, n, home](const error_code& problem, tcp::socket socket) {
                                 if (!acceptors[n]->is_open())
                                   return;
                                 if (problem) {
                                   pauses[n]->expires_after(accept_pause);
                                   pauses[n]->async_wait([this, n](const error_code& cancelled) {
                                     if (!cancelled && acceptors[n]->is_open())
                                       accept(n);
                                   });
                                   return;
                                 }
                                 welcome(home, std::move(socket));
                                 accept(n);
                               });
  }

  void welcome(const std::shared_ptr<io_thread>& home, tcp::socket socket) {
    const auto open_now = state->connections.load();
    const auto& settings = state->settings;
    const bool full = open_now >= settings.connections_max;
    if (open_now >= settings.connections_max + refusals_at_once) {
      ++state->refused_total;
      return;
    }
    error_code ignored;
    const auto peer = socket.remote_endpoint(ignored).address();
    auto address = ignored ? std::string{"unknown"} : peer.to_string();
    const bool many_behind = settings.loopback_is_a_proxy && peer.is_loopback();
    const auto theirs = state->who.came(address);
    const bool share_is_used = settings.connections_per_client_max > 0 && !many_behind &&
                               theirs > settings.connections_per_client_max;
    auto c = std::make_shared<connection>(home, std::move(socket), std::move(address));
    asio::post(home->context, [c = std::move(c), full, share_is_used] {
      auto& here = *c->home();
      const bool refuse = share_is_used || (full && !here.end_longest_idle());
      if (refuse)
        ++here.state->refused_total;
      c->start(refuse);
    });
  }

  void run() {
    for (const auto& l : io_threads) {
      guards.push_back(asio::make_work_guard(l->context));
      l->start_sweeping();
    }
    for (std::size_t n = 0; n < acceptors.size(); ++n)
      accept(n);
    for (const auto& l : io_threads)
      threads.emplace_back([l] { l->run(); });
    started = true;
  }

  /// Runs `what` on every io thread and waits for it.
  template <class What>
  void on_every_io_thread(What what) {
    std::mutex mutex;
    std::condition_variable finished;
    std::size_t left = io_threads.size();
    for (const auto& l : io_threads)
      asio::post(l->context, [&, l] {
        what(*l);
        const std::lock_guard lock{mutex};
        if (--left == 0)
          finished.notify_one();
      });
    std::unique_lock lock{mutex};
    finished.wait(lock, [&] { return left == 0; });
  }

  void stop(std::chrono::milliseconds patience) {
    if (!started)
      return;
    started = false;
    state->draining = true;
    const auto first = io_threads.front().get();
    on_every_io_thread([&](io_thread& l) {
      if (&l == first)
        for (std::size_t n = 0; n < acceptors.size(); ++n) {
          error_code ignored;
          acceptors[n]->close(ignored);
          pauses[n]->cancel();
        }
      l.drain();
    });
    // A wait with a deadline for other threads to let go of their connections; there is nothing to
    // be woken by.
    const auto deadline = clock::now() + patience;
    while (state->connections > 0 && clock::now() < deadline)
      std::this_thread::sleep_for(2ms);
    on_every_io_thread([](io_thread& l) { l.close(); });
    state->pool.stop();
    state->streams.stop();
    guards.clear();
    for (auto& thread : threads)
      thread.join();
    threads.clear();
    acceptors.clear();
    pauses.clear();
  }
};

core::status check(const server_settings& settings) {
  for (const auto& at : settings.listen)
    if (const auto address = address_of(at); !address)
      return address.error();
  if (settings.certificate_file.empty() && settings.key_file.empty())
    return core::ok{};
  asio::ssl::context tls{asio::ssl::context::tls_server};
  return load_certificate(tls, settings);
}

server::server(server_settings settings, application& app) : impl_{std::make_unique<impl>()} {
  settings.io_threads = std::max(1U, settings.io_threads);
  settings.worker_threads = std::max(1U, settings.worker_threads);
  settings.stream_threads = std::max(1U, settings.stream_threads);
  impl_->state = std::make_shared<shared_state>(std::move(settings), app);
}

server::~server() {
  stop(0ms);
  impl_->state->pool.stop();
  impl_->state->streams.stop();
}

core::status server::start() {
  auto& state = *impl_->state;
  if (!state.settings.certificate_file.empty() || !state.settings.key_file.empty()) {
    state.tls.emplace(asio::ssl::context::tls_server);
    if (auto loaded = load_certificate(*state.tls, state.settings); !loaded)
      return loaded;
  }
  for (unsigned i = 0; i < state.settings.io_threads; ++i)
    impl_->io_threads.push_back(std::make_shared<io_thread>(impl_->state));
  for (const auto& at : state.settings.listen)
    if (auto opened = impl_->open(at); !opened)
      return opened;
  impl_->run();
  return core::ok{};
}

std::uint16_t server::port(std::size_t n) const {
  return impl_->ports.at(n);
}

void server::stop(std::chrono::milliseconds patience) {
  impl_->stop(patience);
}

server_metrics server::metrics() const {
  const auto& state = *impl_->state;
  server_metrics f;
  f.connections = state.connections;
  f.connections_total = state.connections_total;
  f.connections_refused_total = state.refused_total;
  f.unverified_bytes = state.unverified_bytes;
  f.requests_total = state.requests_total;
  for (std::size_t i = 0; i < 6; ++i)
    f.responses_total[i] = state.responses_total[i];
  f.timeouts_total = state.timeouts_total;
  f.malformed_total = state.malformed_total;
  return f;
}

} // namespace stentor::http_server
