#include "adapters/http2/connection.hpp"

#include <algorithm>
#include <utility>

namespace stentor::http2 {

namespace {

constexpr std::size_t write_size = 256 * 1024;

} // namespace

connection::connection(const transport_maker& connect, const gateway_settings& settings,
                       connection_listener& listener, core::steady_time now)
    : settings_{settings}, listener_{listener}, session_{{settings.streams_max,
                                                          settings.header_bytes_max},
                                                         *this},
      transport_{connect(*this)}, opened_{now}, heard_{now} {
  transport_->open();
}

connection::~connection() {
  transport_->close();
}

std::uint32_t connection::room() const noexcept {
  return phase_ == phase::ready && transport_->idle() ? session_.room() : 0;
}

bool connection::submit(stream& s, core::steady_time permitted) {
  if (!session_.submit(s)) {
    phase_ = phase::draining;
    return false;
  }
  s.on = this;
  if (!oldest_permit_)
    oldest_permit_ = permitted;
  ++unwritten_;
  if (s.chunk != nullptr)
    leave_before_ = std::min(leave_before_, s.chunk->leaves_before);
  return true;
}

void connection::flush(const turn_clock& clock, histogram& permit_to_wire) {
  if (const auto left_by = clock.wall() + settings_.write_time / 2; left_by >= leave_before_)
    leave_before_ = session_.take_back(left_by);
  while (transport_->idle()) {
    if (!session_.produce(output_, write_size)) {
      give_up(session_.error());
      return;
    }
    if (output_.empty()) {
      if (oldest_permit_ && unwritten_ > 0)
        permit_to_wire.add(clock.begun - *oldest_permit_, unwritten_);
      oldest_permit_.reset();
      unwritten_ = 0;
      if (session_.unwritten() == 0)
        leave_before_ = core::wall_time::max();
      break;
    }
    // Right before the bytes go: the process may have stood still since the turn began, and
    // somebody else may send from these numbers by now, or a campaign may have expired.
    if (clock.now() >= clock.end || clock.wall() >= leave_before_) {
      give_up("The process stood still for too long; what was about to be sent goes back.");
      return;
    }
    transport_->write(output_);
  }
  if (phase_ == phase::draining && session_.open() == 0)
    give_up({});
}

void connection::tick(core::steady_time now) {
  if (std::exchange(heard_something_, false)) {
    heard_ = now;
    pinged_.reset();
  }
  if (phase_ == phase::opening && now - opened_ > settings_.connect_timeout)
    give_up("The other side did not finish connecting within " +
            std::to_string(settings_.connect_timeout.count()) + " ms.");
  else if (pinged_ && now - *pinged_ > settings_.ping_timeout)
    give_up("The other side did not answer a keep-alive ping within " +
            std::to_string(settings_.ping_timeout.count()) + " ms.");
  else if (!pinged_ && phase_ != phase::opening && now - heard_ > settings_.ping_interval) {
    session_.ping();
    pinged_ = now;
  }
}

void connection::close() {
  if (phase_ == phase::lost)
    return;
  if (transport_->idle()) {
    session_.say_goodbye();
    output_.clear();
    if (session_.produce(output_, write_size) || !output_.empty())
      transport_->write(output_);
  }
  give_up({});
}

void connection::on_transport_open() {
  // The preface and our SETTINGS go with the flush at the end of this turn.
}

void connection::on_bytes(std::string_view bytes) {
  heard_something_ = true;
  if (phase_ == phase::lost)
    return;
  if (!session_.feed(bytes)) {
    give_up(session_.error());
    return;
  }
  if (phase_ == phase::opening && session_.ready()) {
    phase_ = phase::ready;
    was_ready_ = true;
    listener_.on_connection_ready(*this);
  }
}

void connection::on_goaway() {
  if (phase_ == phase::lost)
    return;
  phase_ = phase::draining;
  listener_.on_connection_goaway(*this);
}

void connection::on_transport_lost(const std::string& why) {
  give_up(why);
}

void connection::give_up(const std::string& why) {
  if (phase_ == phase::lost)
    return;
  was_draining_ = phase_ == phase::draining;
  phase_ = phase::lost;
  cut_streams_ = session_.open();
  const auto exposed = transport_->exposed();
  transport_->close();
  session_.abandon(exposed);
  listener_.on_connection_lost(*this, why);
}

} // namespace stentor::http2
