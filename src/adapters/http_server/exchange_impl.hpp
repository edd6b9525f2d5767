#pragma once
/// An exchange with its parser. Private to this folder. The parser belongs to the io thread until
/// the exchange is handed over.

#include "adapters/http_server/connection.hpp"

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/parser.hpp>

#include <condition_variable>
#include <mutex>

namespace stentor::http_server {

namespace http = boost::beast::http;

/// A body that grows as bytes come; Beast's string_body would reserve whatever Content-Length says.
struct piece_body {
  using value_type = std::string;
  class reader {
  public:
    template <bool IsRequest, class Fields>
    reader(http::header<IsRequest, Fields>&, value_type& to) : to_{to} {}
    void init(const boost::optional<std::uint64_t>&, error_code& problem) { problem = {}; }
    template <class Buffers>
    std::size_t put(const Buffers& buffers, error_code& problem) {
      std::size_t count = 0;
      for (const auto part : boost::beast::buffers_range_ref(buffers)) {
        to_.append(static_cast<const char*>(part.data()), part.size());
        count += part.size();
      }
      problem = {};
      return count;
    }
    void finish(error_code& problem) { problem = {}; }

  private:
    value_type& to_;
  };
};

using request_parser = http::request_parser<piece_body>;

class exchange_impl final : public exchange {
public:
  explicit exchange_impl(std::shared_ptr<connection> c);
  ~exchange_impl() override;

  const request& head() const override { return head_; }
  const plan& planned() const override { return plan_; }
  const std::string& body() const override { return parser.get().body(); }
  void respond(response answer) override;
  void receive(std::function<bool(std::string_view)> on_piece,
               std::function<void(core::status)> on_end) override;
  void begin(response head) override;
  bool write(std::string_view piece) override;
  void end(bool complete) override;
  void defer(std::function<void()> work) override;

  /// The writer learns that its piece has gone, or that there is nobody left. From the io thread.
  void piece_done(bool ok);

  struct head_type final : request {
    explicit head_type(const request_parser& p) : parser_{p} {}
    std::string_view header(std::string_view name) const override;

  private:
    const request_parser& parser_;
  };

  request_parser parser;
  head_type head_{parser};
  plan plan_;
  response answer;        ///< between respond() or begin() and the io thread
  std::string piece;      ///< framed, between write() and the io thread
  bool in_chunks = false; ///< else the end of the connection ends the body (HTTP/1.0)
  bool bodyless = false;  ///< HEAD
  std::uint64_t counted_bytes = 0;
  bool holds_stream = false;       ///< one of the stream threads is its
  std::optional<response> refusal; ///< of admit(), for the io thread
  std::function<bool(std::string_view)> on_piece;
  std::function<void(core::status)> on_end;
  std::atomic<bool> answered{false};

private:
  void send(connection_event::kind what);
  std::shared_ptr<exchange_impl> self() {
    return std::static_pointer_cast<exchange_impl>(shared_from_this());
  }

  std::shared_ptr<connection> connection_;
  std::mutex mutex_;
  std::condition_variable written_;
  bool piece_pending_ = false;
  bool broken_ = false; ///< nobody will read what is written
  bool begun_ = false;
  bool ended_ = false;
};

} // namespace stentor::http_server
