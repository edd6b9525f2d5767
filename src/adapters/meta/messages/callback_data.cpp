/// Callback data with libsodium's SipHash. Any thread.
#include "adapters/meta/messages/callback_data.hpp"

#include "stentor/core/base/hex.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <sodium.h>

namespace stentor::meta {

namespace {

constexpr std::string_view data_prefix = "v1:";
constexpr std::size_t mac_size = 16;        ///< hex digits
constexpr std::size_t signed_size_max = 25; ///< v1: + 6 + 1 + 6 + 1 + 3 + 1 + 3 + 1
constexpr std::size_t encoded_size_max = signed_size_max + mac_size;

using mac_text = std::array<char, mac_size>;

mac_text mac_of(const callback_codec::key_type& key, std::string_view text) noexcept {
  static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16);
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   key.data());
  mac_text hex; // NOLINT: filled below
  core::put_hex(hash, hex.data());
  return hex;
}

/// Takes the same time wherever the two differ, so that a forger can't find a MAC digit by digit.
bool same_mac(const mac_text& a, std::string_view b) noexcept {
  std::array<std::uint64_t, 2> left{};
  std::array<std::uint64_t, 2> right{};
  std::memcpy(left.data(), a.data(), mac_size);
  std::memcpy(right.data(), b.data(), mac_size);
  return ((left[0] ^ right[0]) | (left[1] ^ right[1])) == 0;
}

/// Writes a number in base 36 that ends before `end`. With the base known here the compiler
/// multiplies instead of dividing, which std::to_chars can't. @return where the number begins
char* put_number_before(char* end, std::uint32_t value) noexcept {
  constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
  do {
    *--end = digits[value % 36];
    value /= 36;
  } while (value != 0);
  return end;
}

/// Reads a number up to `end` and steps over it.
bool read_number(std::string_view& text, char end, std::int32_t max, std::int32_t& value) noexcept {
  const auto size = text.find(end);
  if (size == std::string_view::npos || size == 0 || text.front() == '-')
    return false;
  const auto [at, problem] = std::from_chars(text.data(), text.data() + size, value, 36);
  if (problem != std::errc{} || at != text.data() + size || value < 0 || value > max)
    return false;
  text.remove_prefix(size + 1);
  return true;
}

} // namespace

void callback_codec::encode(const callback_data& data, std::string& to) const {
  std::array<char, encoded_size_max> buffer; // NOLINT: what is read of it is filled below
  char* const signed_end = buffer.data() + signed_size_max;
  char* begin = signed_end;
  const std::int32_t numbers[] = {data.retries, data.attempt, data.seq, data.campaign};
  for (const auto number : numbers) { // from the back, because numbers are written from their back
    *--begin = ':';
    begin = put_number_before(begin, static_cast<std::uint32_t>(std::max(number, 0)));
  }
  begin -= data_prefix.size();
  std::memcpy(begin, data_prefix.data(), data_prefix.size());
  const auto signed_size = static_cast<std::size_t>(signed_end - begin);
  const auto mac = mac_of(key_, {begin, signed_size});
  std::memcpy(signed_end, mac.data(), mac_size);
  to.append(begin, signed_size + mac_size);
}

std::optional<callback_data> callback_codec::decode(std::string_view text) const noexcept {
  if (text.size() > encoded_size_max || text.size() < data_prefix.size() + 8 + mac_size ||
      text.substr(0, data_prefix.size()) != data_prefix)
    return std::nullopt;
  const auto signed_part = text.substr(0, text.size() - mac_size);
  if (!same_mac(mac_of(key_, signed_part), text.substr(signed_part.size())))
    return std::nullopt;
  auto rest = signed_part.substr(data_prefix.size());
  callback_data data;
  std::int32_t campaign = 0;
  std::int32_t attempt = 0;
  std::int32_t retries = 0;
  constexpr auto int_max = std::numeric_limits<std::int32_t>::max();
  constexpr auto short_max = std::numeric_limits<std::int16_t>::max();
  if (!read_number(rest, ':', int_max, campaign) || !read_number(rest, ':', int_max, data.seq) ||
      !read_number(rest, ':', short_max, attempt) || !read_number(rest, ':', short_max, retries) ||
      !rest.empty())
    return std::nullopt;
  data.campaign = core::campaign_no{campaign};
  data.attempt = static_cast<std::int16_t>(attempt);
  data.retries = static_cast<std::int16_t>(retries);
  return data;
}

callback_codec::key_type callback_key_from(std::string_view secret) noexcept {
  callback_codec::key_type key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size(), nullptr, 0);
  return key;
}

} // namespace stentor::meta
