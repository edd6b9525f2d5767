/// Callback data with libsodium's SipHash. Any thread.
#include "adapters/meta/callback_data.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <sodium.h>

namespace stentor::meta {

namespace {

constexpr std::string_view prefix = "v1:";
constexpr std::size_t mac_size = 16;      ///< hex digits
constexpr std::size_t text_size_max = 40; // v1: + 6 + 1 + 6 + 1 + 3 + 1 + 16

void put_mac(const callback_codec::key_type& key, std::string_view text, char* out) noexcept {
  static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16);
  constexpr char digits[] = "0123456789abcdef";
  std::array<unsigned char, crypto_shorthash_BYTES> hash{};
  crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   key.data());
  for (const auto byte : hash) {
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 0xF];
  }
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
  std::array<char, text_size_max> buffer; // NOLINT: filled below
  char* at = std::copy(prefix.begin(), prefix.end(), buffer.data());
  char* const end = buffer.data() + buffer.size();
  const std::int32_t numbers[] = {data.campaign, data.seq, data.attempt};
  for (const auto number : numbers) {
    at = std::to_chars(at, end, std::max(number, 0), 36).ptr;
    *at++ = ':';
  }
  const auto signed_size = static_cast<std::size_t>(at - buffer.data());
  put_mac(key_, {buffer.data(), signed_size}, at);
  to.append(buffer.data(), signed_size + mac_size);
}

std::optional<callback_data> callback_codec::decode(std::string_view text) const noexcept {
  if (text.size() > text_size_max || text.size() < prefix.size() + 6 + mac_size ||
      text.substr(0, prefix.size()) != prefix)
    return std::nullopt;
  const auto signed_part = text.substr(0, text.size() - mac_size);
  std::array<char, mac_size> mac{};
  put_mac(key_, signed_part, mac.data());
  if (sodium_memcmp(mac.data(), text.data() + signed_part.size(), mac_size) != 0)
    return std::nullopt;
  auto rest = signed_part.substr(prefix.size());
  callback_data data;
  std::int32_t attempt = 0;
  constexpr auto int_max = std::numeric_limits<std::int32_t>::max();
  if (!read_number(rest, ':', int_max, data.campaign) ||
      !read_number(rest, ':', int_max, data.seq) ||
      !read_number(rest, ':', std::numeric_limits<std::int16_t>::max(), attempt) || !rest.empty())
    return std::nullopt;
  data.attempt = static_cast<std::int16_t>(attempt);
  return data;
}

callback_codec::key_type callback_key_from(std::string_view secret) noexcept {
  callback_codec::key_type key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size(), nullptr, 0);
  return key;
}

} // namespace stentor::meta
