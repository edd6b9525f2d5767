#pragma once
/// Webhooks made in advance, whole HTTP requests with their signatures, so that sending them costs
/// the generator next to nothing. Pure; any thread may read.

#include "adapters/meta/messages/callback_data.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::load {

struct supply_settings {
  std::uint64_t statuses = 300'000;
  unsigned statuses_per_post = 1;
  double inbound_share = 0; ///< POSTs with one inbound message, as a share of all
  std::string host;         ///< for the header
  std::string app_secret;
  std::vector<std::string> number_ids;
  std::int32_t campaign = 0;
  meta::callback_codec::key_type callback_key{};
  std::int64_t now_ms = 0;
};

/// Statuses of the campaign's people, in the order of a campaign that runs: a thousand messages are
/// sent, then delivered, then read.
class webhook_supply {
public:
  struct status {
    std::int32_t seq = 0;
    std::uint8_t kind = 0; ///< core::event_kind: 2, 3 or 4
  };
  struct post {
    std::uint64_t at = 0;           ///< of its request in the text
    std::uint64_t first_status = 0; ///< an inbound message has none
    std::uint32_t size = 0;
    std::uint32_t statuses = 0;
  };

  explicit webhook_supply(const supply_settings& settings);

  [[nodiscard]] const std::vector<post>& posts() const noexcept { return posts_; }
  [[nodiscard]] std::string_view request(const post& which) const {
    return std::string_view{text_}.substr(which.at, which.size);
  }
  [[nodiscard]] static status status_of(std::uint64_t index);
  /// How many people the statuses are about: 1 to this, in order of the list.
  [[nodiscard]] static std::uint64_t people_for(std::uint64_t statuses);

private:
  void add_post(const supply_settings& settings, const std::string& body);
  std::string text_;
  std::vector<post> posts_;
};

} // namespace stentor::load
