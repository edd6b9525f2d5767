#include "stentor/core/audience/recipient_id.hpp"

#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/hex.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace stentor::core {

namespace {

constexpr std::size_t uuid_size = 36;
constexpr std::size_t place_begin = 28; ///< of the last eight digits

} // namespace

std::string recipient_id(std::string_view campaign_id, recipient_seq seq) {
  const auto n = static_cast<std::uint32_t>(seq);
  const std::array<unsigned char, 4> place{
      static_cast<unsigned char>(n >> 24U), static_cast<unsigned char>(n >> 16U),
      static_cast<unsigned char>(n >> 8U), static_cast<unsigned char>(n)};
  std::string id{campaign_id.substr(0, place_begin)};
  append_hex(id, place);
  return id;
}

std::optional<recipient_seq> seq_of_recipient(std::string_view recipient_id,
                                              std::string_view campaign_id) {
  const auto same = [](char a, char b) { return ascii_lower(a) == ascii_lower(b); };
  if (recipient_id.size() != uuid_size || campaign_id.size() != uuid_size ||
      !std::equal(recipient_id.begin(), recipient_id.begin() + place_begin, campaign_id.begin(),
                  same))
    return std::nullopt;
  std::array<unsigned char, 4> place{};
  if (!read_hex(recipient_id.substr(place_begin), place))
    return std::nullopt;
  const auto n = std::uint32_t{place[0]} << 24U | std::uint32_t{place[1]} << 16U |
                 std::uint32_t{place[2]} << 8U | std::uint32_t{place[3]};
  if (n == 0 || n > INT32_MAX)
    return std::nullopt;
  return static_cast<recipient_seq>(n);
}

} // namespace stentor::core
