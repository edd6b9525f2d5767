#pragma once
/// Requests to Meta outside the message path: templates, numbers. May be called from any thread;
/// returns at once.

#include <functional>
#include <string>
#include <utility>

namespace stentor::ports {

struct management_answer {
  int status = 0; ///< HTTP status; 0 when there was no answer
  std::string body;
  std::string problem; ///< for people, when status is 0
};

struct management_request {
  std::string method = "GET";
  std::string path; ///< with version and query
  std::string token;
  std::string body;                              ///< or empty
  std::string content_type = "application/json"; ///< of the body
  std::string token_type = "Bearer";
  std::pair<std::string, std::string> field = {}; ///< of the head, in lower case; empty: none
};

class management_transport {
public:
  virtual ~management_transport() = default;

  /// The answer arrives on the gateway's network thread.
  virtual void manage(management_request request, std::function<void(management_answer)> then) = 0;
};

} // namespace stentor::ports
