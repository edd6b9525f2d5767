#include "tests/simulation/process/wire.hpp"

#include <algorithm>
#include <utility>

namespace stentor::simulation {

/// Both ends of one connection.
class wire final : public http2::transport,
                   public server_listener,
                   public answer_target,
                   public std::enable_shared_from_this<wire> {
public:
  wire(network& of, std::uint64_t no, http2::transport_listener& listener,
       std::weak_ptr<wire_end> end)
      : network_{of}, no_{no}, listener_{&listener}, end_{std::move(end)} {}

  // -- the process's end

  void open() override {
    const milliseconds delay{1 + roll(1) % 20};
    network_.time_.after(delay, [self = shared_from_this()] { self->connected(); });
  }
  void close() override {
    listener_ = nullptr;
    open_ = false;
    broken_ = true;
  }
  [[nodiscard]] bool idle() const noexcept override { return open_; }
  void write(std::string& plain) override {
    written_ += plain.size();
    const auto end = end_.lock();
    if (!end || broken_)
      return plain.clear();
    if (plain.size() > 200)
      end->on_departure();
    // Delays vary less than the sender reckons with.
    const std::chrono::microseconds delay{3'000 + roll(2) % 5'000};
    arrives_ = std::max(arrives_, network_.time_.now() + delay);
    network_.time_.at(arrives_, [self = shared_from_this(), bytes = std::exchange(plain, {}),
                                 left = end->departure_of_now()] { self->arrive(bytes, left); });
  }
  [[nodiscard]] std::uint64_t exposed() const noexcept override { return written_; }

  // -- Meta's end

  void on_request(std::int32_t stream, const std::string& body) override {
    network_.meta_.on_request(shared_from_this(), stream, body, left_);
  }
  void respond(std::int32_t stream, int status, std::string_view type, std::string body) override {
    if (broken_)
      return;
    server_.respond(stream, status, type, std::move(body));
    send_back();
  }
  void reset(std::int32_t stream, std::uint32_t error_code) override {
    if (broken_)
      return;
    server_.reset(stream, error_code);
    send_back();
  }
  void goaway() {
    if (broken_ || !open_)
      return;
    server_.goaway();
    send_back();
  }
  /// @param loses_what_is_on_the_way else it still arrives at Meta
  void cut(bool loses_what_is_on_the_way) {
    if (broken_ || listener_ == nullptr)
      return;
    deaf_ = loses_what_is_on_the_way;
    broken_ = true;
    open_ = false;
    lose("The connection broke: cut by the simulation.");
  }

private:
  [[nodiscard]] std::uint64_t roll(std::uint64_t what) {
    return network_.luck_.roll(about::wire,
                               {static_cast<std::uint64_t>(network_.node_), no_, what, rolls_++});
  }
  void connected() {
    if (listener_ == nullptr)
      return;
    if (!network_.reachable())
      return lose("No connection: unreachable in the simulation.");
    in_turn([this] {
      open_ = true;
      listener_->on_transport_open();
    });
    send_back();
  }
  void arrive(const std::string& bytes, const departure& left) {
    if (deaf_)
      return;
    left_ = left;
    server_.feed(bytes);
    send_back();
  }
  void send_back() {
    auto bytes = server_.produce();
    if (bytes.empty() || broken_)
      return;
    const std::chrono::microseconds delay{3'000 + roll(3) % 5'000};
    returns_ = std::max(returns_, network_.time_.now() + delay);
    network_.time_.at(returns_, [self = shared_from_this(), bytes = std::move(bytes)] {
      self->in_turn([self, bytes] {
        if (!self->broken_)
          self->listener_->on_bytes(bytes);
      });
    });
  }
  void lose(const std::string& why) {
    network_.time_.after(milliseconds{roll(4) % 30}, [self = shared_from_this(), why] {
      self->in_turn(
          [self, why] { std::exchange(self->listener_, nullptr)->on_transport_lost(why); });
    });
  }
  /// As long as somebody listens by then.
  void in_turn(std::function<void()> what) {
    if (const auto end = end_.lock())
      end->in_turn([self = shared_from_this(), what = std::move(what)] {
        if (self->listener_ != nullptr)
          what();
      });
  }

  network& network_;
  std::uint64_t no_;
  http2::transport_listener* listener_;
  std::weak_ptr<wire_end> end_;
  server_session server_{100, *this};
  bool open_ = false, broken_ = false, deaf_ = false;
  std::uint64_t written_ = 0, rolls_ = 0;
  core::steady_time arrives_{}, returns_{};
  departure left_; ///< of what arrives now
};

std::shared_ptr<http2::transport> network::connect(http2::transport_listener& listener,
                                                   std::weak_ptr<wire_end> end) {
  std::erase_if(wires_, [](const auto& w) { return w.expired(); });
  auto made = std::make_shared<wire>(*this, next_++, listener, std::move(end));
  wires_.push_back(made);
  return made;
}

void network::cut() {
  for (const auto& weak : wires_)
    if (const auto w = weak.lock())
      w->cut(luck_.below(2, about::connection, {next_++}) == 0);
}

void network::goaway() {
  for (const auto& weak : wires_)
    if (const auto w = weak.lock())
      w->goaway();
}

void network::make_unreachable(span lasts) {
  unreachable_until_ = time_.now() + lasts;
  cut();
}

} // namespace stentor::simulation
