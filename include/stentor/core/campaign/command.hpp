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

/// Why a campaign is paused, for programs; the sentence beside it is for people. Stored as text
/// under the same names, without the underscore at the end.
enum class pause_kind : std::uint8_t {
  none,      ///< it is not paused, or for no reason of these
  operator_, ///< a person said so
  rendering, ///< its messages can't be made
  refusals,  ///< Meta refuses everybody on its list for the same reason
  template_, ///< its template can't be used
  missed,    ///< nobody was there to start it in time
  gate,      ///< too many of its people fail, complain or don't read it
  audience,  ///< its list could not be drawn at its time
};

/// Empty for none.
[[nodiscard]] std::string_view to_string(pause_kind k) noexcept;
[[nodiscard]] pause_kind pause_kind_from(std::string_view name) noexcept; ///< none for unknown ones

/// What such a pause stopped goes on by itself, once its cause is gone.
[[nodiscard]] constexpr bool ends_by_itself(pause_kind k) noexcept {
  return k == pause_kind::template_;
}

/// Whether a pause by `next` is what holds from now on, of a campaign that is paused by `held`:
/// what a person wants paused does not go on by itself.
[[nodiscard]] constexpr bool holds_over(pause_kind next, pause_kind held) noexcept {
  return next == pause_kind::operator_ && ends_by_itself(held);
}

/// Whether a campaign in this state takes the command. Resuming one that is sending is no mistake:
/// a pause whose status could not be written left it so. Nor is pausing what would go on by itself.
/// @param held by what one that is paused is
[[nodiscard]] bool may_be_told(campaign_status state, campaign_command what,
                               late_tries tries = late_tries::none,
                               campaign_kind kind = campaign_kind::once,
                               pause_kind held = pause_kind::operator_) noexcept;

/// ok, or a conflict that says in a sentence what to do instead.
[[nodiscard]] status check_command(campaign_status state, campaign_command what,
                                   late_tries tries = late_tries::none,
                                   campaign_kind kind = campaign_kind::once,
                                   pause_kind held = pause_kind::operator_);

} // namespace stentor::core
