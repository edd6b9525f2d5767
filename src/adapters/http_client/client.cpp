/// See client.hpp. cpp-httplib does the work; this file says what the command line needs of it and
/// turns its failures into sentences. Nothing else may include httplib.h.

#include "adapters/http_client/client.hpp"

#include "stentor/core/base/url.hpp"

#include <httplib.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>

#include <csignal>
#include <ctime>
#include <memory>
#include <vector>

namespace stentor::http_server {

namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// httplib writes to sockets without MSG_NOSIGNAL: a daemon that closes early would end the
/// program.
class without_sigpipe {
public:
  without_sigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~without_sigpipe() {
    const timespec at_once{};
    if (sigismember(&before_, SIGPIPE) == 0)
      sigtimedwait(&pipe_, nullptr, &at_once);
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  without_sigpipe(const without_sigpipe&) = delete;
  without_sigpipe& operator=(const without_sigpipe&) = delete;

private:
  sigset_t pipe_{};
  sigset_t before_{};
};

bool has_bytes(int socket) {
  pollfd look{.fd = socket, .events = POLLIN, .revents = 0};
  return ::poll(&look, 1, 0) > 0;
}

/// One connection and one exchange on it.
class call {
public:
  call(const client_settings& settings, core::url to) : settings_{settings}, to_{std::move(to)} {
    if (to_.encrypted()) {
      auto tls = std::make_unique<httplib::SSLClient>(to_.host, to_.port);
      SSL_CTX_set_min_proto_version(tls->ssl_context(), TLS1_2_VERSION);
      // The one way to the session that both releases of Debian have.
      SSL_CTX_set_app_data(tls->ssl_context(), this);
      SSL_CTX_set_info_callback(tls->ssl_context(), keep_session);
      if (!settings_.ca_file.empty())
        tls->set_ca_cert_path(settings_.ca_file);
      tls_ = tls.get();
      connection_ = std::move(tls);
    } else {
      connection_ = std::make_unique<httplib::ClientImpl>(to_.host, to_.port);
    }
    connection_->set_connection_timeout(settings_.timeout);
    connection_->set_read_timeout(settings_.timeout);
    connection_->set_write_timeout(settings_.timeout);
    connection_->set_tcp_nodelay(true);
    connection_->set_url_encode(false); // callers encode what people typed
    connection_->set_decompress(false);
    connection_->set_follow_location(false); // the token is for this daemon only
  }
  call(const call&) = delete;
  call& operator=(const call&) = delete;

  [[nodiscard]] httplib::Headers headers() const {
    httplib::Headers all{{"User-Agent", "stentor"}, {"Accept", "application/json, text/csv, */*"}};
    if (!settings_.token.empty())
      all.emplace("Authorization", "Bearer " + settings_.token);
    return all;
  }

  httplib::ClientImpl* operator->() { return connection_.get(); }

  /// Whether the daemon has begun to answer although the request is not yet complete: it refuses
  /// it.
  bool answers_early() {
    if (!has_bytes(connection_->socket()))
      return false;
    if (tls_ == nullptr)
      return true;
    // Session tickets are bytes as well, so TLS is asked whether any is the application's.
    const int socket = connection_->socket();
    const int flags = ::fcntl(socket, F_GETFL);
    ::fcntl(socket, F_SETFL, flags | O_NONBLOCK);
    char first = 0;
    const bool answered = session_ != nullptr && SSL_peek(session_, &first, 1) > 0;
    ::fcntl(socket, F_SETFL, flags);
    ERR_clear_error();
    return answered;
  }

  [[nodiscard]] core::error failure(httplib::Error error) const {
    if (error == httplib::Error::SSLLoadingCerts)
      return {core::errc::invalid, "The authorities' file " + settings_.ca_file +
                                       " cannot be used: it must hold certificates in PEM form."};
    return {core::errc::unavailable, "The daemon at " + to_.authority() +
                                         " cannot be reached: " + reason(error) +
                                         ". Is it running, and is this its address?"};
  }

private:
  static void keep_session(const SSL* session, int where, int) {
    if ((where & SSL_CB_HANDSHAKE_DONE) != 0)
      static_cast<call*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(session)))->session_ =
          const_cast<SSL*>(session); // NOLINT: the library owns it, and it is not const there
  }

  [[nodiscard]] std::string reason(httplib::Error error) const {
    using kind = httplib::Error;
    switch (error) {
    case kind::Connection:
      return "nobody listens there, or there is no such host";
    case kind::ConnectionTimeout:
      return "it did not take the connection in time";
    case kind::Read:
      return "it ended the connection before its answer was complete, or did not answer in time";
    case kind::Write:
      return "it ended the connection before it had the whole request";
    case kind::SSLConnection:
      return "no trusted TLS connection: the handshake failed";
    case kind::SSLServerVerification: {
      const auto verdict = tls_ != nullptr ? tls_->get_openssl_verify_result() : X509_V_OK;
      return "no trusted TLS connection: " +
             std::string{verdict == X509_V_OK ? "its certificate is another host's"
                                              : X509_verify_cert_error_string(verdict)};
    }
    default: {
      const auto text = httplib::to_string(error);
      // An error of its own in Debian 13's release.
      return text.find("hostname") != std::string::npos
                 ? "no trusted TLS connection: its certificate is another host's"
                 : "the exchange failed (" + text + ")";
    }
    }
  }

