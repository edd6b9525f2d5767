#include "stentor/core/campaign/command.hpp"

#include "stentor/core/base/enum_names.hpp"

#include <array>
#include <string>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 8> pause_kinds{
    "", "operator", "rendering", "refusals", "template", "missed", "gate", "audience"};

std::string advice(campaign_status state, campaign_command what, campaign_kind kind) {
  using enum campaign_status;
  if (kind == campaign_kind::recurring && state == scheduled)
    return "its runs start by themselves";
  if (state == draft)
    return what == campaign_command::cancel ? "delete it instead"
                                            : "a draft is started, with the checks of the launch";
  if (state == scheduled)
    return what == campaign_command::pause ? "cancel it, or take its time away"
                                           : "start it to send it now";
  if (state == paused)
    return "resume or cancel it";
  if (state == sending)
    return "it runs already";
  return "it is over";
}

/// A recurring campaign: pausing it keeps new runs away.
bool parent_may_be_told(campaign_status state, campaign_command what) noexcept {
  using enum campaign_status;
  switch (what) {
  case campaign_command::launch:
    return state == draft;
  case campaign_command::pause:
    return state == scheduled;
  case campaign_command::resume:
    return state == paused || state == scheduled;
  case campaign_command::cancel:
    return state == scheduled || state == paused;
  }
  return false;
}

} // namespace

std::string_view to_string(campaign_command c) noexcept {
  constexpr std::array<std::string_view, 4> names{"launch", "pause", "resume", "cancel"};
  return name_in(names, c);
}

std::string_view to_string(pause_kind k) noexcept {
  return name_in(pause_kinds, k);
}

pause_kind pause_kind_from(std::string_view name) noexcept {
  return value_in<pause_kind>(pause_kinds, name).value_or(pause_kind::none);
}

bool may_be_told(campaign_status state, campaign_command what, late_tries tries, campaign_kind kind,
                 pause_kind held) noexcept {
  using enum campaign_status;
  if (kind == campaign_kind::recurring)
    return parent_may_be_told(state, what);
  const bool sends = state == sending || (state == completed && tries == late_tries::waiting);
  switch (what) {
  case campaign_command::launch:
    return state == draft || state == scheduled;
  case campaign_command::pause:
    return sends || (state == paused && ends_by_itself(held));
  case campaign_command::resume:
    return state == paused || state == sending;
  case campaign_command::cancel:
    return sends || state == scheduled || state == paused;
  }
  return false;
}

status check_command(campaign_status state, campaign_command what, late_tries tries,
                     campaign_kind kind, pause_kind held) {
  if (may_be_told(state, what, tries, kind, held))
    return ok{};
  return error{errc::conflict, "The campaign is " + std::string{to_string(state)} +
                                   " and can't be " +
                                   (what == campaign_command::launch   ? "started"
                                    : what == campaign_command::pause  ? "paused"
                                    : what == campaign_command::resume ? "resumed"
                                                                       : "cancelled") +
                                   ": " + advice(state, what, kind) + "."};
}

} // namespace stentor::core
