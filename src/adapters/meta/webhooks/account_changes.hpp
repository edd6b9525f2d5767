#pragma once
/// Changes of a business account in webhooks: its templates, its restrictions, how many people it
/// may write to. Reads a document of simdjson, so it is for the thread of the parser; none where
/// the value says nothing that anybody here acts on.

#include "adapters/meta/webhooks/webhook_values.hpp"
#include "stentor/ports/inbox/webhook.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::meta {

/// message_template_status_update, template_category_update, message_template_quality_update
[[nodiscard]] bool is_about_template(std::string_view field) noexcept;
/// account_update, phone_number_quality_update, business_capability_update
[[nodiscard]] bool is_about_account(std::string_view field) noexcept;

/// @param account Meta's id of the account that the webhook is about
[[nodiscard]] std::optional<ports::template_change>
template_change_in(std::string_view field, element value, const std::string& account);
[[nodiscard]] std::optional<ports::account_change>
account_change_in(std::string_view field, element value, const std::string& account);
[[nodiscard]] std::optional<ports::limit_change> limit_change_in(element value,
                                                                 const std::string& account);

} // namespace stentor::meta
