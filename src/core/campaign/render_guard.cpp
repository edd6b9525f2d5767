#include "stentor/core/campaign/render_guard.hpp"

#include <string>

namespace stentor::core {

std::optional<sentence> render_guard::note(std::int64_t rendered, std::int64_t failed,
                                           std::string_view reason) {
  if (settled_)
    return std::nullopt;
  if (rendered > 0) {
    settled_ = true;
    return std::nullopt;
  }
  failed_ += failed;
  if (failed_ < watched_max)
    return std::nullopt;
  settled_ = true;
  return make_sentence("run_renders_nothing",
                       "None of the first {count} messages can be rendered: {problem}",
                       {{"count", std::to_string(failed_)}, {"problem", std::string{reason}}});
}

} // namespace stentor::core
