#include "bench/simulator/meta/meta_service.hpp"

#include "bench/simulator/meta/meta_errors.hpp"
#include "bench/simulator/meta/wamid.hpp"
#include "stentor/core/base/json_escape.hpp"

#include <algorithm>
#include <cmath>

namespace stentor::load {
namespace {

constexpr std::int64_t truth_flush_us = 200'000;
constexpr std::uint32_t day_ms = 24 * 3600 * 1000;
constexpr std::size_t numbers_max = 60'000;
constexpr double late_factor = 30; ///< of a delayed status

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The timer's `which` of an answer: connection, slot, and the slot's generation as far as there is
/// room.
constexpr unsigned slot_bits = 16;
constexpr unsigned generation_bits = 20;

std::uint64_t pack(const http2_connection& connection, const http2_stream& stream) {
  return static_cast<std::uint64_t>(connection.number()) << (slot_bits + generation_bits) |
         static_cast<std::uint64_t>(stream.slot & ((1U << slot_bits) - 1)) << generation_bits |
         (stream.generation & ((1U << generation_bits) - 1));
}

} // namespace

meta_service::meta_service(simulator_settings settings)
    : settings_{std::move(settings)}, start_us_{now_us()}, webhooks_{loop_, *this, settings_,
                                                                     static_cast<std::uint64_t>(
                                                                         start_us_)} {}

core::status meta_service::start() {
  auto templates = template_catalog::load(settings_.template_file);
  if (!templates)
    return templates.error();
  templates_ = std::move(*templates);
  if (auto opened = truth_.open(settings_.ground_truth_file); !opened)
    return opened;
  if (settings_.time_scale <= 0)
    return core::error{core::errc::invalid, "--time-scale must be greater than 0"};
  const auto given = std::move(settings_.numbers);
  settings_.numbers.clear();
  for (const auto& each : given) {
    numbers_.push_back({each.id, each.rate, throughput_limit{each.rate}});
    number_by_id_.emplace(each.id, static_cast<std::uint16_t>(numbers_.size() - 1));
    truth_.add_number(static_cast<std::uint16_t>(numbers_.size() - 1), each.rate, each.id);
  }
  settings_.numbers = given;
  if (auto started = webhooks_.start(); !started)
    return started;
  return server_.listen(settings_);
}

int meta_service::turn() {
  wheel_.advance(now_ms(), [this](const timer_entry& entry) { fire(entry); });
  int wait_ms = settings_.faults.webhooks_paused ? -1 : webhooks_.pump(now_us());
  templates_.review(now_us() / 1000);
  server_.end_turn();
  const auto now = now_us();
  if (now - flushed_us_ > truth_flush_us) {
    flushed_us_ = now;
    truth_.flush();
  }
  if (wheel_.size() > 0)
    wait_ms = 1;
  constexpr int idle_ms = 200;
  return wait_ms < 0 ? idle_ms : std::min(wait_ms, idle_ms);
}

bool meta_service::authorize(std::string_view value) {
  const auto space = value.find(' ');
  const auto scheme = value.substr(0, space);
  if (space == value.npos || (scheme != "Bearer" && scheme != "OAuth")) // OAuth: resumable uploads
    return false;
  value.remove_prefix(space + 1);
  if (value.empty())
    return false;
  return settings_.tokens.empty() || std::find(settings_.tokens.begin(), settings_.tokens.end(),
                                               value) != settings_.tokens.end();
}

void meta_service::handle(http2_connection& connection, http2_stream& stream) {
  const std::string_view path{stream.path};
  // The one path that is asked a hundred thousand times a second: /v25.0/<digits>/messages
  if (stream.post && path.size() > 4 && path[1] == 'v') {
    const auto second = path.find('/', 1);
    const auto third = second == std::string_view::npos ? second : path.find('/', second + 1);
    if (third != std::string_view::npos) {
      const auto last = path.substr(third + 1, path.find('?', third) - third - 1);
      if (last == "messages" || last == "marketing_messages")
        return send(connection, stream, path.substr(second + 1, third - second - 1));
    }
  }
  manage(connection, stream);
}

int meta_service::number_index(std::string_view id) {
  if (const auto at = number_by_id_.find(id); at != number_by_id_.end())
    return at->second;
  if (!settings_.numbers.empty() || !all_digits(id) || numbers_.size() >= numbers_max)
    return -1;
  const auto index = static_cast<std::uint16_t>(numbers_.size());
  numbers_.push_back(
      {std::string{id}, settings_.number_rate, throughput_limit{settings_.number_rate}});
  number_by_id_.emplace(id, index);
  truth_.add_number(index, settings_.number_rate, id);
  return index;
}

void meta_service::connection_faults(http2_connection& connection) {
  const auto& faults = settings_.faults;
  if (faults.goaway_every > 0 && connection.requests() >= faults.goaway_every)
    connection.go_away();
  if (faults.reset_every > 0 && connection.requests() >= faults.reset_every)
    connection.abort();
}

/// From 1; 0 of none.
std::uint16_t meta_service::place_of(const message_template* tpl) const {
  return tpl == nullptr ? std::uint16_t{0}
                        : static_cast<std::uint16_t>(templates_.index_of(*tpl) + 1);
}

void meta_service::send(http2_connection& connection, http2_stream& stream,
                        std::string_view number_id) {
  connection_faults(connection);
  if (settings_.faults.foreign_status != 0) {
    stream.answer = settings_.faults.foreign_body;
    return answer(connection, stream, settings_.faults.foreign_status);
  }
  if (!stream.authorized)
    return refuse(connection, stream, 190);
  const int number = number_index(number_id);
  if (number < 0)
    return refuse(
        connection, stream, 33,
        "Unsupported post request. Object with this ID does not exist or permissions are missing.");
  const auto request = reader_.read(stream.body, templates_, settings_.full_validation);
  ground_truth_request seen{0,
                            request.person,
                            stream.earliest_us,
                            stream.latest_us,
                            0,
                            static_cast<std::uint16_t>(number),
                            place_of(request.tpl)};
  int code = 0;
  scripted_outcome outcome;
  std::uint32_t attempt = 0;
  if (request.person != 0) {
    auto& who = people_.find(request.person, seen.number);
    code = check_send(request, seen.number, who, stream.latest_us);
    if (code == 0) {
      // Only tries that got past the limits count, so that outcome does not depend on timing.
      attempt = who.attempts++;
      outcome = scripted_outcome_of(settings_.faults, settings_.seed, request.person, attempt);
      code = outcome.error;
    }
  } else {
    code = request.error;
  }
  if (outcome.answer == scripted_answer::stalled && code == 0) {
    ++unanswered_;
    return;
  }
  seen.code = code;
  seen.message = code == 0 ? accepted_ : 0;
  truth_.add_request(seen, request.callback_data);
  if (code != 0)
    return refuse(connection, stream, code,
                  request.error == code ? request.details : std::string_view{});
  accept(connection, stream, request, seen.number, attempt, outcome);
}

int meta_service::check_send(const send_request& request, std::uint16_t number, people::person& who,
                             std::int64_t at_us) {
  const bool of_template = request.error / 1000 == 132;
  if (request.error != 0 && !of_template)
    return request.error;
  if (!numbers_[number].limit.admit(at_us))
    return 130429;
  if (settings_.pair_limit &&
      !people_.admit_pair(who, number, static_cast<std::uint32_t>((at_us - start_us_) / 1000)))
    return 131056;
  if (request.error == 0 && !request.media_id.empty() &&
      !media_.knows(request.media_id, numbers_[number].id, now_us() / 1000))
    return 131053;
  return request.error;
}

int meta_service::failure_of(const send_request& request, const scripted_outcome& outcome) {
  const bool marketing = request.tpl != nullptr && request.tpl->category == "MARKETING";
  if (marketing && stopped_.contains(request.person))
    return 131050;
  int failure = outcome.failure;
  if (failure == 131049 && !marketing)
    failure = 0;
  if (marketing && in_united_states(request.person))
    failure = 131049;
  if (!marketing)
    return failure;
  // A retry within a day of 131049 fails again and starts the day anew.
  const auto day = static_cast<std::uint32_t>(day_ms / settings_.time_scale);
  const auto now = now_ms();
  if (const auto capped = capped_until_ms_.find(request.person);
      capped != capped_until_ms_.end() && capped->second > now)
    failure = 131049;
  if (failure == 131049)
    capped_until_ms_[request.person] = now + day;
  return failure;
}

/// In life's time; 0: it goes out now.
std::uint32_t meta_service::held_for_ms(const send_request& request) {
  const auto& faults = settings_.faults;
  if (faults.pace_after == 0 || request.tpl == nullptr || request.tpl->category != "MARKETING")
    return 0;
  auto& seen = assessments_[static_cast<std::size_t>(templates_.index_of(*request.tpl))];
  if (++seen.messages <= faults.pace_after)
    return 0;
  const auto now = now_ms();
  if (seen.decided_ms == 0)
    seen.decided_ms = now + static_cast<std::uint32_t>(faults.pace_for_ms / settings_.time_scale);
  return seen.decided_ms <= now
             ? 0
             : static_cast<std::uint32_t>((seen.decided_ms - now) * settings_.time_scale);
}

void meta_service::accept(http2_connection& connection, http2_stream& stream,
                          const send_request& request, std::uint16_t number, std::uint32_t attempt,
                          const scripted_outcome& outcome) {
  const auto message = accepted_++;
  const auto held_ms = held_for_ms(request);
  if (!request.media_id.empty())
    media_.sent(request.media_id, numbers_[number].id);
  if (webhooks_.enabled()) {
    message_record record;
    record.person = request.person;
    record.number = number;
    record.attempt = static_cast<std::uint16_t>(attempt);
    record.tpl = place_of(request.tpl);
    const int failure = failure_of(request, outcome);
    record.set_failure(failure);
    // Indices of the store and of the truth are the same, because both only grow here.
    auto later = outcome;
    for (auto* when : {&later.sent_ms, &later.delivered_ms, &later.read_ms, &later.response_ms})
      *when += held_ms;
    plan_statuses(messages_.add(record, request.callback_data), later, failure);
  }
  if (outcome.answer == scripted_answer::silent) {
    ++unanswered_;
    return;
  }
  if (outcome.answer == scripted_answer::reset) {
    ++unanswered_;
    connection.reset_stream(stream);
    server_.touch(connection);
    return;
  }
  auto& text = stream.answer;
  text = R"({"messaging_product":"whatsapp","contacts":[{"input":)";
  core::append_json_string(text, request.to.empty() ? request.user_id : request.to);
  if (request.to.empty()) {
    text += R"(,"user_id":)";
    core::append_json_string(text, request.user_id);
  } else {
    text += R"(,"wa_id":")";
    text += std::to_string(request.person);
    text += '"';
  }
  text += R"(}],"messages":[{"id":")";
  append_wamid(text, request.person, static_cast<std::uint64_t>(start_us_), message);
  text += request.tpl == nullptr ? "\"}]}"
          : held_ms > 0          ? R"(","message_status":"held_for_quality_assessment"}]})"
                                 : R"(","message_status":"accepted"}]})";
  answer(connection, stream, 200, outcome.latency_us);
}

