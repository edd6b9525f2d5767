#pragma once
/// The daemon's HTTP endpoints as somebody outside calls them: the admin API with any token, and
/// the webhook as Meta signs it. One thread.

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace stentor::testing {

using nlohmann::json;

/// The first of the daemon's numbers, to which people write.
inline constexpr const char* first_number = "106540352242901";

/// What the daemon said.
struct answer {
  int status = 0;   ///< 0: nobody answered
  std::string text; ///< the body, or why nobody answered
  [[nodiscard]] json body() const { return json::parse(text, nullptr, false); }
};

class admin_client {
public:
  admin_client(int port, std::string app_secret)
      : port_{port}, app_secret_{std::move(app_secret)} {}
  void use_token(std::string token) { token_ = std::move(token); }
  [[nodiscard]] const std::string& token() const noexcept { return token_; }

  answer call(std::string_view method, const std::string& target, const std::string& body = {},
              const std::string& type = "application/json");
  answer call_as(const std::string& token, std::string_view method, const std::string& target,
                 const std::string& body = {}, const std::string& type = "application/json");
  /// One signed webhook; `signature` replaces the right one.
  answer webhook(const std::string& body, std::optional<std::string> signature = {});

private:
  int port_;
  std::string app_secret_, token_;
};

/// Microseconds since the epoch, for comparing with the simulator's record.
[[nodiscard]] std::int64_t now_us();
/// Meta's envelope of a person's text message.
[[nodiscard]] std::string text_message(const std::string& phone, const std::string& text);
/// A person's "stop" in WhatsApp's own settings.
[[nodiscard]] std::string stop_preference(const std::string& phone);

} // namespace stentor::testing
