#pragma once
/// ports::media_api over a gateway's connections, which must outlive it. A gateway of its own keeps
/// large files off the connections that messages leave by. Any thread.

#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/meta/media_api.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stentor::meta {

/// @param version "v25.0"
/// @param app_id whose samples they are; empty: none can be uploaded
[[nodiscard]] std::unique_ptr<ports::media_api>
make_media_api(ports::gateway& gateway, std::string version, std::string app_id);

/// The body of a media upload (RFC 7578), and the boundary between its parts, which no part holds.
struct multipart_body {
  std::string boundary;
  std::string bytes;
};
[[nodiscard]] multipart_body media_form(const ports::outgoing_media& media);

} // namespace stentor::meta
