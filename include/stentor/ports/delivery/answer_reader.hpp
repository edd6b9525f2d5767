#pragma once
/// How the other side's answers read. adapters/meta implements it; adapters/http2 asks it on its
/// network thread for every answer, so it must be quick, must not block, and needs no
/// synchronisation when used from one thread.

#include "stentor/core/delivery/outcome.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::ports {

struct answer {
  core::outcome_class kind = core::outcome_class::in_doubt;
  std::int32_t code = 0;
  std::string_view text; ///< message id or explanation; points into the body or into the reader's
                         ///< own buffer until the next call
  bool paced = false;    ///< accepted, but Meta holds it back to assess the template's quality
};

class answer_reader {
public:
  virtual ~answer_reader() = default;
  /// @param body readable for `capacity` bytes (simdjson wants padding), valid for size bytes
  [[nodiscard]] virtual answer read(int http_status, std::string_view body,
                                    std::size_t capacity) = 0;
};

} // namespace stentor::ports
