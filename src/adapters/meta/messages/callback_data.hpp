#pragma once
/// biz_opaque_callback_data: `v1:<campaign36>:<seq36>:<attempt36>:<retries36>:<mac16>`. Meta echoes
/// it in every status webhook, so a status finds its recipient, and what is left of its budget of
/// retries, without a look-up. The MAC (SipHash-2-4, 8 bytes in hex) keeps echoes of other apps on
/// the same account, and forged ones, apart. Immutable after construction; any thread.

#include "stentor/core/base/ids.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stentor::meta {

struct callback_data {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::int16_t retries = 0; ///< tries so far that count against the campaign's maxRetries

  friend bool operator==(const callback_data&, const callback_data&) = default;
};

class callback_codec {
public:
  using key_type = std::array<unsigned char, 16>;

  explicit callback_codec(const key_type& key) noexcept : key_{key} {}

  /// Appends the text; it needs no escaping in JSON. Negative values are a caller's bug and are
  /// written as 0.
  void encode(const callback_data& data, std::string& to) const;
  /// Nothing when the text is not ours: another shape, a number out of range, or a MAC that does
  /// not fit.
  [[nodiscard]] std::optional<callback_data> decode(std::string_view text) const noexcept;

private:
  key_type key_;
};

/// A key from any secret text of the configuration (BLAKE2b with 16 bytes of output).
[[nodiscard]] callback_codec::key_type callback_key_from(std::string_view secret) noexcept;

} // namespace stentor::meta
