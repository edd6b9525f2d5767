/// The first level of the Unicode Collation Algorithm (UTS 10) compares letters without case and
/// accents; shifting makes spaces, punctuation and symbols ignorable.
#include "adapters/text/word_keys.hpp"

#include <unicode/tblcoll.h>
#include <unicode/ucol.h>

#include <array>
#include <stdexcept>

namespace stentor::text {

namespace {

/// Letters that the root order tells apart and people in a hurry don't: the dotless i, alefs with
/// and without hamza, Persian and Urdu forms of yeh, kaf and heh.
constexpr auto alike = u"&i<<\u0131"
                       u"&\u0627<<\u0623<<\u0625<<\u0622<<\u0671"
                       u"&\u064A<<\u0649<<\u06CC"
                       u"&\u0643<<\u06A9"
                       u"&\u0647<<\u06C1";

class collated final : public ports::word_keys {
public:
  collated()
      : order_{make(icu::Collator::PRIMARY)}, accented_order_{make(icu::Collator::SECONDARY)} {}

  [[nodiscard]] std::string key_of(std::string_view text) const override {
    return key_by(*order_, text);
  }
  [[nodiscard]] std::string accented_key_of(std::string_view text) const override {
    return key_by(*accented_order_, text);
  }

private:
  static std::unique_ptr<icu::RuleBasedCollator> make(icu::Collator::ECollationStrength strength) {
    UErrorCode problem = U_ZERO_ERROR;
    auto order = std::make_unique<icu::RuleBasedCollator>(icu::UnicodeString{alike}, problem);
    order->setStrength(strength);
    order->setAttribute(UCOL_ALTERNATE_HANDLING, UCOL_SHIFTED, problem);
    order->setAttribute(UCOL_NORMALIZATION_MODE, UCOL_ON, problem); // Vietnamese in pieces
    order->setMaxVariable(UCOL_REORDER_CODE_CURRENCY, problem);
    if (U_FAILURE(problem) != 0)
      throw std::runtime_error{std::string{"ICU cannot compare words: "} + u_errorName(problem)};
    return order;
  }

  static std::string key_by(const icu::RuleBasedCollator& order, std::string_view text) {
    auto units = icu::UnicodeString::fromUTF8(
        icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
    units.findAndReplace(icu::UnicodeString{u'\uFFFD'}, icu::UnicodeString{}); // broken bytes
    std::array<std::uint8_t, 256> nearly_always{};
    const auto size = order.getSortKey(units, nearly_always.data(), nearly_always.size());
    if (size <= static_cast<std::int32_t>(nearly_always.size()))
      return key_from(nearly_always.data(), size);
    std::string more(static_cast<std::size_t>(size), '\0');
    order.getSortKey(units, reinterpret_cast<std::uint8_t*>(more.data()), size);
    more.pop_back();
    return more;
  }

  /// Without the NUL at a key's end.
  static std::string key_from(const std::uint8_t* bytes, std::int32_t size) {
    return size <= 1 ? std::string{}
                     : std::string{reinterpret_cast<const char*>(bytes),
                                   static_cast<std::size_t>(size - 1)};
  }

  std::unique_ptr<icu::RuleBasedCollator> order_, accented_order_;
};

} // namespace

std::unique_ptr<ports::word_keys> make_word_keys() {
  return std::make_unique<collated>();
}

} // namespace stentor::text
