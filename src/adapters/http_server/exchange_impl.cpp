/// The exchange's side that other threads see: everything becomes a connection_event to the
/// connection's io thread.

#include "adapters/http_server/exchange_impl.hpp"

#include <array>
#include <charconv>

namespace stentor::http_server {

exchange_impl::exchange_impl(std::shared_ptr<connection> c) : connection_{std::move(c)} {}

exchange_impl::~exchange_impl() {
  auto& state = *connection_->home()->state;
  state.bytes_of(plan_) -= counted_bytes;
  if (holds_stream)
    --state.streams_open;
  bool unfinished = false;
  {
    const std::lock_guard lock{mutex_};
    unfinished = begun_ ? !ended_ && !broken_ : !answered;
  }
  if (unfinished) {
    const auto home = connection_->home();
    home->post({connection_event::kind::dropped, std::move(connection_), nullptr});
  }
}

std::string_view exchange_impl::head_type::header(std::string_view name) const {
  const auto& message = parser_.get();
  const auto found = message.find(boost::beast::string_view{name.data(), name.size()});
  if (found == message.end())
    return {};
  const auto value = found->value();
  return {value.data(), value.size()};
}

void exchange_impl::respond(response a) {
  if (answered.exchange(true))
    return;
  answer = std::move(a);
  send(connection_event::kind::answer);
}

void exchange_impl::receive(std::function<bool(std::string_view)> piece_taker,
                            std::function<void(core::status)> end_taker) {
  on_piece = std::move(piece_taker);
  on_end = std::move(end_taker);
  send(connection_event::kind::receive);
}

void exchange_impl::begin(response h) {
  if (answered.exchange(true))
    return;
  answer = std::move(h);
  {
    const std::lock_guard lock{mutex_};
    begun_ = true;
    piece_pending_ = true; // until the head is written
  }
  send(connection_event::kind::begin);
}

bool exchange_impl::write(std::string_view text) {
  {
    std::unique_lock lock{mutex_};
    written_.wait(lock, [this] { return !piece_pending_ || broken_; });
    if (broken_ || !begun_ || ended_)
      return false;
    if (text.empty() || bodyless) // an empty chunk would end the body
      return true;
    piece_pending_ = true;
  }
  piece.clear();
  if (in_chunks) {
    std::array<char, 20> size{};
    const auto [end, error] =
        std::to_chars(size.data(), size.data() + size.size(), text.size(), 16);
    static_cast<void>(error); // 20 characters hold any 64-bit number
    piece.append(size.data(), end).append("\r\n").append(text).append("\r\n");
  } else {
    piece = text;
  }
  send(connection_event::kind::piece);
  return true;
}

void exchange_impl::end(bool complete) {
  {
    std::unique_lock lock{mutex_};
    written_.wait(lock, [this] { return !piece_pending_ || broken_; });
    if (!begun_ || ended_)
      return;
    ended_ = true;
    if (broken_)
      return;
  }
  send(complete ? connection_event::kind::end : connection_event::kind::cut);
}

void exchange_impl::defer(std::function<void()> work) {
  connection_->home()->state->pool.post(std::move(work));
}

void exchange_impl::piece_done(bool ok) {
  {
    const std::lock_guard lock{mutex_};
    piece_pending_ = false;
    broken_ = broken_ || !ok;
  }
  written_.notify_all();
}

void exchange_impl::send(connection_event::kind what) {
  connection_->home()->post({what, connection_, self()});
}

} // namespace stentor::http_server
