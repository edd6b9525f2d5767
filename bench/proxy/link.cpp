#include "bench/proxy/link.hpp"

#include <algorithm>
#include <utility>

namespace stentor::load {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// What one direction holds back at most; then nothing more is read, as when a receiver is slow.
constexpr std::size_t waiting_max = std::size_t{256} * 1024;

} // namespace

void reset(stream& which) {
  error_code ignored;
  which.set_option(asio::socket_base::linger{true, 0}, ignored);
  which.close(ignored);
}

link::link(link_owner& owner, asio::io_context& loop, stream client, bool* armed)
    : owner_{owner}, client_{std::move(client)}, server_{loop}, out_{loop, true}, in_{loop, false} {
  if (armed != nullptr)
    watch_.emplace(*armed);
}

void link::start(const asio::generic::stream_protocol::endpoint& target) {
  server_.async_connect(target, [self = shared_from_this()](const error_code& failed) {
    if (self->over_)
      return;
    if (failed)
      return self->finish();
    error_code ignored; // a Unix socket knows nothing of it
    const asio::ip::tcp::no_delay at_once{true};
    self->client_.set_option(at_once, ignored);
    self->server_.set_option(at_once, ignored);
    self->connected_ = true;
    self->kick();
  });
}

void link::kick() {
  for (auto* which : {&out_, &in_}) {
    if (!connected_ || over_)
      return;
    which->wake.cancel();
    write(*which);
    read(*which);
  }
}

void link::read(pump& which) {
  const bool held = owner_.befalls(which.to_target).stalled || which.waiting_bytes >= waiting_max;
  if (which.reading || which.at_end || over_ || (held && !which.nobody))
    return;
  which.reading = true;
  source(which).async_read_some(
      asio::buffer(which.buffer),
      [self = shared_from_this(), &which](const error_code& failed, std::size_t size) {
        which.reading = false;
        if (self->over_)
          return;
        // A reset ends both directions, but nothing that was written before it.
        which.at_end = static_cast<bool>(failed);
        if (failed && failed != asio::error::eof)
          self->lose_receiver(which.to_target ? self->in_ : self->out_);
        self->came(which, size);
      });
}

void link::came(pump& which, std::size_t size) {
  std::string bytes{which.buffer.data(), size};
  if (watch_ && which.to_target)
    watch_->from_client(bytes);
  if (watch_ && !which.to_target) {
    std::string pass;
    if (watch_->from_server(bytes, pass)) {
      owner_.commit_kept();
      return cut();
    }
    bytes = std::move(pass);
  }
  const auto& what = owner_.befalls(which.to_target);
  auto due = clock::now() + what.delay;
  if (what.bytes_per_s > 0)
    due = std::max(due, which.last_due + std::chrono::duration_cast<clock::duration>(
                                             std::chrono::duration<double>{
                                                 static_cast<double>(size) / what.bytes_per_s}));
  which.last_due = due = std::max(due, which.last_due);
  if (!bytes.empty() && !which.nobody) {
    which.waiting_bytes += bytes.size();
    which.waiting.push_back({due, std::move(bytes)});
  }
  write(which);
  read(which);
}

void link::write(pump& which) {
  if (which.nobody)
    return finish_when_over();
  if (which.writing || over_ || owner_.befalls(which.to_target).stalled)
    return;
  if (which.waiting.empty()) {
    if (!which.at_end || which.shut_down)
      return;
    which.shut_down = true;
    error_code ignored;
    sink(which).shutdown(asio::socket_base::shutdown_send, ignored);
    return finish_when_over();
  }
  // Once a trouble is over, what waits goes at once.
  const auto& what = owner_.befalls(which.to_target);
  const bool slow = what.bytes_per_s > 0 || what.delay.count() > 0;
  if (slow && which.waiting.front().due > clock::now())
    return sleep(which, which.waiting.front().due);
  which.writing = true;
  asio::async_write(
      sink(which), asio::buffer(which.waiting.front().bytes),
      [self = shared_from_this(), &which](const error_code& failed, std::size_t size) {
        which.writing = false;
        if (self->over_)
          return;
        if (failed || which.nobody)
          return self->lose_receiver(which);
        which.waiting_bytes -= size;
        which.waiting.pop_front();
        self->write(which);
        self->read(which);
      });
}

void link::sleep(pump& which, clock::time_point until) {
  if (which.sleeping)
    return;
  which.sleeping = true;
  which.wake.expires_at(until);
  which.wake.async_wait([self = shared_from_this(), &which](const error_code&) {
    which.sleeping = false;
    self->write(which);
  });
}

void link::lose_receiver(pump& which) {
  which.nobody = true;
  which.wake.cancel();
  // A write that goes on still reads the first piece; it ends soon, with an error.
  if (!which.writing)
    which.waiting.clear();
  which.waiting_bytes = 0;
  read(which);
  finish_when_over();
}

void link::finish_when_over() {
  const auto is_over = [](const pump& which) {
    return which.shut_down || (which.nobody && which.at_end);
  };
  if (!over_ && is_over(out_) && is_over(in_))
    finish();
}

void link::cut() {
  over_ = true;
  out_.wake.cancel();
  in_.wake.cancel();
  reset(client_);
  reset(server_);
  owner_.ended(shared_from_this());
}

void link::finish() {
  over_ = true;
  out_.wake.cancel();
  in_.wake.cancel();
  error_code ignored;
  client_.close(ignored);
  server_.close(ignored);
  owner_.ended(shared_from_this());
}

} // namespace stentor::load
