#include "tests/support/simulator_handle.hpp"

#include "adapters/http2/gateway.hpp"
#include "adapters/meta/messages/answer_reader.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <stdexcept>

namespace stentor::testing {

namespace {

/// The messages of a later simulator behind those of an earlier one.
void append(load::ground_truth& to, const load::ground_truth& from) {
  std::uint64_t shift = 0;
  for (const auto& each : to.requests)
    shift = std::max(shift, each.message + 1);
  if (to.numbers.empty())
    to.numbers = from.numbers;
  const auto text_at = to.callback_text.size();
  to.callback_text += from.callback_text;
  for (auto each : from.requests) {
    each.callback_at += text_at;
    each.message += each.code == 0 ? shift : 0;
    to.requests.push_back(each);
  }
  for (auto each : from.statuses) {
    each.message += shift;
    to.statuses.push_back(each);
  }
  to.stops.insert(to.stops.end(), from.stops.begin(), from.stops.end());
}

} // namespace

struct simulator_handle::silent_stops final : ports::stop_list {
  [[nodiscard]] bool contains(core::number_no, core::person_key) const override { return false; }
  void add(core::organization_no, core::person_key) override {}
  void remove(core::organization_no, core::person_key) override {}
  [[nodiscard]] std::uint64_t moment() const override { return 0; }
  void remove_until(core::organization_no, core::person_key, std::uint64_t) override {}
  [[nodiscard]] std::shared_ptr<const void> reading() override { return nullptr; }
};

struct simulator_handle::silent_outcomes final : ports::gateway_listener {
  void on_outcomes(std::shared_ptr<const core::outcome_batch>) override {}
};

simulator_handle::simulator_handle(load::simulator_settings settings)
    : settings_{std::move(settings)}, stops_{std::make_unique<silent_stops>()},
      outcomes_{std::make_unique<silent_outcomes>()} {
  settings_.seed = 0;
}

simulator_handle::~simulator_handle() {
  wire_.reset();
}

void simulator_handle::start() {
  ++settings_.seed;
  simulator_ = std::make_unique<load::meta_simulator>(settings_);
  if (const auto started = simulator_->start(); !started)
    throw std::runtime_error{"the simulator did not start: " + started.error().message};
  settings_.port = simulator_->port();
  url_ = simulator_->url();
  certificate_ = simulator_->certificate();
  http2::gateway_settings to;
  to.base_url = url_;
  to.ca_file = certificate_;
  to.connections_min = to.connections_max = 1;
  to.management_bytes_max = std::size_t{512} * 1024 * 1024;
  auto wire = http2::make_gateway(to, meta::make_answer_reader(), *stops_, *outcomes_, flights_);
  if (!wire)
    throw std::runtime_error{wire.error().message};
  wire_ = std::move(*wire);
}

void simulator_handle::stop() {
  wire_.reset();
  simulator_->stop();
  auto facts = simulator_->record();
  simulator_.reset();
  if (!facts)
    throw std::runtime_error{facts.error().message};
  past_.push_back(std::move(*facts));
}

answer simulator_handle::control(const std::string& method, const std::string& path,
                                 const std::string& body) {
  const auto tell = std::make_shared<std::promise<ports::management_answer>>();
  auto got = tell->get_future();
  wire_->manage({.method = method, .path = path, .token = "tests", .body = body},
                [tell](ports::management_answer a) { tell->set_value(std::move(a)); });
  if (got.wait_for(std::chrono::seconds{60}) != std::future_status::ready)
    return {0, "the simulator is silent"};
  auto said = got.get();
  return {said.status, said.status == 0 ? said.problem : said.body};
}

void simulator_handle::faults(const json& changes) {
  const auto said = control("POST", "/_simulator/faults", changes.dump());
  // Who asks for resets may lose this answer with them.
  if (said.status != 200 && !changes.value("reset_now", false))
    throw std::runtime_error{"the simulator refuses: " + said.text};
}

void simulator_handle::forget_faults() {
  faults(
      {{"errors", json::object()},
       {"failures", json::object()},
       {"delivered", 0.95},
       {"read", 0}, // reading takes up to an hour, seven seconds here
       {"reply", 0.02},
       {"stop", 0.01},
       {"drop_answer", 0},
       {"stall", 0},
       {"duplicate", 0.02},
       {"reorder", 0.05},
       {"latency_median_ms", 10},
       {"latency_p99_ms", 40},
       {"goaway_every", 0},
       {"reset_every", 0},
       {"pace_after", 0},
       {"webhooks_paused", false},
       {"foreign_status", 0},
       {"template_status", {{"tour_package_marketing", "APPROVED"}, {"hello_world", "APPROVED"}}}});
}

json simulator_handle::metrics() {
  return control("GET", "/_simulator/figures", {}).body();
}

load::ground_truth simulator_handle::whole_truth() {
  load::ground_truth all;
  for (const auto& each : past_)
    append(all, each);
  if (simulator_) {
    const auto bytes = control("GET", "/_simulator/truth", {});
    auto now = load::parse_ground_truth(bytes.text);
    if (bytes.status != 200 || !now)
      throw std::runtime_error{"the simulator tells no truth: " +
                               std::string{now ? bytes.text.substr(0, 200) : now.error().message}};
    append(all, *now);
  }
  return all;
}

load::ground_truth simulator_handle::truth() {
  auto all = whole_truth();
  all.requests.erase(all.requests.begin(),
                     all.requests.begin() +
                         static_cast<std::ptrdiff_t>(std::min(begin_, all.requests.size())));
  return all;
}

} // namespace stentor::testing
