#pragma once
/// What the demo promises: counts of `stentor-load report` that must be 0, and what to say and to
/// look at when one is not. Pure; any thread.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace stentor::app {

struct promise {
  const char* name;         ///< as `stentor-load report --json` says it
  std::string_view meaning; ///< of one that is broken
  std::string_view look_at; ///< where its cause shows
};

inline constexpr std::array promises{
    promise{"duplicates", "people whom Meta accepted the campaign's message for twice",
            "`stentor why` of such a person: was the first try in doubt, refused or unknown?"},
    promise{"lost",
            "recipients who count as sent or are without an end, though Meta never accepted them",
            "the recipients in `pending` or `sending`, and warnings of daemon.log"},
    promise{"rate_violations", "messages above a number's limit within one second",
            "whether the machine stood still meanwhile, and `rate` in simulator.log"},
    promise{"wrong_states", "recipients who lack a receipt that the daemon has acknowledged",
            "the ledger's last batches, and what daemon.log says about the projection"},
    promise{"stop_violations", "messages to people whose stop was acknowledged before",
            "the suppressions, and the time of their webhooks in daemon.log"},
    promise{"unknown_acceptances", "messages that Meta accepted and the database knows nothing of",
            "the in-doubt recipients, and breaks of connections in daemon.log"}};

/// Nothing when `value` is 0; otherwise what is wrong, and what to look at.
[[nodiscard]] std::string broken(const promise& p, std::int64_t value);

/// How a campaign that did not end as `completed` is told; nothing for one that did.
[[nodiscard]] std::string unfinished(std::string_view status);

} // namespace stentor::app