void meta_service::plan(timer_kind what, std::uint64_t message, std::uint32_t after_ms) {
  const auto perturbed = scripted_status_of(settings_.faults, settings_.seed, message,
                                            static_cast<std::uint32_t>(what));
  double scaled = after_ms / settings_.time_scale;
  if (perturbed.delay)
    scaled *= late_factor;
  if (perturbed.reorder)
    scaled += 2 * scaled + 50;
  const timer_entry entry{now_ms() + static_cast<std::uint32_t>(std::min(scaled, 4e9 - now_ms())),
                          static_cast<std::uint32_t>(what), message};
  messages_.hold(message);
  wheel_.add(entry);
  if (perturbed.duplicate) {
    messages_.hold(message);
    wheel_.add({entry.due_ms + 5, entry.what, message});
  }
}

void meta_service::plan_statuses(std::uint64_t message, const scripted_outcome& outcome,
                                 int failure) {
  if (failure != 0) {
    plan(timer_kind::failed, message, outcome.sent_ms);
  } else {
    plan(timer_kind::sent, message, outcome.sent_ms);
    if (outcome.delivered)
      plan(timer_kind::delivered, message, outcome.delivered_ms);
    if (outcome.read)
      plan(timer_kind::read, message, outcome.read_ms);
    if (outcome.response == reaction::reply)
      plan(timer_kind::reply, message, outcome.response_ms);
    else if (outcome.response == reaction::stop_word)
      plan(timer_kind::stop_word, message, outcome.response_ms);
    else if (outcome.response == reaction::stop_preference)
      plan(timer_kind::stop_preference, message, outcome.response_ms);
  }
  messages_.release(message);
}

