#include "bench/simulator/meta/wamid.hpp"

#include "bench/simulator/scripted_outcome.hpp"
#include "stentor/core/base/hex.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace stentor::load {
namespace {

constexpr std::string_view base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

void append_wamid(std::string& to, std::uint64_t person, std::uint64_t run, std::uint64_t message) {
  // The layout that Meta's own ids show: 1C 18 <size> <digits> 15 02 00 11 18 12 <18 hex digits>
  // 00.
  std::array<char, 60> raw{0x1c, 0x18, 0};
  std::size_t size = 3;
  size = static_cast<std::size_t>(std::to_chars(raw.data() + size, raw.data() + 24, person).ptr -
                                  raw.data());
  raw[2] = static_cast<char>(size - 3);
  for (const char c : {0x15, 0x02, 0x00, 0x11, 0x18, 0x12})
    raw[size++] = c;
  const auto high = mix(run);
  const auto low =
      mix(run ^ 0x5354454eULL) ^ message; // differs with the message, and from run to run
  for (int i = 15; i >= 0; --i)
    raw[size++] = core::hex_digits_upper[low >> (static_cast<unsigned>(i) * 4U) & 15U];
  raw[size++] = core::hex_digits_upper[high & 15U];
  raw[size++] = core::hex_digits_upper[high >> 4U & 15U];
  raw[size++] = 0;
  std::array<char, 86> text{};
  std::size_t at = 0;
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < size ? static_cast<unsigned char>(raw[i]) : 0U;
  };
  for (std::size_t i = 0; i < size; i += 3) {
    const unsigned group = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    text[at++] = base64[group >> 18U & 63U];
    text[at++] = base64[group >> 12U & 63U];
    text[at++] = i + 1 < size ? base64[group >> 6U & 63U] : '=';
    text[at++] = i + 2 < size ? base64[group & 63U] : '=';
  }
  to += "wamid.";
  to.append(text.data(), at);
}

} // namespace stentor::load
