#pragma once
/// A gateway against an imposter, with everything it reports, and conditions to wait on.

#include "adapters/http2/gateway.hpp"
#include "tests/adapters/http2/support/imposter.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <set>

namespace stentor::test {

using namespace std::chrono_literals;
using core::outcome_class;

class plain_reader : public ports::answer_reader {
public:
  ports::answer read(int status, std::string_view body, std::size_t capacity) override {
    EXPECT_GE(capacity, body.size() + 64);
    if (status == 200)
      return {outcome_class::accepted, 0, body};
    if (status == 429)
      return {outcome_class::rejected, 130429, body};
    return {status < 500 ? outcome_class::failed : outcome_class::in_doubt, status, body};
  }
};

class stop_set : public ports::stop_list {
public:
  bool contains(core::number_no, core::person_key person) const override {
    const std::lock_guard lock{guard_};
    return people_.contains(person);
  }
  void add(core::organization_no, core::person_key person) override {
    const std::lock_guard lock{guard_};
    people_.insert(person);
  }
  void remove(core::organization_no, core::person_key person) override {
    const std::lock_guard lock{guard_};
    people_.erase(person);
  }
  std::uint64_t moment() const override { return 0; }
  void remove_until(core::organization_no of, core::person_key person, std::uint64_t) override {
    remove(of, person);
  }
  std::shared_ptr<const void> reading() override { return nullptr; }

private:
  mutable std::mutex guard_;
  std::set<core::person_key> people_;
};

class recorder : public ports::gateway_listener {
public:
  void on_outcomes(std::shared_ptr<const core::outcome_batch> batch) override {
    const std::lock_guard lock{guard_};
    for (const auto& o : batch->outcomes) {
      all_.push_back(o);
      texts_.emplace_back(batch->text_of(o));
    }
    changed_.notify_all();
  }
  /// Waits until `count` outcomes came; what came until the deadline otherwise.
  std::vector<core::outcome> wait(std::size_t count) {
    std::unique_lock lock{guard_};
    changed_.wait_for(lock, 10s, [&] { return all_.size() >= count; });
    return all_;
  }
  std::vector<std::string> texts() {
    const std::lock_guard lock{guard_};
    return texts_;
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::vector<core::outcome> all_;
  std::vector<std::string> texts_;
};

template <class Condition>
bool eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (std::chrono::steady_clock::now() < deadline) {
    if (condition())
      return true;
    std::this_thread::yield();
  }
  return false;
}

inline core::slice slice_of(int count, core::campaign_no campaign = 1, core::number_no number = 1,
                            core::recipient_seq from = 1) {
  auto made = std::make_shared<core::chunk>();
  made->claim = 7;
  made->campaign = campaign;
  made->number = number;
  made->flight = number.value();
  for (int i = 0; i < count; ++i) {
    const auto body = R"({"to":")" + std::to_string(from + i) + R"("})";
    core::chunk::item item;
    item.seq = from + i;
    item.attempt = 1;
    item.person = static_cast<core::person_key>(1000 * campaign + from + i);
    item.place = static_cast<std::uint32_t>(i);
    item.body_begin = static_cast<std::uint32_t>(made->bodies.size());
    item.body_size = static_cast<std::uint32_t>(body.size());
    made->items.push_back(item);
    made->bodies += body;
  }
  return {made, 0, static_cast<std::uint32_t>(count)};
}

/// Writes down what leaves. Its slots are asked for by nobody.
class flight_log final : public ports::flight_recorder {
public:
  [[nodiscard]] core::flight_slot open(core::claim_id, std::int64_t) override { return 0; }
  void departs(core::flight_slot slot, std::uint32_t place) noexcept override {
    if (on_departure)
      on_departure();
    const std::lock_guard lock{guard_};
    departed_[slot].insert(place);
  }
  void close(std::span<const core::claim_id>) override {}
  [[nodiscard]] std::optional<core::departures> departed(core::claim_id) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::set<std::uint32_t> departed_from(core::flight_slot slot) {
    const std::lock_guard lock{guard_};
    return departed_[slot];
  }

  std::function<void()> on_departure; ///< called on the network thread, before

private:
  std::mutex guard_;
  std::map<core::flight_slot, std::set<std::uint32_t>> departed_;
};

class gateway_test : public ::testing::Test {
protected:
  void start(imposter::options options = {}) {
    server = std::make_unique<imposter>(options);
    settings.base_url = server->url();
    if (settings.ca_file.empty())
      settings.ca_file = server->ca_file();
  }

  void connect() {
    settings.reconnect_min = 1ms;
    settings.reconnect_max = 20ms;
    settings.on_trouble = [this](std::string text) {
      const std::lock_guard lock{guard};
      troubles.push_back(std::move(text));
    };
    auto made =
        http2::make_gateway(settings, std::make_unique<plain_reader>(), stops, outcomes, flights);
    ASSERT_TRUE(made.ok()) << made.error().message;
    gateway = std::move(*made);
    open();
  }

  void open(core::number_no number = 1, double per_second = 100'000,
            std::uint32_t in_flight_max = 1000, core::lease_epoch epoch = {}) {
    ports::sending_number l;
    l.number = number;
    l.epoch = epoch;
    l.path = "/v25.0/" + std::to_string(number) + "/messages";
    l.token = "secret";
    l.per_second = per_second;
    l.in_flight_max = in_flight_max;
    l.start = std::chrono::steady_clock::now();
    l.lease_until = l.start + 1h;
    gateway->open_number(l);
  }

  bool troubled(const std::string& with) {
    return eventually([&] {
      const std::lock_guard lock{guard};
      return std::any_of(troubles.begin(), troubles.end(),
                         [&](const std::string& t) { return t.find(with) != std::string::npos; });
    });
  }

  std::mutex guard;
  std::vector<std::string> troubles;
  std::unique_ptr<imposter> server;
  stop_set stops;
  recorder outcomes;
  flight_log flights;
  http2::gateway_settings settings;
  std::unique_ptr<ports::gateway> gateway;
};

} // namespace stentor::test
