#pragma once
/// Media on their way to Meta. adapters/meta writes the requests and reads the answers. Any thread;
/// an answer comes as a callback on a network thread.

#include "stentor/core/base/result.hpp"

#include <functional>
#include <string>

namespace stentor::ports {

/// Whose number a medium is for.
struct media_number {
  std::string phone_number_id;
  std::string token; ///< bearer token, never logged
};

struct outgoing_media {
  std::string name;
  std::string mime;
  std::string bytes;
};

/// Errors are Meta's own words; `unavailable` where the same may succeed later. Who asks twice has
/// two ids, which harms nobody.
class media_api {
public:
  virtual ~media_api() = default;

  /// Answers with Meta's id, good for this number and 30 days.
  virtual void upload(const media_number& number, const outgoing_media& media,
                      std::function<void(core::result<std::string>)> then) = 0;
  /// The sample of a new template's header: answers with a handle.
  virtual void upload_sample(const std::string& token, const outgoing_media& media,
                             std::function<void(core::result<std::string>)> then) = 0;
};

} // namespace stentor::ports
