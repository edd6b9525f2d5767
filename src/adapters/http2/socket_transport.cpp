#include "adapters/http2/socket_transport.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>

namespace stentor::http2 {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

namespace {

constexpr std::size_t read_size = 128 * 1024;
/// What waits for longer to leave, because the process stood still or the network does, leaves no
/// more.
constexpr std::chrono::seconds write_max{5};

} // namespace

socket_transport::socket_transport(asio::io_context& io, std::shared_ptr<tls_context> tls,
                                   std::string host, std::uint16_t port,
                                   transport_listener& listener,
                                   std::function<core::steady_time()> clock)
    : io_{io}, tls_context_{std::move(tls)}, host_{std::move(host)}, port_{port},
      listener_{&listener}, resolver_{io}, socket_{io}, clock_{std::move(clock)} {}

void socket_transport::open() {
  resolver_.async_resolve(
      host_, std::to_string(port_),
      [self = shared_from_this()](error_code problem, const tcp::resolver::results_type& found) {
        if (self->listener_ == nullptr)
          return;
        if (problem)
          return self->fail("The host " + self->host_ +
                            " cannot be resolved: " + problem.message() + ".");
        asio::async_connect(self->socket_, found, [self](error_code refused, const tcp::endpoint&) {
          if (self->listener_ == nullptr)
            return;
          if (refused)
            return self->fail("No connection to " + self->host_ + ":" +
                              std::to_string(self->port_) + ": " + refused.message() + ".");
          self->connected();
        });
      });
}

void socket_transport::connected() {
  error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  socket_.non_blocking(true, ignored);
  input_.resize(read_size);
  if (tls_context_ == nullptr) {
    open_ = true;
    read_more();
    listener_->on_transport_open();
    return;
  }
  tls_ = std::make_unique<tls_channel>(*tls_context_, host_);
  read_more();
  take({});
}

void socket_transport::close() {
  listener_ = nullptr;
  open_ = false;
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

void socket_transport::fail(std::string why) {
  // Never from inside a call of the listener: it may be in the middle of its own state.
  open_ = false;
  asio::post(io_, [self = shared_from_this(), why = std::move(why)] {
    if (auto* const listener = std::exchange(self->listener_, nullptr)) {
      error_code ignored;
      self->socket_.close(ignored);
      listener->on_transport_lost(why);
    }
  });
}

void socket_transport::read_more() {
  socket_.async_read_some(
      asio::buffer(input_), [self = shared_from_this()](error_code problem, std::size_t size) {
        if (self->listener_ == nullptr)
          return;
        if (problem)
          return self->fail(problem == asio::error::eof
                                ? "The other side closed the connection."
                                : "The connection broke: " + problem.message() + ".");
        self->take({self->input_.data(), size});
        if (self->listener_ != nullptr && self->socket_.is_open())
          self->read_more();
      });
}

void socket_transport::take(std::string_view bytes) {
  if (tls_ == nullptr)
    return listener_->on_bytes(bytes);
  if (!open_) {
    const auto progress = tls_->handshake(bytes);
    pending_.append(tls_->records());
    tls_->records().clear();
    push();
    if (progress == tls_channel::progress::failed)
      return fail(tls_->error());
    if (progress == tls_channel::progress::going_on)
      return;
    open_ = true;
    listener_->on_transport_open();
    bytes = {}; // taken by the handshake; what followed it is still in the channel
  }
  if (listener_ == nullptr)
    return;
  std::size_t size = 0;
  const bool good = tls_->decrypt(bytes, plain_, size);
  if (size > 0)
    listener_->on_bytes({plain_.data(), size});
  if (listener_ == nullptr)
    return;
  if (!good)
    return fail(tls_->error());
  if (pending_.empty() &&
      !tls_->records().empty()) { // an answer of TLS itself, such as a key update
    pending_.swap(tls_->records());
    push();
  }
}

void socket_transport::write(std::string& plain) {
  begun_ = clock_();
  exposed_before_ = plain_total_;
  records_.clear();
  if (tls_ == nullptr) {
    plain_total_ += plain.size();
    pending_.swap(plain);
    plain.clear();
    push();
    return;
  }
  auto& records = tls_->records();
  std::string_view rest = plain;
  while (!rest.empty()) {
    const auto piece = rest.substr(0, tls_record_size);
    rest.remove_prefix(piece.size());
    plain_total_ += piece.size();
    records_.emplace_back(records.size(), plain_total_);
    if (!tls_->encrypt(piece))
      return fail(tls_->error());
  }
  plain.clear();
  pending_.swap(records);
  push();
}

void socket_transport::push() {
  while (pending_sent_ < pending_.size()) {
    error_code problem;
    const auto count = socket_.write_some(
        asio::buffer(pending_.data() + pending_sent_, pending_.size() - pending_sent_), problem);
    if (problem == asio::error::would_block || problem == asio::error::try_again) {
      if (!std::exchange(waiting_, true))
        socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code lost) {
          self->waiting_ = false;
          if (lost || self->listener_ == nullptr)
            return;
          // Somebody else may send in our place by now.
          if (self->clock_() - self->begun_ > write_max)
            return self->fail("What was to be sent could not leave for " +
                              std::to_string(write_max.count()) + " s.");
          self->push();
        });
      return;
    }
    if (problem)
      return fail("The connection broke: " + problem.message() + ".");
    pending_sent_ += count;
  }
  pending_.clear();
  pending_sent_ = 0;
  exposed_before_ = plain_total_;
}

std::uint64_t socket_transport::exposed() const noexcept {
  if (pending_.empty())
    return exposed_before_;
  if (tls_ == nullptr)
    return exposed_before_ + pending_sent_;
  // A record may count as received as soon as one byte of it left.
  auto exposed = exposed_before_;
  for (const auto& [begins_at, plain_end] : records_)
    if (begins_at < pending_sent_)
      exposed = plain_end;
  return exposed;
}

} // namespace stentor::http2
