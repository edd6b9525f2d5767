#pragma once
/// ports::renderer for Meta's template messages. Both the renderer and what it compiles are
/// immutable; any thread.

#include "adapters/meta/messages/callback_data.hpp"
#include "stentor/ports/campaign/renderer.hpp"

#include <memory>

namespace stentor::meta {

[[nodiscard]] std::unique_ptr<ports::renderer> make_renderer(const callback_codec& codec);

} // namespace stentor::meta
