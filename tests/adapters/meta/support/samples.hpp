#pragma once
/// What the tests of Meta's dialect share.

#include "adapters/meta/messages/callback_data.hpp"

#include <string>

namespace samples {

inline const stentor::meta::callback_codec codec{
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

inline std::string callback(std::int32_t campaign, std::int32_t seq, std::int16_t attempt,
                            std::int16_t retries = 0) {
  std::string text;
  codec.encode({core::campaign_no{campaign}, seq, attempt, retries}, text);
  return text;
}

inline std::string envelope(const std::string& field, const std::string& value) {
  return R"({"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":")" +
         field + R"(","value":)" + value + "}]}]}";
}

inline const std::string metadata =
    R"("messaging_product":"whatsapp","metadata":{"display_phone_number":"551155550100","phone_number_id":"106540352242922"})";

} // namespace samples
