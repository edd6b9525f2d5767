#pragma once
/// Debian's nginx as the server that messages go to, so that outcomes don't depend on our own
/// simulator. Its configuration is bench/load/harness/nginx.conf.

#include "stentor/core/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace stentor::load {

struct nginx_settings {
  std::filesystem::path folder; ///< for its files
  int port = 0;                 ///< of 127.0.0.1
  bool tls = true;
  std::string certificate, key; ///< PEM files; nginx wants them in the clear too
  std::uint32_t streams = 1000; ///< at once on one connection
};

/// The text of nginx.conf as it lies in the source tree.
[[nodiscard]] std::string_view nginx_template();
[[nodiscard]] std::string nginx_configuration(const nginx_settings& settings);
/// How many messages nginx has answered, by its access log; complete once nginx has ended.
[[nodiscard]] core::result<std::uint64_t> count_nginx_messages(const std::filesystem::path& folder);

} // namespace stentor::load
