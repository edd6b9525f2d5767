#include "bench/load/harness/nginx_server.hpp"

#include "stentor/core/base/embedded_file.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <utility>

namespace stentor::load {

namespace embedded {
std::span<const core::embedded_file> nginx(); // defined by stentor_embed
}

std::string_view nginx_template() {
  return embedded::nginx().front().text;
}

std::string nginx_configuration(const nginx_settings& settings) {
  const std::array<std::pair<std::string_view, std::string>, 6> words{{
      {"@FOLDER@", settings.folder.string()},
      {"@PORT@", std::to_string(settings.port)},
      {"@PROTOCOL@", settings.tls ? "ssl http2" : "http2"},
      {"@CERTIFICATE@", settings.certificate},
      {"@KEY@", settings.key},
      {"@STREAMS@", std::to_string(settings.streams)},
  }};
  std::string text{nginx_template()};
  for (const auto& [word, value] : words)
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.replace(at, word.size(), value);
  return text;
}

core::result<std::uint64_t> count_nginx_messages(const std::filesystem::path& folder) {
  const auto path = folder / "nginx-messages.log";
  std::ifstream file{path};
  if (!file)
    return core::error{core::errc::not_found, "nginx has left no " + path.string()};
  return static_cast<std::uint64_t>(std::count(std::istreambuf_iterator<char>{file}, {}, '\n'));
}

} // namespace stentor::load