void meta_service::fire(const timer_entry& entry) {
  switch (static_cast<timer_kind>(entry.what)) {
  case timer_kind::answer: {
    auto* connection =
        server_.find(static_cast<std::uint32_t>(entry.which >> (slot_bits + generation_bits)));
    if (connection == nullptr)
      return;
    const auto slot =
        static_cast<std::uint32_t>(entry.which >> generation_bits & ((1U << slot_bits) - 1));
    auto* stream = connection->find(
        slot, static_cast<std::uint32_t>(entry.which & ((1U << generation_bits) - 1)));
    if (stream == nullptr)
      return;
    connection->respond(*stream, stream->status);
    server_.touch(*connection);
    return;
  }
  case timer_kind::webhook_retry:
    webhooks_.retry(entry.which);
    return;
  case timer_kind::stop_word:
  case timer_kind::stop_preference:
    stopped_.insert(messages_.at(entry.which).person);
    [[fallthrough]];
  default:
    webhooks_.add({entry.which, now_us() / 1000, entry.what});
  }
}

void meta_service::answer(http2_connection& connection, http2_stream& stream, int status,
                          std::uint32_t latency_us) {
  stream.status = status;
  if (latency_us < 1000 || stream.slot >= 1U << slot_bits) {
    connection.respond(stream, status);
    server_.touch(connection);
    return;
  }
  wheel_.add({now_ms() + latency_us / 1000, static_cast<std::uint32_t>(timer_kind::answer),
              pack(connection, stream)});
}

