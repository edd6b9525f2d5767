#include "stentor/core/delivery/in_doubt_policy.hpp"

#include "stentor/core/base/enum_names.hpp"
#include "stentor/core/delivery/error_policy.hpp"

#include <algorithm>
#include <array>

namespace stentor::core {

namespace {

constexpr std::array<std::string_view, 3> in_doubt_names{"hold", "resend", "fail"};

} // namespace

std::string_view to_string(in_doubt_policy p) noexcept {
  return name_in(in_doubt_names, p);
}

std::optional<in_doubt_policy> in_doubt_policy_from(std::string_view text) noexcept {
  return value_in<in_doubt_policy>(in_doubt_names, text);
}

in_doubt_policy settle(const old_doubt& doubt) noexcept {
  if (doubt.reached) // nothing is sent again; held, should that message fail all the same
    return in_doubt_policy::hold;
  if (doubt.attempt >= attempts_max)
    return in_doubt_policy::fail;
  // A server error in Meta's own answer says that the message was most likely not taken, and the
  // wait has passed without a receipt: it is an ordinary failed try, whatever the policy says about
  // answers that never came (reliability study, A3: "in doubt (weak)").
  if (doubt.code > 0)
    return doubt.may_retry ? in_doubt_policy::resend : in_doubt_policy::fail;
  return doubt.policy;
}

} // namespace stentor::core
