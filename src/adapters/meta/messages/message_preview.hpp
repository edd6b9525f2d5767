#pragma once
/// A message as people see it, made from its template. Pure; any thread. Private to this folder.

#include "adapters/meta/messages/message_program.hpp"

#include <map>
#include <string>
#include <string_view>

namespace stentor::meta {

/// Values of slots by name, as plain text.
using slot_texts = std::map<std::string, std::string, std::less<>>;

/// What the slots of a program become for one person; those without a value are not there.
/// @param problems gets one for each of these
[[nodiscard]] slot_texts texts_of(const message_program& program, std::string_view variables,
                                  std::vector<ports::slot_problem>& problems);

/// @param components JSON array as Meta lists it
[[nodiscard]] core::shown_message shown_message_of(std::string_view components,
                                                   const slot_texts& texts);

} // namespace stentor::meta
