#include "adapters/http2/gateway.hpp"

#include "adapters/http2/network.hpp"

#include <thread>
#include <utility>

namespace stentor::http2 {

namespace {

class http2_gateway final : public ports::gateway {
public:
  explicit http2_gateway(std::unique_ptr<network> made)
      : network_{std::move(made)}, thread_{[this] { network_->run(); }} {}

  ~http2_gateway() override {
    network_->stop();
    thread_.join();
  }

  void open_number(ports::sending_number settings) override {
    post([settings = std::move(settings)](client& n) { n.open_number(settings); });
  }
  void set_rate(core::number_no number, double per_second, double marketing_per_second) override {
    post([=](client& n) { n.set_rate(number, per_second, marketing_per_second); });
  }
  void renew(core::number_no number, core::steady_time lease_until) override {
    post([=](client& n) { n.renew(number, lease_until); });
  }
  void close_number(core::number_no number, std::function<void()> closed) override {
    post([number, closed = std::move(closed)](client& n) { n.close_number(number, closed); });
  }
  void hold_number(core::number_no number, bool held) override {
    post([=](client& n) { n.hold_number(number, held); });
  }
  void submit(core::slice s) override {
    post([s = std::move(s)](client& n) { n.submit(s); });
  }
  void set_campaign_rate(core::campaign_no campaign, std::int32_t per_minute) override {
    post([=](client& n) { n.set_campaign_rate(campaign, per_minute); });
  }
  void hold_campaign(core::campaign_no campaign, bool held) override {
    post([=](client& n) { n.hold_campaign(campaign, held); });
  }
  void heard_until(core::steady_time moment) override {
    post([=](client& n) { n.heard_until(moment); });
  }
  void revoke_campaign(core::campaign_no campaign) override {
    post([=](client& n) { n.revoke_campaign(campaign); });
  }
  void manage(ports::management_request request,
              std::function<void(ports::management_answer)> then) override {
    auto job = std::make_shared<management_job>();
    job->request = std::move(request);
    job->then = std::move(then);
    post([job = std::move(job)](client& n) { n.manage(job); });
  }
  void drain(std::chrono::milliseconds patience, std::function<void()> then) override {
    post([patience, then = std::move(then)](client& n) { n.drain(patience, then); });
  }
  ports::gateway_metrics metrics() const override { return network_->metrics(); }

private:
  void post(std::function<void(client&)> command) { network_->post(std::move(command)); }

  std::unique_ptr<network> network_;
  std::thread thread_;
};

} // namespace

core::result<std::unique_ptr<ports::gateway>>
make_gateway(gateway_settings settings, std::unique_ptr<ports::answer_reader> reader,
             const ports::stop_list& stops, ports::gateway_listener& listener,
             ports::flight_recorder& flights) {
  auto base = core::parse_url(settings.base_url);
  if (!base)
    return base.error();
  if (settings.connections_min == 0 || settings.connections_min > settings.connections_max ||
      settings.streams_max == 0)
    return core::error{core::errc::invalid,
                       "The gateway needs at least one connection and one stream, and no more "
                       "connections at least than at most."};
  std::shared_ptr<tls_context> tls;
  if (base->encrypted()) {
    auto made = tls_context::create(settings.ca_file);
    if (!made)
      return made.error();
    tls = std::move(*made);
  }
  std::unique_ptr<ports::gateway> gateway = std::make_unique<http2_gateway>(
      std::make_unique<network>(std::move(settings), std::move(*base), std::move(tls),
                                std::move(reader), stops, listener, flights));
  return gateway;
}

} // namespace stentor::http2
