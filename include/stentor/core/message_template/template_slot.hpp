#pragma once
/// What a template leaves open, and a message as people see it. Values; any thread.

#include <optional>
#include <string>
#include <vector>

namespace stentor::core {

/// One place of a template that a campaign fills: by templateVariables under this name, or else
/// from the recipient's variable.
struct template_slot {
  std::string name;        ///< body.1, header.image, button.0, card.2.body.1
  std::string kind;        ///< text, image, video, document, number, url, payload, code, token
  std::string placeholder; ///< "{{1}}" as it stands in the text; empty: it is no part of a text
  std::string text;        ///< in which it stands, or that of its button
  std::string example;     ///< the one that Meta was given; empty: none
  std::string variable;    ///< of the recipient, that fills it unless a text is given
  bool optional = false;   ///< without a text it is left out
};

struct shown_header {
  std::string type; ///< text, image, video, document, location
  std::string text; ///< of a location its name and address
  std::string url;  ///< of media, or their id
};

struct shown_button {
  std::string type; ///< url, quick_reply, phone_number, copy_code, …
  std::string text;
  std::string value; ///< the address, number or code behind it
};

struct shown_card {
  std::optional<shown_header> header;
  std::string body;
  std::vector<shown_button> buttons;
};

/// A message as people see it.
struct shown_message {
  std::optional<shown_header> header;
  std::string body;
  std::string footer;
  std::vector<shown_button> buttons;
  std::vector<shown_card> cards;
};

} // namespace stentor::core
