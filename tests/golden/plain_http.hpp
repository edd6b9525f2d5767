#pragma once
/// One HTTP/1.1 exchange with everything that the answer said, its headers as well, which the
/// command line's client leaves out. Any thread.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stentor::testing {

struct plain_request {
  std::string method;
  std::string target;
  std::string token = {}; ///< empty: no Authorization header
  std::string body = {};
  std::string type = "application/json"; ///< of the body; empty: no Content-Type header
  std::vector<std::pair<std::string, std::string>> headers = {};
};

struct plain_answer {
  int status = 0; ///< 0: nobody answered
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  [[nodiscard]] std::string header(const std::string& name) const;
};

[[nodiscard]] plain_answer exchange(int port, const plain_request& request);

} // namespace stentor::testing
