#include "bench/torture/operator.hpp"

#include "adapters/http_client/client.hpp"
#include "bench/simulator/clock.hpp"
#include "bench/simulator/scripted_outcome.hpp"
#include "bench/torture/odd_message.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <utility>

namespace stentor::load {
namespace {

using namespace std::chrono_literals;

constexpr int tries_max = 60;

std::string target_of(operator_act::kind what, const std::string& id) {
  const auto* const verb = what == operator_act::kind::pause    ? "/pause"
                           : what == operator_act::kind::resume ? "/resume"
                                                                : "/cancel";
  return "/api/whatsapp/campaigns/" + id + verb;
}

} // namespace

torture_operator::torture_operator(std::vector<std::uint16_t> ports, std::string token,
                                   std::string app_secret, std::uint64_t seed,
                                   const std::vector<tortured_campaign>& campaigns)
    : ports_{std::move(ports)}, token_{std::move(token)},
      app_secret_{std::move(app_secret)}, random_{mix(seed ^ 0xac75U)}, campaigns_{campaigns} {}

void torture_operator::begin() {
  thread_ = std::thread{[this] { work(); }};
}

void torture_operator::end() {
  if (!thread_.joinable())
    return;
  {
    const std::lock_guard lock{guard_};
    ending_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

bool torture_operator::rest(std::int64_t ms) {
  std::unique_lock lock{guard_};
  return !wake_.wait_for(lock, std::chrono::milliseconds{ms}, [&] { return ending_; });
}

double torture_operator::chance() {
  random_ = mix(random_ + 0x9e3779b97f4a7c15U);
  return static_cast<double>(random_ >> 11U) * 0x1.0p-53;
}

void torture_operator::work() {
  while (rest(100 + static_cast<std::int64_t>(chance() * 400))) {
    const auto what = chance();
    if (what < 0.5)
      stop_somebody();
    else if (what < 0.6)
      write_something_odd();
    else if (what < 0.95)
      pause_one();
    else
      cancel_one();
  }
  cancel_one();
}

torture_operator::outcome torture_operator::ask(const std::string& target,
                                                const std::string& body) {
  http_server::client api{{.url = "http://127.0.0.1:" + std::to_string(next_port()),
                           .token = token_,
                           .ca_file = {},
                           .timeout = 10s}};
  outcome o{.asked_us = now_us()};
  const auto answer = api.request("POST", target, body);
  o.answered_us = now_us();
  o.status = answer ? answer->status : 0;
  return o;
}

void torture_operator::stop_somebody() {
  const auto& from =
      campaigns_[static_cast<std::size_t>(chance() * static_cast<double>(campaigns_.size()))];
  const auto person =
      from.people[static_cast<std::size_t>(chance() * static_cast<double>(from.people.size()))];
  const nlohmann::json body{{"phoneNumber", "+" + std::to_string(person)}, {"reason", "torture"}};
  const auto o = ask("/api/whatsapp/suppressions", body.dump());
  acts_.push_back({operator_act::kind::stop_person, 0, person, o.asked_us,
                   o.status == 204 ? o.answered_us : 0});
}

bool torture_operator::insist(operator_act::kind what, std::size_t campaign) {
  for (int i = 0; i < tries_max; ++i) {
    const auto o = ask(target_of(what, campaigns_[campaign].id), "");
    const bool done = o.status == 200;
    acts_.push_back(
        {what, static_cast<std::int32_t>(campaign), 0, o.asked_us, done ? o.answered_us : 0});
    if (done || (o.status >= 400 && o.status < 500))
      return done;
    std::this_thread::sleep_for(500ms);
  }
  return false;
}

void torture_operator::pause_one() {
  const auto which = static_cast<std::size_t>(chance() * static_cast<double>(campaigns_.size()));
  const auto o = ask(target_of(operator_act::kind::pause, campaigns_[which].id), "");
  acts_.push_back({operator_act::kind::pause, static_cast<std::int32_t>(which), 0, o.asked_us,
                   o.status == 200 ? o.answered_us : 0});
  rest(200 + static_cast<std::int64_t>(chance() * 1'000));
  // Also when no answer came: it may be paused all the same.
  insist(operator_act::kind::resume, which);
}

void torture_operator::cancel_one() {
  for (std::size_t i = 0; i < campaigns_.size() && !cancelled_; ++i)
    if (campaigns_[i].cancel) {
      insist(operator_act::kind::cancel, i);
      cancelled_ = true;
    }
}

/// Repeated until it is taken, as Meta does it.
void torture_operator::write_something_odd() {
  const auto odd = make_odd_message(messages_.size(), random_);
  for (int i = 0; i < tries_max; ++i) {
    if (post_webhook(next_port(), app_secret_, odd.body) == 200) {
      messages_.push_back(odd.id);
      return;
    }
    if (!rest(500))
      return;
  }
}

} // namespace stentor::load
