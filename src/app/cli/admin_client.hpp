#pragma once
/// The admin API as the commands see it. The real one is adapters/http_server's client; tests put a
/// fake in its place. Also: where URL and token come from, and how answers become sentences and
/// exit codes. One thread.

#include "app/cli/console.hpp"
#include "app/cli/exit_code.hpp"
#include "stentor/core/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::app {

struct remote_answer {
  int status = 0;
  std::string body;
};

class remote {
public:
  virtual ~remote() = default;
  [[nodiscard]] virtual core::result<remote_answer>
  request(std::string_view method, std::string_view target, std::string_view body) = 0;
  /// POSTs a file in pieces; `progress` is told the bytes sent so far.
  [[nodiscard]] virtual core::result<remote_answer>
  upload(std::string_view target, std::string_view content_type, std::istream& from,
         const std::function<void(std::uint64_t)>& progress) = 0;
  [[nodiscard]] virtual core::status
  download(std::string_view target, const std::function<bool(std::string_view)>& write) = 0;
};

/// --url, --token-file and --ca-file as given; empty ones fall back to the environment and the
/// defaults.
struct remote_options {
  std::string url;
  std::string token_file;
  std::string ca_file;
  std::chrono::milliseconds timeout{60'000}; ///< without any progress
};

/// STENTOR_URL and http://127.0.0.1:8080; STENTOR_TOKEN, STENTOR_TOKEN_FILE and
/// ~/.config/stentor/token. Errors: not_found when a token file that was asked for can't be read.
[[nodiscard]] core::result<std::unique_ptr<remote>> connect(const remote_options& options);

/// The sentence for people in an answer that is no success.
[[nodiscard]] std::string sentence_of(const remote_answer& answer);

/// The body of an answer to a request that had to succeed; `request` names it in errors.
[[nodiscard]] core::result<std::string> body_of(core::result<remote_answer> answer,
                                                const std::string& request);
/// One request that must succeed. @return the answer's body
[[nodiscard]] core::result<std::string> ask(remote& daemon, std::string_view method,
                                            const std::string& target,
                                            const std::string& body = {});

/// Writes an error to `err` and says how to exit.
[[nodiscard]] int report(const console& to, const core::error& problem);
[[nodiscard]] int report(const console& to, const remote_answer& answer);

} // namespace stentor::app
