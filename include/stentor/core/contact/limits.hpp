#pragma once
/// How long what names a person may be, wherever it comes from: lists, customers, stops. Constants;
/// any thread.

#include <cstddef>

namespace stentor::core::contact_limits {

inline constexpr std::size_t phone_bytes_max = 100; ///< as it was written, with all its spaces
inline constexpr std::size_t user_id_bytes_max = 256;
inline constexpr std::size_t name_bytes_max = 500;

} // namespace stentor::core::contact_limits
