#pragma once
/// A webhook POST of Meta as values. adapters/meta reads it from verified bytes; the webhook actor
/// decides about it.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/delivery/event.hpp"
#include "stentor/ports/delivery/ledger.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stentor::ports {

/// One status whose biz_opaque_callback_data is ours (its MAC fits). Any other can't be keyed and
/// is kept as other_webhook_row by the reader.
struct status_update {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::int16_t retries = 0;                       ///< as in chunk::item, when the message was sent
  core::event_kind kind = core::event_kind::sent; ///< sent, delivered, read or failed
  std::int32_t code = 0;                          ///< of failed
  std::int64_t at_ms = 0;
  core::person_key person = 0; ///< from recipient_id, 0 when Meta left it out
  std::uint32_t text_begin =
      0; ///< message id (or, of failed, the explanation) in webhook_payload::text
  std::uint32_t text_size = 0;
  std::uint32_t user_begin = 0; ///< the person's user id in webhook_payload::text, as far as known
  std::uint32_t user_size = 0;
  std::uint32_t number_begin =
      0; ///< of failed, in webhook_payload::text: the phone_number_id that sent the message
  std::uint32_t number_size = 0;
};

struct inbound_message {
  inbound_row row;     ///< organization is filled in by the webhook actor
  bool stop = false;   ///< its text or button is a stop word
  bool resume = false; ///< its text is a start word
};

/// `user_preferences`: the person stopped or resumed marketing in WhatsApp itself.
struct preference_change {
  std::string phone_number_id;
  core::person_key person = 0;
  std::string user_id;
  bool stop = true;
  std::int64_t at_ms = 0;
};

/// `system`: the person has another phone number or user id now.
struct identity_change {
  std::string phone_number_id;
  core::person_key old_phone = 0; ///< 0: not known, as below
  std::string old_user_id;
  core::person_key phone = 0;
  std::string user_id;
  std::int64_t at_ms = 0;
};

/// `message_template_status_update`, `template_category_update` and
/// `message_template_quality_update`.
struct template_change {
  std::string waba_id;
  std::string name;
  std::string language; ///< normalised to en_US form
  std::string event;    ///< PAUSED, DISABLED, APPROVED, …; empty: of its category only
  std::string reason;
  bool stops_sending = false;     ///< it can't be used from now on
  std::string category = {};      ///< UTILITY, MARKETING, …; empty: as it was
  std::string next_category = {}; ///< announced by Meta
  std::int64_t next_category_at_ms = 0;
  std::string quality = {}; ///< GREEN, YELLOW, RED, UNKNOWN; empty: as it was
};

/// `business_capability_update` and `phone_number_quality_update`: how many people the account's
/// portfolio may write to now.
struct limit_change {
  std::string waba_id;
  std::string limit; ///< TIER_10K, TIER_UNLIMITED, or a number of people
};

/// `account_update`, `phone_number_quality_update`, … as far as they stop or free sending.
struct account_change {
  std::string waba_id;
  std::string display_phone_number; ///< empty: the whole account
  std::string event;
  bool stops_sending = false;
  std::int64_t until_ms = 0; ///< 0: until somebody acts
};

struct webhook_payload {
  std::vector<status_update> statuses;
  std::vector<inbound_message> inbound;
  std::vector<preference_change> preferences;
  std::vector<identity_change> identities;
  std::vector<template_change> templates;
  std::vector<account_change> accounts;
  std::vector<limit_change> limits;
  std::vector<other_webhook_row> others; ///< everything else, as it came
  std::string text;

  [[nodiscard]] std::string_view text_of(const status_update& s) const {
    return std::string_view{text}.substr(s.text_begin, s.text_size);
  }
  [[nodiscard]] std::string_view user_of(const status_update& s) const {
    return std::string_view{text}.substr(s.user_begin, s.user_size);
  }
  [[nodiscard]] std::string_view number_of(const status_update& s) const {
    return std::string_view{text}.substr(s.number_begin, s.number_size);
  }
};

} // namespace stentor::ports
