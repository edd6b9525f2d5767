#pragma once
/// What an operator may tell a campaign, and in which states. The one home of that table: the API,
/// the actors and the database all ask here. Pure; any thread.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"

#include <cstdint>
#include <string_view>

namespace stentor::core {

enum class campaign_command : std::uint8_t { launch, pause, resume, cancel };

[[nodiscard]] std::string_view to_string(campaign_command c) noexcept;

/// Whether a campaign in this state takes the command. Resuming one that is sending is no mistake:
/// a pause whose status could not be written left it so.
[[nodiscard]] bool may_be_told(campaign_status state, campaign_command what) noexcept;

/// ok, or a conflict that says in a sentence what to do instead.
[[nodiscard]] status check_command(campaign_status state, campaign_command what);

} // namespace stentor::core
