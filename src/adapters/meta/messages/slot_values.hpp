#pragma once
/// What a campaign writes into the slots of its template, made into ops. Private to this folder;
/// one thread.

#include "adapters/meta/messages/message_program.hpp"
#include "stentor/core/message_template/slot_text.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::meta {

class slot_values {
public:
  /// @param to gets variables, filters, slots and problems; outlives this
  explicit slot_values(message_program& to) : to_{to} {}

  /// @param mapping templateVariables: an object of slots and texts, or empty
  void read(std::string_view mapping);

  [[nodiscard]] bool has(const std::string& slot) const { return mapping_.contains(slot); }

  /// The ops of a slot's text, or of the recipient's variable when there is none. Empty: there is a
  /// problem with it, which is noted.
  std::vector<op> ops_of(core::template_slot slot);
  /// Notes a slot that the campaign leaves out.
  void leave_out(core::template_slot slot);

  /// Notes texts for slots that the template does not have.
  void finish(const std::string& template_name);

private:
  void wrong(const std::string& slot, core::sentence what);
  void append_media(std::vector<op>& to, const std::string& slot, const std::string& text);
  void append(std::vector<op>& to, const std::string& slot, const std::string& text);
  [[nodiscard]] op variable_op(const core::slot_variable& variable);
  [[nodiscard]] std::string known_slots() const;

  message_program& to_;
  std::map<std::string, std::string> mapping_;
  std::set<std::string> used_;
};

} // namespace stentor::meta
