/// See client.hpp. One connection per call; asynchronous operations are run one by one, because
/// only those can time out.

#include "adapters/http_client/client.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace stentor::http_server {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

constexpr std::size_t piece_bytes = 64 * 1024;

struct address {
  bool tls = false;
  std::string host;
  std::string port;
};

core::result<address> parse_url(const std::string& url) {
  const core::error wrong{
      core::errc::invalid,
      "\"" + url +
          "\" is no address of a daemon: expected http://host[:port] or https://host[:port]."};
  address a;
  std::string_view rest{url};
  if (rest.starts_with("https://"))
    a.tls = true;
  else if (!rest.starts_with("http://"))
    return wrong;
  rest.remove_prefix(a.tls ? 8 : 7);
  if (rest.ends_with('/'))
    rest.remove_suffix(1);
  a.port = a.tls ? "443" : "80";
  if (rest.starts_with('[')) { // an IPv6 address
    const auto end = rest.find(']');
    if (end == std::string_view::npos)
      return wrong;
    a.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    a.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(a.host.size());
  }
  if (rest.starts_with(':')) {
    a.port = rest.substr(1);
    rest = {};
  }
  if (a.host.empty() || !rest.empty() || a.port.empty() ||
      a.port.find_first_not_of("0123456789") != std::string::npos)
    return wrong;
  return a;
}

/// One connection and one exchange on it.
class call {
public:
  call(const client_settings& settings, address to) : settings_{settings}, to_{std::move(to)} {
    parser_.body_limit(std::numeric_limits<std::uint64_t>::max());
  }

  core::status open() {
    tcp::resolver resolver{context_};
    error_code problem;
    const auto places = resolver.resolve(to_.host, to_.port, problem);
    if (problem)
      return away("there is no such host: " + problem.message());
    problem = wait([&](auto then) {
      asio::async_connect(socket_, places,
                          [then](const error_code& e, const tcp::endpoint&) { then(e, 0); });
    });
    if (problem)
      return away(problem.message());
    error_code ignored;
    socket_.set_option(tcp::no_delay{true}, ignored);
    return to_.tls ? shake_hands() : core::status{core::done{}};
  }

  core::status send_head(std::string_view method, std::string_view target,
                         std::string_view content_type, std::optional<std::size_t> length) {
    std::string head{method};
    head.append(" ")
        .append(target)
        .append(" HTTP/1.1\r\nHost: ")
        .append(to_.host)
        .append(":")
        .append(to_.port);
    head.append("\r\nUser-Agent: stentor\r\nAccept: application/json, text/csv, */*\r\nConnection: "
                "close\r\n");
    if (!settings_.token.empty())
      head.append("Authorization: Bearer ").append(settings_.token).append("\r\n");
    if (!content_type.empty())
      head.append("Content-Type: ").append(content_type).append("\r\n");
    if (length)
      head.append("Content-Length: ").append(std::to_string(*length)).append("\r\n");
    else
      head.append("Transfer-Encoding: chunked\r\n");
    head.append("\r\n");
    if (head.find_first_of(std::string_view{"\0", 1}) != std::string::npos ||
        settings_.token.find_first_of("\r\n") != std::string::npos)
      return core::error{core::errc::invalid, "The token holds a line break."};
    parser_.skip(method == "HEAD");
    return send(head);
  }

  core::status send(std::string_view bytes) {
    const auto problem = wait([&](auto then) {
      if (tls_)
        asio::async_write(*tls_, asio::buffer(bytes), then);
      else
        asio::async_write(socket_, asio::buffer(bytes), then);
    });
    return problem ? away(problem.message()) : core::status{core::done{}};
  }

  /// Whether the server has begun to answer although the request is not yet complete: it refuses
  /// it.
  bool answers_early() {
    error_code problem;
    return socket_.available(problem) > 0 && !to_.tls;
  }

  core::status read_head() {
    return read_until([this] { return parser_.is_header_done(); });
  }

  /// The next piece of the body; empty at its end.
  core::result<std::string> read_piece() {
    if (auto s = read_until([this] { return parser_.is_done() || !parser_.get().body().empty(); });
        !s)
      return s.problem();
    return std::exchange(parser_.get().body(), std::string{});
  }

  core::result<client_answer> read_answer() {
    if (auto s = read_until([this] { return parser_.is_done(); }); !s)
      return s.problem();
    client_answer a;
    a.status = parser_.get().result_int();
    a.content_type = std::string{parser_.get()[http::field::content_type]};
    a.body = std::move(parser_.get().body());
    return a;
  }

