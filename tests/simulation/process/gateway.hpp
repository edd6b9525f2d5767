#pragma once
/// The gateway of one process: the real HTTP/2 client on simulated wires, turned by the simulation.
/// One thread.

#include "tests/simulation/process/wire.hpp"

#include "adapters/http2/client.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace stentor::simulation {

class gateway final : public ports::gateway {
public:
  /// @param turn_wanted called when there is something to do
  gateway(http2::gateway_settings settings, http2::surroundings on, const ports::stop_list& stops,
          ports::gateway_listener& listener, std::function<void()> turn_wanted);

  void open_number(ports::sending_number settings) override {
    order([settings = std::move(settings)](http2::client& c) { c.open_number(settings); });
  }
  void set_rate(core::number_no number, double per_second, double marketing) override {
    order([=](http2::client& c) { c.set_rate(number, per_second, marketing); });
  }
  void renew(core::number_no number, core::steady_time lease_until) override {
    order([=](http2::client& c) { c.renew(number, lease_until); });
  }
  void close_number(core::number_no number, std::function<void()> closed) override {
    order([=](http2::client& c) { c.close_number(number, closed); });
  }
  void hold_number(core::number_no number, bool held) override {
    order([=](http2::client& c) { c.hold_number(number, held); });
  }
  void submit(core::slice s) override {
    order([s = std::move(s)](http2::client& c) { c.submit(s); });
  }
  void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) override {
    order([=](http2::client& c) { c.set_campaign_rate(campaign, per_minute); });
  }
  void hold_campaign(core::campaign_no campaign, bool held) override {
    order([=](http2::client& c) { c.hold_campaign(campaign, held); });
  }
  void heard_until(core::steady_time moment) override {
    order([=](http2::client& c) { c.heard_until(moment); });
  }
  void revoke_campaign(core::campaign_no campaign) override {
    order([=](http2::client& c) { c.revoke_campaign(campaign); });
  }
  void manage(ports::management_request, std::function<void(ports::management_answer)>) override {}
  void drain(milliseconds patience, std::function<void()> then) override {
    order([=](http2::client& c) { c.drain(patience, then); });
  }
  [[nodiscard]] ports::gateway_metrics metrics() const override { return client_.metrics(); }

  /// Bytes that came, or a connection that broke: first thing in the next turn.
  void arrived(std::function<void()> what);
  /// @return when the next one is due
  core::steady_time turn();

private:
  void order(std::function<void(http2::client&)> what);

  std::function<void()> turn_wanted_;
  std::vector<std::function<void()>> arrivals_;
  std::vector<std::function<void(http2::client&)>> orders_;
  http2::client client_;
};

} // namespace stentor::simulation
