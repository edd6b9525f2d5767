#pragma once
/// Reads the bytes of a verified webhook POST. One object per thread; read() never throws.

#include "adapters/meta/messages/callback_data.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/core/contact/stop_words.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <cstdint>
#include <memory>
#include <string_view>

namespace stentor::meta {

class webhook_reader {
public:
  /// @param words by which people stop and resume; not null
  webhook_reader(const callback_codec& codec, std::shared_ptr<const core::stop_words> words);
  ~webhook_reader();
  webhook_reader(webhook_reader&&) noexcept;
  webhook_reader& operator=(webhook_reader&&) noexcept;

  /// invalid only when the bytes are not JSON or have no `entry` array; whatever else is unknown
  /// goes to `others`, so that nothing that Meta sent is lost and nothing is refused for seven
  /// days.
  /// @param now_ms Unix time, for what carries no time of its own
  [[nodiscard]] core::result<ports::webhook_payload> read(std::string_view body,
                                                          std::int64_t now_ms);

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace stentor::meta
