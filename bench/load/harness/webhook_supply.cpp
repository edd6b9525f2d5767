#include "bench/load/harness/webhook_supply.hpp"

#include "bench/load/harness/recipient_list.hpp"
#include "bench/simulator/webhooks/timer_kind.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"

#include <charconv>
#include <cmath>

namespace stentor::load {
namespace {

constexpr std::uint64_t block = 1000; ///< messages whose statuses come kind by kind
constexpr std::uint64_t kinds = 3;    ///< sent, delivered, read

std::uint64_t digits_of(const std::string& phone) {
  std::uint64_t value = 0;
  std::from_chars(phone.data() + 1, phone.data() + phone.size(), value); // behind the plus
  return value;
}

} // namespace

webhook_supply::status webhook_supply::status_of(std::uint64_t index) {
  const auto in_block = index % (block * kinds);
  return {static_cast<std::int32_t>(index / (block * kinds) * block + in_block % block + 1),
          static_cast<std::uint8_t>(2 + in_block / block)};
}

std::uint64_t webhook_supply::people_for(std::uint64_t statuses) {
  return (statuses + block * kinds - 1) / (block * kinds) * block;
}

webhook_supply::webhook_supply(const supply_settings& settings) {
  const meta::callback_codec codec{settings.callback_key};
  const auto subject_of = [&](std::int32_t seq, std::string& callback) {
    callback.clear();
    codec.encode({core::campaign_no{settings.campaign}, seq, 0, 0}, callback);
    const auto person = static_cast<std::uint64_t>(seq - 1);
    return webhook_subject{digits_of(invented_phone(person)),
                           settings.number_ids[person % settings.number_ids.size()], callback,
                           "marketing", 0};
  };
  constexpr std::uint64_t run = 1;
  std::string body, callback;
  std::uint64_t next = 0;
  double inbound = 0;
  for (std::uint64_t i = 0; next < settings.statuses; ++i) {
    body.clear();
    webhook_body to{body, run};
    post made;
    inbound += settings.inbound_share;
    if (inbound >= 1) {
      inbound -= 1;
      const auto seq = status_of(next).seq;
      to.add({i, settings.now_ms, static_cast<std::uint32_t>(timer_kind::reply)},
             subject_of(seq, callback));
    } else {
      made.first_status = next;
      for (; made.statuses < settings.statuses_per_post && next < settings.statuses; ++next) {
        const auto what = status_of(next);
        to.add({static_cast<std::uint64_t>(what.seq), settings.now_ms + what.kind, what.kind},
               subject_of(what.seq, callback));
        ++made.statuses;
      }
    }
    to.finish();
    posts_.push_back(made);
    add_post(settings, body);
  }
}

void webhook_supply::add_post(const supply_settings& settings, const std::string& body) {
  auto& made = posts_.back();
  made.at = text_.size();
  text_ += "POST /webhooks/whatsapp HTTP/1.1\r\nHost: " + settings.host +
           "\r\nUser-Agent: facebookexternalua\r\nContent-Type: application/json\r\n"
           "X-Hub-Signature-256: sha256=" +
           hmac_sha256_hex(settings.app_secret, body) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  made.size = static_cast<std::uint32_t>(text_.size() - made.at);
}

} // namespace stentor::load
