#pragma once
/// What can be looked at while a run goes on, besides what the checker decides at its end. Pure;
/// one thread.

#include "tests/model/message.hpp"
#include "tests/model/world.hpp"
#include "tests/simulation/meta/truth.hpp"
#include "tests/simulation/run/plan.hpp"
#include "tests/simulation/run/report.hpp"

#include "stentor/ports/inbox/webhook.hpp"

#include <optional>

namespace stentor::simulation {

// What is in memory does not grow with the list, the backlog or the length of an outage: it is as
// many as can be sent while the slowest answer is waited for, and what comes back.

/// Claimed ahead of their marks, or claimed to be tried again.
[[nodiscard]] std::optional<violation> too_many_claimed(const plan& of, const world& database);
/// @param waiting in a process's gateway, or as events that are to be committed
[[nodiscard]] std::optional<violation> too_many_waiting(const plan& of, std::size_t waiting);

/// A request that left without a durable mark.
[[nodiscard]] std::optional<violation> without_a_mark(const world& database,
                                                      const message_body& left);

/// A message in another language than the recipient's.
[[nodiscard]] std::optional<violation> in_a_foreign_language(const world& database,
                                                             const message_body& left);

/// What the database never takes.
[[nodiscard]] bool refused(const ports::ledger_write& write);

/// A webhook that is not in the database. What it refuses is kept beside.
[[nodiscard]] std::optional<violation> webhook_lost(const world& database,
                                                    const ports::webhook_payload& payload);

/// Those who wait for an operator, and how many of them were never sent.
void count_held(const world& database, const truth& known, report& to);

/// For people: what keeps a run from coming to rest.
[[nodiscard]] std::string open_rows(const world& database);

/// A reason in the database that tells a token or a phone number.
[[nodiscard]] std::optional<violation> secret_in(const world& database);

} // namespace stentor::simulation
