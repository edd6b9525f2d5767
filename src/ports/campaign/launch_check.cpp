#include "stentor/ports/campaign/launch_check.hpp"

#include <utility>

namespace stentor::ports {

rendered_samples render_samples(const renderer& renderer, const core::launch_facts& facts) {
  rendered_samples made;
  auto message = renderer.compile(facts.what);
  if (!message) {
    made.renderings.compile_problem = message.error().message;
    return made;
  }
  made.message = std::move(*message);
  const auto languages = core::languages_of(facts.what).size();
  for (std::size_t lang = 0; lang < languages; ++lang)
    made.required_variables.push_back(
        made.message->required_variables(static_cast<std::int16_t>(lang)));
  for (const auto& sample : facts.samples) {
    auto body = made.message->preview(sample.to, sample.variables.text, sample.lang);
    if (body)
      ++made.renderings.rendered;
    else
      made.renderings.problems.push_back(body.error().message);
  }
  return made;
}

std::vector<core::sentence> launch_obstacles(const renderer& renderer,
                                             const core::launch_facts& facts, core::wall_time now) {
  return core::check_launch(facts, render_samples(renderer, facts).renderings, now).obstacles;
}

} // namespace stentor::ports
