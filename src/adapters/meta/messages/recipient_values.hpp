#pragma once
/// The variables of one recipient, read in place by simdjson, and what a program's ops make of
/// them. Private to this folder; each thread has its own.

#include "adapters/meta/messages/message_program.hpp"

#include <cstddef>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::meta {

class recipient_values {
public:
  /// The one of this thread.
  static recipient_values& mine();

  /// Reads the values of a program's variables; what is missing, null or empty stays empty. Views
  /// into `variables` are kept.
  /// @param capacity bytes that are readable from the begin of `variables`
  /// @return false: `problem` says what is wrong with them
  [[nodiscard]] bool read(const std::vector<std::string>& names, std::string_view variables,
                          std::size_t capacity, std::string& problem);

  /// Appends what the ops make of them, as inside of JSON. @return false: `problem` says which
  /// variable is missing
  [[nodiscard]] bool append(const message_program& program, const std::vector<op>& ops,
                            std::string& to, std::string& problem);

private:
  template <class Member>
  bool read_member(Member& member, const std::vector<std::string>& names);
  [[nodiscard]] bool filter(const std::vector<core::slot_filter>& filters, std::string_view& value);

  simdjson::ondemand::parser parser_;
  std::vector<std::string_view> values_;
  std::vector<std::string> tidied_; ///< those values whose white space had to be changed
  std::string padded_;              ///< a copy of the last rows of a text
  std::string filtered_;
};

} // namespace stentor::meta
