#pragma once
/// What becomes of a write that the database refuses for what is in it: it is made durable in
/// pieces, and the one that can't be is parked beside, so that one bad value never stops the good
/// ones. Pure; any thread.

#include "stentor/ports/delivery/ledger.hpp"

#include <cstdint>
#include <utility>

namespace stentor::actors {

/// Appends everything of `from`.
void merge(ports::ledger_write& to, ports::ledger_write& from);

/// Whether the database will never take it as it is, so that repeating it is no use.
[[nodiscard]] bool is_refusal(const core::error& problem) noexcept;

/// Cuts a write in two that may be committed one behind the other: everything about one recipient
/// stays together, marks go first and finished claims last. The second one is empty when it can't
/// be cut.
[[nodiscard]] std::pair<ports::ledger_write, ports::ledger_write>
cut_in_two(ports::ledger_write whole);

/// The same without the texts of its events, which are all that comes from outside in them.
[[nodiscard]] ports::ledger_write without_texts(ports::ledger_write piece);

/// In place of a piece that the database refuses: the same as rows of other webhooks.
[[nodiscard]] ports::ledger_write parked(const ports::ledger_write& piece, std::int64_t now_ms);

} // namespace stentor::actors
