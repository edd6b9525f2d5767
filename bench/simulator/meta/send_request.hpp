#pragma once
/// The body of a send as the simulator reads it, and Meta's checks of it in Meta's order.
/// Thread contract: one reader per thread; views point into the reader's and the body's memory
/// until the next call.

#include "bench/simulator/meta/templates.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stentor::load {

struct send_request {
  std::string_view to;      ///< as it was sent
  std::string_view user_id; ///< `recipient`, used without `to`
  std::string_view callback_data;
  std::uint64_t person = 0;  ///< digits of `to`, or a hash of the user id with the top bit set
  std::string_view media_id; ///< of the header; empty: it has none, or a link
  const message_template* tpl = nullptr; ///< null for what is no template
  int error = 0;                         ///< 0, or the code of the first check that failed
  std::string_view details;              ///< what was wrong
};

class send_reader {
public:
  send_reader();
  ~send_reader();

  /// @param body gets room for simdjson's padding
  /// @param full false: the template's parameters and rarer fields are not looked at
  [[nodiscard]] send_request read(std::string& body, const template_catalog& templates, bool full);

private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace stentor::load
