/// See plain_http.hpp.

#include "tests/golden/plain_http.hpp"

#include "tests/adapters/http_server/support/raw_client.hpp"

#include <cstdlib>

namespace stentor::testing {

namespace {

/// RFC 9112, section 7.1; without the trailers, which the daemon never sends.
std::string without_chunks(const std::string& body) {
  std::string whole;
  for (std::size_t at = 0; at < body.size();) {
    const auto line_end = body.find("\r\n", at);
    if (line_end == std::string::npos)
      break;
    const auto size = std::stoul(body.substr(at, line_end - at), nullptr, 16);
    if (size == 0)
      break;
    whole += body.substr(line_end + 2, size);
    at = line_end + 2 + size + 2;
  }
  return whole;
}

std::string text_of_request(const plain_request& request) {
  auto text =
      request.method + " " + request.target + " HTTP/1.1\r\nHost: tests\r\nConnection: close\r\n";
  if (!request.token.empty())
    text += "Authorization: Bearer " + request.token + "\r\n";
  if (!request.type.empty() && !request.body.empty())
    text += "Content-Type: " + request.type + "\r\n";
  bool sized = false;
  for (const auto& [name, value] : request.headers) {
    text += name + ": " + value + "\r\n";
    sized = sized || name == "Content-Length";
  }
  if (!sized)
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  return text + "\r\n" + request.body;
}

} // namespace

std::string plain_answer::header(const std::string& name) const {
  for (const auto& [key, value] : headers)
    if (key == name)
      return value;
  return {};
}

plain_answer exchange(int port, const plain_request& request) {
  test::raw_client wire{static_cast<std::uint16_t>(port)};
  // A refusal may come before the whole body was taken: what counts is the answer.
  static_cast<void>(wire.send(text_of_request(request)));
  const auto text = wire.until_end();
  const auto head_end = text.find("\r\n\r\n");
  plain_answer answer;
  if (head_end == std::string::npos || text.size() < 12)
    return answer;
  answer.status = std::atoi(text.c_str() + 9);
  for (auto at = text.find("\r\n") + 2; at < head_end;) {
    const auto end = text.find("\r\n", at);
    const auto colon = text.find(": ", at);
    if (colon < end)
      answer.headers.emplace_back(text.substr(at, colon - at),
                                  text.substr(colon + 2, end - colon - 2));
    at = end + 2;
  }
  answer.body = text.substr(head_end + 4);
  if (answer.header("Transfer-Encoding") == "chunked")
    answer.body = without_chunks(answer.body);
  return answer;
}

} // namespace stentor::testing