void meta_service::refuse(http2_connection& connection, http2_stream& stream, int code,
                          std::string_view details) {
  ++refused_[code];
  auto error = error_of(code);
  // "Object does not exist" is code 100 with subcode 33 on the wire; 33 names the case here.
  if (code == 33) {
    error = error_of(100);
    error.subcode = 33;
  }
  stream.answer.clear();
  append_error_body(stream.answer, error, details,
                    mix(static_cast<std::uint64_t>(stream.latest_us) ^ stream.slot));
  answer(connection, stream, error.http_status);
}

webhook_subject meta_service::subject_of(std::uint64_t message) {
  const auto& record = messages_.at(message);
  return {record.person, numbers_[record.number].id, messages_.callback_data(message),
          record.tpl == 0 ? std::string_view{}
                          : std::string_view{templates_.at(record.tpl - 1U).pricing},
          record.failure_code()};
}

void meta_service::acknowledged(const webhook_item& item, std::int64_t at_us) {
  const auto& record = messages_.at(item.message);
  const auto what = static_cast<timer_kind>(item.kind);
  if (what == timer_kind::stop_word || what == timer_kind::stop_preference)
    truth_.add_stop({record.person, at_us});
  if (what != timer_kind::stop_preference) {
    const auto kind = what == timer_kind::stop_word ? timer_kind::reply : what;
    truth_.add_status({item.message, item.at_ms, at_us,
                       what == timer_kind::failed ? record.failure_code() : 0,
                       static_cast<std::uint16_t>(kind)});
  }
  messages_.release(item.message);
}

void meta_service::later(std::uint32_t after_ms, std::uint64_t what) {
  wheel_.add({now_ms() + after_ms, static_cast<std::uint32_t>(timer_kind::webhook_retry), what});
}

} // namespace stentor::load
