#pragma once
/// ports::renderer for Meta's template messages. Both the renderer and what it compiles are
/// immutable; any thread.

#include "adapters/meta/messages/callback_data.hpp"
#include "stentor/ports/campaign/renderer.hpp"
#include "stentor/ports/message_template/media_ids.hpp"

#include <memory>

namespace stentor::meta {

/// @param media must outlive the renderer and what it compiles; none: no message that names any is
/// ever ready
[[nodiscard]] std::unique_ptr<ports::renderer>
make_renderer(const callback_codec& codec, const ports::media_ids* media = nullptr);

} // namespace stentor::meta
