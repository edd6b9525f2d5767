#pragma once
/// What speaks against a launch, with the first recipients' messages made on the way. Whoever
/// launches asks this: an operator's send, and the engine for the runs of recurring campaigns.
/// Functions on a renderer, which is thread-safe.

#include "stentor/core/campaign/preflight.hpp"
#include "stentor/ports/campaign/renderer.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::ports {

/// What the renderer made of the samples.
struct rendered_samples {
  core::sample_renderings renderings;
  std::shared_ptr<const compiled_message> message; ///< null: none can be made
  /// What a recipient must bring, by the campaign's languages.
  std::vector<std::vector<std::string>> required_variables;
};

[[nodiscard]] rendered_samples render_samples(const renderer& renderer,
                                              const core::launch_facts& facts);

[[nodiscard]] std::vector<core::sentence>
launch_obstacles(const renderer& renderer, const core::launch_facts& facts, core::wall_time now);

} // namespace stentor::ports
