#pragma once
/// The short keys of the hot path. The admin API speaks UUIDs; rows, ledger events and callback
/// data carry these integers, which PostgreSQL hands out as identities.

#include "stentor/core/base/strong_id.hpp"

#include <chrono>
#include <cstdint>

namespace stentor::core {

using organization_no = strong_id<struct organization_tag, std::int32_t>;
using campaign_no = strong_id<struct campaign_tag, std::int32_t>;
using number_no = strong_id<struct number_tag, std::int32_t>; ///< a sending phone number
/// A row of dispatch_claim; 0: none.
using claim_id = strong_id<struct claim_tag, std::int64_t>;
/// Grows with every change of a number's owner.
using lease_epoch = strong_id<struct lease_tag, std::int32_t>;
/// 1..N inside one campaign. A position that is counted with, so it stays an integer.
using recipient_seq = std::int32_t;

/// A person as the stop list and the pair limiter know one: the E.164 digits as an integer (at most
/// 15 digits, so below 2^50), or a hash of the business-scoped user id with the top bit set when
/// the phone number is unknown.
using person_key = std::uint64_t;

using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;
using steady_time = std::chrono::steady_clock::time_point;

} // namespace stentor::core
