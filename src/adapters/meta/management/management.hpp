#pragma once
/// Management calls: paths to ask for, and what their answers say. Pure; any thread.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/delivery/message_gateway.hpp"
#include "stentor/ports/meta/management_api.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stentor::meta {

/// @param version "v25.0"
[[nodiscard]] std::string messages_path(std::string_view version, std::string_view phone_number_id);
[[nodiscard]] std::string templates_path(std::string_view version, std::string_view waba_id);
[[nodiscard]] std::string phone_number_path(std::string_view version,
                                            std::string_view phone_number_id);

/// @param host the host that was asked; a next page elsewhere is an error, because it would carry
/// the token away
[[nodiscard]] core::result<ports::template_page>
read_template_page(int http_status, std::string_view body, std::string_view host);

[[nodiscard]] core::result<ports::number_facts> read_phone_number(int http_status,
                                                                  std::string_view body);

/// The management API over the gateway's connections, which must outlive it. Any thread.
/// @param version "v25.0"
/// @param host the API's host, with its port if that is not the scheme's
[[nodiscard]] std::unique_ptr<ports::management_api>
make_management_api(ports::gateway& gateway, std::string version, std::string host);

} // namespace stentor::meta
