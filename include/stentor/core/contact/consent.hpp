#pragma once
/// Who may be written to. Pure. The database asks the same of whole lists with the fragment
/// `blocked` (postgres/contact/blocked.sql); a test holds the two together.

#include <cstdint>

namespace stentor::core {

/// What a message is to the person who gets it.
enum class message_class : std::uint8_t {
  marketing,
  utility, ///< about something that the person bought or began
  service, ///< an answer to what the person wrote
};

enum class consent : std::uint8_t {
  unknown, ///< nothing was said
  given,
  withdrawn, ///< the person refuses marketing
};

/// The strongest stop of a person, whether under the phone number or the user id.
enum class stop : std::uint8_t {
  none,
  by_person,   ///< the person said stop, or stopped marketing in WhatsApp
  by_operator, ///< somebody of the organization forbade it
};

enum class block : std::uint8_t {
  none, ///< may be written to
  stopped,
  no_consent,
};

/// An operator's stop forbids everything; the person's own all but the answer to a message. Consent
/// counts for marketing.
[[nodiscard]] block blocked(message_class message, stop stopped, consent agreed) noexcept;

} // namespace stentor::core
