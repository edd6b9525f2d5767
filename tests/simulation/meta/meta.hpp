#pragma once
/// Meta as a simulation sees it: takes requests or refuses them, answers or doesn't, and posts
/// webhooks late, twice, out of order or never. It keeps the truth. One thread.

#include "tests/simulation/meta/truth.hpp"
#include "tests/simulation/run/dice.hpp"
#include "tests/simulation/run/plan.hpp"
#include "tests/simulation/run/timeline.hpp"
#include "tests/simulation/run/trace.hpp"

#include "stentor/ports/inbox/webhook.hpp"

#include <functional>
#include <memory>
#include <string>

namespace stentor::simulation {

/// Where an answer goes; the connection may be gone by then.
class answer_target {
public:
  virtual ~answer_target() = default;
  virtual void respond(std::int32_t stream, int status, std::string_view type,
                       std::string body) = 0;
  virtual void reset(std::int32_t stream, std::uint32_t error_code) = 0;
};

/// What Meta asks of the process that a request came from.
struct departure {
  core::steady_time at;
  std::int64_t wall_ms = 0;  ///< by the process's clock
  std::int64_t world_ms = 0; ///< by the database's
  std::int64_t takeable_ms = 0;
  int node = 0;
  std::map<core::number_no, lease_row> leases; ///< as the database had them
  std::string owner;                           ///< of the process
};

class meta {
public:
  /// Called with the process that answered a webhook with 200; none did.
  using poster_answer = std::function<void(std::optional<int> node)>;
  /// Hands a webhook to some process; `then` is called when it was answered, or never.
  using poster = std::function<void(std::shared_ptr<const ports::webhook_payload> payload,
                                    poster_answer then)>;

  meta(timeline& time, const plan& of, trace& log, poster post);

  void on_request(const std::shared_ptr<answer_target>& from, std::int32_t stream,
                  const std::string& body, const departure& left);

  /// An incident of Meta's begins.
  void begin(const incident& one);
  void heal();
  /// Nothing is waiting to be posted.
  [[nodiscard]] bool is_quiet() const noexcept { return waiting_ == 0; }
  [[nodiscard]] truth& known() noexcept { return truth_; }
  /// Called with each webhook that was answered with 200, and with each request when it came.
  std::function<void(const ports::webhook_payload&)> on_acknowledged;
  std::function<void(const seen_request&)> on_seen;

private:
  /// A webhook, and who wants to know when it was answered with 200 and each time it is posted.
  struct posting {
    std::shared_ptr<const ports::webhook_payload> payload;
    std::function<void(int node)> acknowledged;
    std::function<void()> told;
  };
  struct trouble {
    core::steady_time until{};
    std::uint32_t variant = 0;
  };

  [[nodiscard]] bool on(const trouble& t) const noexcept { return time_.now() < t.until; }
  [[nodiscard]] recipient_row row_of(const recipient& who) const;
  void refuse(const std::shared_ptr<answer_target>& from, std::int32_t stream, seen_request& of,
              int status, std::int32_t code);
  void answer_as_somebody_else(const std::shared_ptr<answer_target>& from, std::int32_t stream,
                               seen_request& of);
  void take(std::size_t request, const std::shared_ptr<answer_target>& from, std::int32_t stream,
            bool answered);
  void plan_receipts(const recipient& who, std::size_t message);
  void plan_receipt(const recipient& who, std::size_t message, core::event_kind kind,
                    std::int32_t code, milliseconds base);
  void plan_reply(const recipient& who, std::size_t message);
  void post_what_is_refused(std::uint32_t variant);
  /// Posts until it is answered with 200.
  void post(ports::webhook_payload payload, std::function<void(int node)> acknowledged,
            std::function<void()> told, span delay);
  void try_to_post(const std::shared_ptr<const posting>& one, int tries);
  [[nodiscard]] std::size_t person_no(const recipient& who) const;

  timeline& time_;
  const plan& plan_;
  trace& log_;
  dice luck_;
  poster poster_;
  truth truth_;
  std::map<recipient, std::uint64_t> arrivals_;
  trouble throttle_, errors_, silent_, foreign_, refusing_, number_fault_, held_;
  bool calm_ = false;
  std::size_t waiting_ = 0; ///< webhooks that are not acknowledged yet
};

} // namespace stentor::simulation
