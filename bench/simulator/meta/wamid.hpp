#pragma once
/// Message ids in Meta's form: "wamid." and base64 of the person's digits and a number of the
/// message.

#include <cstdint>
#include <string>

namespace stentor::load {

/// Appends the id of a message. @param run tells this run's messages from those of other runs
void append_wamid(std::string& to, std::uint64_t person, std::uint64_t run, std::uint64_t message);

} // namespace stentor::load
