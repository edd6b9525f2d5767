#include "stentor/ports/campaign/launch_check.hpp"

namespace stentor::ports {

rendered_samples render_samples(const renderer& renderer, const core::launch_facts& facts,
                                std::size_t previews_max) {
  rendered_samples made;
  const auto message = renderer.compile(facts.what);
  if (!message) {
    made.renderings.compile_problem = message.error().message;
    return made;
  }
  made.required_variables = (*message)->required_variables();
  for (const auto& sample : facts.samples) {
    auto body = (*message)->preview(sample.to, sample.variables.text);
    if (!body) {
      made.renderings.problems.push_back(body.error().message);
      continue;
    }
    ++made.renderings.rendered;
    if (made.previews.size() < previews_max)
      made.previews.emplace_back(sample.id, std::move(*body));
  }
  return made;
}

std::vector<core::sentence> launch_obstacles(const renderer& renderer,
                                             const core::launch_facts& facts, core::wall_time now) {
  return core::check_launch(facts, render_samples(renderer, facts).renderings, now).obstacles;
}

} // namespace stentor::ports
