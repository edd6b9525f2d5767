#pragma once
/// In which of a campaign's languages everybody on its list gets his message. Inside a transaction.

#include "adapters/postgres/audience/partition.hpp"

namespace stentor::postgres {

/// The list, held already, gets each one's language from what the list says of him, else from what
/// is known of the customer (core::chosen_language). A campaign of one language costs nothing.
/// @param from_seq the first place: those before have theirs
[[nodiscard]] core::status decide_languages(connection& db, const locked_campaign& c,
                                            core::recipient_seq from_seq = 1);

} // namespace stentor::postgres
