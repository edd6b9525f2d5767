#pragma once
/// ports::template_api over the gateway's connections, which must outlive it. Any thread.

#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/meta/template_api.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stentor::meta {

/// @param version "v25.0"
[[nodiscard]] std::unique_ptr<ports::template_api> make_template_api(ports::gateway& gateway,
                                                                     std::string version);

/// What Meta's answer to a new template says.
[[nodiscard]] core::result<ports::created_template> read_created_template(int http_status,
                                                                          std::string_view body);
/// Meta's {"success": true}, or its refusal.
[[nodiscard]] core::status read_success(int http_status, std::string_view body);

} // namespace stentor::meta
