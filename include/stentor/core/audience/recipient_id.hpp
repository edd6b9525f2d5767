#pragma once
/// The public id of a recipient: the campaign's UUID with the place on the list as its last 32
/// bits, so that it needs no column and no index. The schema's function recipient_id() does the
/// same; a test holds them together. Pure.

#include "stentor/core/base/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stentor::core {

/// @param campaign_id a UUID as text
[[nodiscard]] std::string recipient_id(std::string_view campaign_id, recipient_seq seq);

/// The place that an id names; none when it is no id of this campaign's list.
[[nodiscard]] std::optional<recipient_seq> seq_of_recipient(std::string_view recipient_id,
                                                            std::string_view campaign_id);

} // namespace stentor::core
