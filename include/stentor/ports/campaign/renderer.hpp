#pragma once
/// Messages from templates. adapters/meta implements it: a campaign's template is compiled once
/// into fixed pieces and slots.

#include "stentor/core/base/result.hpp"
#include "stentor/core/campaign/campaign.hpp"
#include "stentor/core/delivery/chunk.hpp"
#include "stentor/core/delivery/event.hpp"
#include "stentor/ports/message_template/template_previewer.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stentor::ports {

/// Immutable and thread-safe.
class compiled_message {
public:
  virtual ~compiled_message() = default;

  /// Renders every row that is not stopped. A row that cannot be rendered becomes an `unsendable`
  /// event, a stopped one an `opted_out` event; neither costs the others anything.
  virtual void render(const core::claimed_chunk& from, std::int64_t now_ms, core::chunk& to,
                      core::event_batch& events) const = 0;

  /// The variables that a recipient must bring because they have no default.
  /// @param lang an index into the campaign's languages, as below
  [[nodiscard]] virtual const std::vector<std::string>&
  required_variables(std::int16_t lang) const = 0;

  /// One body as it would be sent, for preflight. Errors name the missing variable.
  [[nodiscard]] virtual core::result<std::string>
  preview(std::string_view to, std::string_view variables, std::int16_t lang) const = 0;

  /// Whether Meta has the media that it names for this number. Without, nothing is rendered for it.
  [[nodiscard]] virtual bool ready_for(core::number_no /*number*/) const { return true; }
  /// The same message with the media as Meta has them now; none: nothing has changed.
  [[nodiscard]] virtual std::shared_ptr<const compiled_message> renewed() const { return nullptr; }
  [[nodiscard]] virtual bool names_media() const { return false; }
};

class renderer : public template_previewer {
public:
  /// In all of the campaign's languages. Errors say which part of the template or of the campaign's
  /// templateVariables does not fit, and in which language.
  [[nodiscard]] virtual core::result<std::shared_ptr<const compiled_message>>
  compile(const core::campaign& campaign) const = 0;
};

} // namespace stentor::ports