  const client_settings& settings_;
  core::url to_;
  std::unique_ptr<httplib::ClientImpl> connection_;
  httplib::SSLClient* tls_ = nullptr;
  SSL* session_ = nullptr; ///< once the handshake is done
};

core::result<std::unique_ptr<call>> open_call(const client_settings& settings) {
  auto to = core::parse_url(settings.url);
  if (!to || !to->path.empty())
    return core::error{
        core::errc::invalid,
        "\"" + settings.url +
            "\" is no address of a daemon: expected http://host[:port] or https://host[:port]."};
  if (settings.token.find_first_of(std::string_view{"\r\n\0", 3}) != std::string::npos)
    return core::error{core::errc::invalid, "The token holds a line break."};
  return std::make_unique<call>(settings, std::move(*to));
}

client_answer answer_of(httplib::Response&& from) {
  return {from.status, from.get_header_value("Content-Type"), std::move(from.body)};
}

core::errc code_of(int status) {
  return status == 401 || status == 403 ? core::errc::forbidden
         : status == 404                ? core::errc::not_found
         : status == 409                ? core::errc::conflict
         : status >= 500                ? core::errc::unavailable
                                        : core::errc::invalid;
}

} // namespace

client::client(client_settings settings) : settings_{std::move(settings)} {}

core::result<client_answer> client::request(std::string_view method, std::string_view target,
                                            std::string_view body, std::string_view content_type) {
  auto c = open_call(settings_);
  if (!c)
    return c.error();
  const without_sigpipe quiet;
  httplib::Request request;
  request.method = method;
  request.path = target;
  request.headers = (*c)->headers();
  request.body = body;
  if (!body.empty())
    request.headers.emplace("Content-Type", content_type);
  httplib::Response response;
  auto error = httplib::Error::Success;
  if (!(**c)->send(request, response, error))
    return (*c)->failure(error);
  return answer_of(std::move(response));
}

core::result<client_answer> client::upload(std::string_view target, std::string_view content_type,
                                           std::istream& from,
                                           const std::function<void(std::uint64_t)>& progress) {
  auto c = open_call(settings_);
  if (!c)
    return c.error();
  const without_sigpipe quiet;
  std::vector<char> piece(piece_bytes);
  std::uint64_t sent = 0;
  const auto provide = [&](std::size_t, httplib::DataSink& sink) {
    if (sent > 0 && (*c)->answers_early()) {
      sink.done();
      return true;
    }
    from.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto count = static_cast<std::size_t>(from.gcount());
    if (from.bad())
      return false;
    if (count == 0) {
      sink.done();
      return true;
    }
    sink.write(piece.data(), count);
    sent += count;
    if (progress)
      progress(sent);
    return true;
  };
  auto result =
      (**c)->Post(std::string{target}, (*c)->headers(), provide, std::string{content_type});
  if (from.bad())
    return core::error{core::errc::invalid, "The file cannot be read to its end."};
  if (!result)
    return (*c)->failure(result.error());
  return answer_of(std::move(*result));
}

core::status client::download(std::string_view target,
                              const std::function<bool(std::string_view)>& write) {
  auto c = open_call(settings_);
  if (!c)
    return c.error();
  const without_sigpipe quiet;
  client_answer refusal;
  bool stopped = false;
  const auto result = (**c)->Get(
      std::string{target}, (*c)->headers(),
      [&](const httplib::Response& head) {
        refusal.status = head.status;
        return true;
      },
      [&](const char* bytes, std::size_t count) {
        if (refusal.status != 200)
          refusal.body.append(bytes, count);
        else
          stopped = !write({bytes, count});
        return !stopped;
      });
  if (stopped)
    return core::error{core::errc::invalid, "The download was stopped."};
  if (!result)
    return (*c)->failure(result.error());
  if (refusal.status != 200)
    return core::error{code_of(refusal.status), explain(refusal)};
  return core::ok{};
}

std::string explain(const client_answer& answer) {
  const auto parsed = nlohmann::json::parse(answer.body, nullptr, false);
  if (parsed.is_object()) {
    const auto text = [&](const char* key) {
      const auto found = parsed.find(key);
      return found != parsed.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string{};
    };
    auto sentence = text("detail").empty() ? text("title") : text("detail");
    if (const auto errors = parsed.find("errors"); errors != parsed.end() && errors->is_array())
      for (const auto& e : *errors)
        if (e.is_object() && e.contains("field") && e.contains("message") &&
            e["field"].is_string() && e["message"].is_string())
          sentence +=
              "\n  " + e["field"].get<std::string>() + ": " + e["message"].get<std::string>();
    if (!sentence.empty())
      return sentence;
  }
  return "The daemon answered with HTTP status " + std::to_string(answer.status) + ".";
}

} // namespace stentor::http_server
