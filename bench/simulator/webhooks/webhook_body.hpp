#pragma once
/// The text of webhooks: Meta's envelope around statuses, replies and stops, as Graph v24 and newer
/// write it. Pure functions.

#include "bench/simulator/webhooks/webhook_sender.hpp"

#include <string>

namespace stentor::load {

/// Appends `{"object":…}` around changes; items of one number that follow one another share a
/// change.
class webhook_body {
public:
  webhook_body(std::string& to, std::uint64_t run) : to_{to}, run_{run} {}
  void add(const webhook_item& item, const webhook_subject& subject);
  void finish();

private:
  enum class part : std::uint8_t { none, statuses, messages, preferences };
  void open(part which, const webhook_subject& subject);
  void close();
  void add_status(const webhook_item& item, const webhook_subject& subject);
  void add_message(const webhook_item& item, const webhook_subject& subject);
  void add_preference(const webhook_item& item, const webhook_subject& subject);

  std::string& to_;
  std::uint64_t run_;
  part open_ = part::none;
  std::string number_;
  bool first_change_ = true;
};

/// The WhatsApp business account that a number belongs to, and the number as people read it,
/// derived from its id.
[[nodiscard]] std::string display_number(std::string_view number_id);

/// Lower-case hex of HMAC-SHA256.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view text);

} // namespace stentor::load
