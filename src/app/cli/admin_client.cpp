#include "app/cli/admin_client.hpp"
#include "app/cli/json_text.hpp"

#include "adapters/http_client/client.hpp"
#include "stentor/core/base/printable.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <ostream>

namespace stentor::app {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

/// The token, or empty when there is none in the default place; the daemon then answers 401, which
/// says what to do.
core::result<std::string> find_token(const std::string& given_file) {
  auto path = given_file;
  if (path.empty()) {
    if (auto token = environment("STENTOR_TOKEN"); !token.empty())
      return token;
    path = environment("STENTOR_TOKEN_FILE");
  }
  const bool asked_for = !path.empty();
  if (!asked_for)
    path = environment("HOME") + "/.config/stentor/token";
  std::ifstream file{path};
  std::string token;
  if (!file || !(file >> token)) {
    if (asked_for)
      return core::error{core::errc::not_found,
                         "can't read a token from " + path + ". 'stentor token create' makes one."};
    return std::string{};
  }
  return token;
}

class http_remote final : public remote {
public:
  explicit http_remote(http_server::client_settings settings) : client_{std::move(settings)} {}

  core::result<remote_answer> request(std::string_view method, std::string_view target,
                                      std::string_view body) override {
    return converted(client_.request(method, target, body));
  }
  core::result<remote_answer> upload(std::string_view target, std::string_view content_type,
                                     std::istream& from,
                                     const std::function<void(std::uint64_t)>& progress) override {
    return converted(client_.upload(target, content_type, from, progress));
  }
  core::status download(std::string_view target,
                        const std::function<bool(std::string_view)>& write) override {
    return client_.download(target, write);
  }

private:
  static core::result<remote_answer> converted(core::result<http_server::client_answer> answer) {
    if (!answer)
      return answer.error();
    return remote_answer{answer->status, std::move(answer->body)};
  }
  http_server::client client_;
};

} // namespace

core::result<std::unique_ptr<remote>> connect(const remote_options& options) {
  auto url = options.url.empty() ? environment("STENTOR_URL") : options.url;
  if (url.empty())
    url = "http://127.0.0.1:8080";
  auto token = find_token(options.token_file);
  if (!token)
    return token.error();
  http_server::client_settings settings;
  settings.url = std::move(url);
  settings.token = std::move(*token);
  settings.ca_file = options.ca_file.empty() ? environment("STENTOR_CA_FILE") : options.ca_file;
  settings.timeout = options.timeout;
  return std::unique_ptr<remote>{std::make_unique<http_remote>(std::move(settings))};
}

std::string sentence_of(const remote_answer& answer) {
  const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
  std::string text;
  if (problem.is_object()) {
    const auto part = [&](const char* key) {
      const auto at = problem.find(key);
      return at != problem.end() && at->is_string() ? core::printable(at->get<std::string>())
                                                    : std::string{};
    };
    text = part("detail").empty() ? part("title") : part("detail");
    if (const auto errors = problem.find("errors"); errors != problem.end() && errors->is_array()) {
      for (const auto& e : *errors) {
        if (e.is_string())
          text += "\n  " + core::printable(e.get<std::string>());
        else if (e.is_object() && errors->size() > 1) // the sentence itself names a single one
          text += "\n  " + text_of(e, "field") + " " + text_of(e, "message");
      }
    }
  }
  if (text.empty())
    text = "the daemon answered with status " + std::to_string(answer.status);
  if (answer.status == 401)
    text += "\nGive a token with --token-file, STENTOR_TOKEN or ~/.config/stentor/token; "
            "'stentor token create' makes one.";
  return text;
}

core::result<std::string> body_of(core::result<remote_answer> answer, const std::string& request) {
  if (!answer)
    return answer.error();
  if (exit_code_of_http(answer->status) != exit_code::ok)
    return core::error{core::errc::internal, request + ": " + sentence_of(*answer)};
  return std::move(answer->body);
}

core::result<std::string> ask(remote& daemon, std::string_view method, const std::string& target,
                              const std::string& body) {
  return body_of(daemon.request(method, target, body), std::string{method} + " " + target);
}

int report(const console& to, const core::error& problem) {
  to.err << "stentor: " << core::printable(problem.message, true) << "\n";
  return number_of(exit_code_of(problem.code));
}

int report(const console& to, const remote_answer& answer) {
  to.err << "stentor: " << sentence_of(answer) << "\n";
  // What stops a launch is nothing that was typed wrongly: `preflight` ends with the same status.
  const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
  if (problem.is_object() && problem.contains("obstacles"))
    return number_of(exit_code::conflict);
  return number_of(exit_code_of_http(answer.status));
}

} // namespace stentor::app