  int status() const { return static_cast<int>(parser_.get().result_int()); }

private:
  core::status shake_hands() {
    error_code problem;
    tls_context_.set_options(asio::ssl::context::default_workarounds |
                                 asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1,
                             problem);
    if (settings_.ca_file.empty())
      tls_context_.set_default_verify_paths(problem);
    else
      tls_context_.load_verify_file(settings_.ca_file, problem);
    if (problem)
      return core::error{core::errc::invalid, "The authorities' file " + settings_.ca_file +
                                                  " cannot be used: " + problem.message() + "."};
    tls_.emplace(socket_, tls_context_);
    tls_->set_verify_mode(asio::ssl::verify_peer, problem);
    tls_->set_verify_callback(asio::ssl::host_name_verification{to_.host}, problem);
    // SSL_set_tlsext_host_name without its C cast.
    SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             to_.host.data());
    problem = wait([&](auto then) {
      tls_->async_handshake(asio::ssl::stream_base::client,
                            [then](const error_code& e) { then(e, 0); });
    });
    return problem ? away("no trusted TLS connection: " + problem.message())
                   : core::status{core::done{}};
  }

  template <class Done>
  core::status read_until(Done done) {
    // Heads and bodies are parsed by the same parser, as far as the bytes go.
    while (!done()) {
      if (buffer_.size() > 0) {
        error_code problem;
        const auto used = parser_.put(buffer_.data(), problem);
        buffer_.consume(used);
        if (problem && problem != http::error::need_more)
          return away("the answer is no HTTP: " + problem.message());
        parser_.eager(parser_.is_header_done());
        if (!problem && used > 0)
          continue;
      }
      std::size_t count = 0;
      const auto room = buffer_.prepare(piece_bytes);
      const auto problem = wait(
          [&](auto then) {
            if (tls_)
              tls_->async_read_some(room, then);
            else
              socket_.async_read_some(room, then);
          },
          &count);
      buffer_.commit(count);
      if (problem == asio::error::eof && parser_.got_some()) {
        error_code end;
        parser_.put_eof(end);
        if (!end && parser_.is_done())
          continue;
      }
      if (problem)
        return away(problem == asio::error::eof
                        ? "it ended the connection before its answer was complete"
                        : problem.message());
    }
    return core::done{};
  }

  template <class Start>
  error_code wait(Start start, std::size_t* count = nullptr) {
    error_code outcome = asio::error::would_block;
    asio::steady_timer timer{context_, settings_.timeout};
    timer.async_wait([&](const error_code& cancelled) {
      if (cancelled)
        return;
      timed_out_ = true;
      error_code ignored;
      socket_.close(ignored);
    });
    start([&](const error_code& e, std::size_t n) {
      outcome = e;
      if (count != nullptr)
        *count = n;
      timer.cancel();
    });
    context_.restart();
    context_.run();
    return timed_out_ ? error_code{asio::error::timed_out} : outcome;
  }

  core::error away(const std::string& why) const {
    return {core::errc::unavailable, "The daemon at " + to_.host + ":" + to_.port +
                                         " cannot be reached: " + why +
                                         ". Is it running, and is this its address?"};
  }

  const client_settings& settings_;
  address to_;
  asio::io_context context_{1};
  tcp::socket socket_{context_};
  asio::ssl::context tls_context_{asio::ssl::context::tls_client};
  std::optional<asio::ssl::stream<tcp::socket&>> tls_;
  boost::beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  bool timed_out_ = false;
};

core::result<std::unique_ptr<call>> open_call(const client_settings& settings) {
  auto to = parse_url(settings.url);
  if (!to)
    return to.problem();
  auto c = std::make_unique<call>(settings, std::move(*to));
  if (auto s = c->open(); !s)
    return s.problem();
  return c;
}

} // namespace

client::client(client_settings settings) : settings_{std::move(settings)} {}

core::result<client_answer> client::request(std::string_view method, std::string_view target,
                                            std::string_view body, std::string_view content_type) {
  auto c = open_call(settings_);
  if (!c)
    return c.problem();
  const bool has_body = !body.empty();
  if (auto s = (*c)->send_head(method, target, has_body ? content_type : std::string_view{},
                               body.size());
      !s)
    return s.problem();
  if (has_body)
    static_cast<void>(
        (*c)->send(body)); // a server that refuses early stops reading; its answer says why
  return (*c)->read_answer();
}

core::result<client_answer> client::upload(std::string_view target, std::string_view content_type,
                                           std::istream& from,
                                           const std::function<void(std::uint64_t)>& progress) {
  auto c = open_call(settings_);
  if (!c)
    return c.problem();
  if (auto s = (*c)->send_head("POST", target, content_type, std::nullopt); !s)
    return s.problem();
  std::vector<char> piece(piece_bytes);
  std::uint64_t sent = 0;
  bool refused = false;
  while (!refused && from) {
    from.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto count = static_cast<std::size_t>(from.gcount());
    if (count == 0)
      break;
    std::array<char, 20> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), count, 16).ptr;
    std::string framed{size.data(), end};
    framed.append("\r\n").append(piece.data(), count).append("\r\n");
    refused = !(*c)->send(framed).ok() || (*c)->answers_early();
    sent += count;
    if (progress)
      progress(sent);
  }
  if (from.bad())
    return core::error{core::errc::invalid, "The file cannot be read to its end."};
  if (!refused)
    static_cast<void>((*c)->send("0\r\n\r\n"));
  return (*c)->read_answer();
}

core::status client::download(std::string_view target,
                              const std::function<bool(std::string_view)>& write) {
  auto c = open_call(settings_);
  if (!c)
    return c.problem();
  if (auto s = (*c)->send_head("GET", target, {}, 0); !s)
    return s;
  if (auto s = (*c)->read_head(); !s)
    return s;
  if ((*c)->status() != 200) {
    auto answer = (*c)->read_answer();
    if (!answer)
      return answer.problem();
    const auto code = answer->status == 401 || answer->status == 403 ? core::errc::forbidden
                      : answer->status == 404                        ? core::errc::not_found
                      : answer->status == 409                        ? core::errc::conflict
                      : answer->status >= 500                        ? core::errc::unavailable
                                                                     : core::errc::invalid;
    return core::error{code, explain(*answer)};
  }
  for (;;) {
    auto piece = (*c)->read_piece();
    if (!piece)
      return piece.problem();
    if (piece->empty())
      return core::done{};
    if (!write(*piece))
      return core::error{core::errc::invalid, "The download was stopped."};
  }
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
