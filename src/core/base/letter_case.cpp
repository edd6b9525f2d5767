/// Each capital letter has one small letter and the other way round; letters for which that does
/// not hold (ß, dotless i, final sigma) stay themselves.
#include "stentor/core/base/letter_case.hpp"

namespace stentor::core {

namespace {

struct letters {
  char32_t first; ///< capital letters
  char32_t last;
  char32_t apart;         ///< from capital to small
  bool every_other_place; ///< they alternate with the small ones
};

constexpr letters all[] = {
    {0x41, 0x5A, 32, false},     {0xC0, 0xD6, 32, false},   {0xD8, 0xDE, 32, false},
    {0x100, 0x12E, 1, true},     {0x132, 0x136, 1, true},   {0x139, 0x147, 1, true},
    {0x14A, 0x176, 1, true},     {0x179, 0x17D, 1, true},   {0x1CD, 0x1DB, 1, true},
    {0x1DE, 0x1EE, 1, true},     {0x1F8, 0x21E, 1, true},   {0x222, 0x232, 1, true},
    {0x386, 0x386, 38, false},   {0x388, 0x38A, 37, false}, {0x38C, 0x38C, 64, false},
    {0x38E, 0x38F, 63, false},   {0x391, 0x3A1, 32, false}, {0x3A3, 0x3AB, 32, false},
    {0x400, 0x40F, 80, false},   {0x410, 0x42F, 32, false}, {0x460, 0x480, 1, true},
    {0x48A, 0x4BE, 1, true},     {0x4C1, 0x4CD, 1, true},   {0x4D0, 0x52E, 1, true},
    {0x531, 0x556, 48, false},   {0x1E00, 0x1E94, 1, true}, {0x1EA0, 0x1EFE, 1, true},
    {0xFF21, 0xFF3A, 32, false},
};

bool is_one(const letters& some, char32_t capital) noexcept {
  return capital >= some.first && capital <= some.last &&
         (!some.every_other_place || (capital - some.first) % 2 == 0);
}

} // namespace

char32_t small_letter(char32_t c) noexcept {
  for (const auto& some : all)
    if (is_one(some, c))
      return c + some.apart;
  return c;
}

char32_t capital_letter(char32_t c) noexcept {
  for (const auto& some : all)
    if (c >= some.apart && is_one(some, c - some.apart))
      return c - some.apart;
  return c;
}

} // namespace stentor::core
