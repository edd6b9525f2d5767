/// See golden_answers.hpp.

#include "tests/golden/golden_answers.hpp"

#include "adapters/http_server/target.hpp"
#include "api/http/router.hpp"
#include "tests/golden/line_difference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace stentor::testing {

namespace {

std::string text_of_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The router looks at the address only.
struct headerless final : http_server::request {
  [[nodiscard]] std::string_view header(std::string_view) const override { return {}; }
};

/// The row of the router's table that a request falls on, as "GET /api/…/{id}".
std::string route_of(const plain_request& request) {
  static const api::router router;
  headerless head;
  if (!http_server::parse_target(request.target, head))
    return "none";
  const auto found = router.find(request.method, head.path).found;
  return found == nullptr ? "none" : std::string{found->method} + " " + std::string{found->pattern};
}

json lines_as_json(const std::string& text) {
  auto lines = json::array();
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

/// What of a head belongs to the API; the rest is the server's.
json kept_headers(const plain_answer& answer) {
  auto kept = json::object();
  for (const auto& name : {"Content-Type", "Allow", "Cache-Control", "Content-Disposition",
                           "Location", "Retry-After", "WWW-Authenticate"})
    if (const auto value = answer.header(name); !value.empty())
      kept[name] = value;
  return kept;
}

json body_of(const plain_answer& answer, const view& how) {
  if (how.read)
    return how.read(answer.body);
  if (answer.header("Content-Type").find("json") == std::string::npos)
    return lines_as_json(answer.body);
  const auto parsed = json::parse(answer.body, nullptr, false);
  if (parsed.is_discarded())
    return "no JSON: " + answer.body;
  return how.arrange ? how.arrange(parsed) : parsed;
}

json request_of(const plain_request& request) {
  constexpr std::size_t body_shown_max = 4096;
  json shown{{"line", request.method + " " + request.target}};
  if (request.body.empty() || request.body.size() > body_shown_max)
    return shown;
  const auto parsed = json::parse(request.body, nullptr, false);
  const auto is_text = std::none_of(request.body.begin(), request.body.end(),
                                    [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  shown["body"] = !parsed.is_discarded() ? parsed
                  : is_text              ? lines_as_json(request.body)
                                         : json(std::to_string(request.body.size()) + " bytes");
  return shown;
}

} // namespace

golden_answers::golden_answers(test_environment& env) : env_{env} {
  std::ifstream file{env.folder() / "api-token"};
  std::getline(file, token_);
  values_.name(token_, "<token>");
}

golden_answers& golden_answers::one() {
  static golden_answers all{test_environment::one()};
  return all;
}

std::string golden_answers::folder() {
  return STENTOR_SOURCE_DIR "/tests/golden/answers/";
}

bool golden_answers::writes() {
  const auto* wish = std::getenv("STENTOR_WRITE_GOLDEN");
  return wish != nullptr && std::string_view{wish} == "1";
}

plain_answer golden_answers::ask(const std::string& name, plain_request request, const view& how) {
  auto answer = exchange(env_.daemon.port(), request);
  values_.begin_answer();
  const json whole{{"route", route_of(request)},
                   {"request", values_.masked(request_of(request), how.varying)},
                   {"status", answer.status},
                   {"headers", values_.masked(kept_headers(answer), {})},
                   {"body", values_.masked(body_of(answer, how), how.varying)}};
  compare(name, whole);
  return answer;
}

plain_answer golden_answers::ask(const std::string& name, const std::string& method,
                                 const std::string& target, const json& body, const view& how) {
  return ask(name,
             {.method = method,
              .target = target,
              .token = token_,
              .body = body.is_null() ? "" : body.dump()},
             how);
}

void golden_answers::hold(const std::string& name, const json& value) {
  values_.begin_answer();
  compare(name, values_.masked(value, {}));
}

void golden_answers::compare(const std::string& name, const json& whole) {
  EXPECT_TRUE(names_.insert(name).second) << "two answers are called " << name;
  const auto path = folder() + name + ".json";
  const auto found = whole.dump(2) + "\n";
  if (writes()) {
    std::ofstream{path, std::ios::binary} << found;
    return;
  }
  const auto difference = line_difference(text_of_file(path), found);
  EXPECT_TRUE(difference.empty())
      << "The answer is not the golden one of tests/golden/answers/" << name << ".json:\n"
      << difference << "If the change is meant, renew it with STENTOR_WRITE_GOLDEN=1.";
}

} // namespace stentor::testing
