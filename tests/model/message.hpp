#pragma once
/// Messages without templates: the body says which try of which recipient it is, so that the other
/// side can tell. Immutable; any thread.

#include "stentor/ports/campaign/renderer.hpp"
#include "stentor/ports/system/time_zones.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::simulation {

/// What a body says.
struct message_body {
  core::campaign_no campaign{};
  core::recipient_seq seq = 0;
  std::int16_t attempt = 0;
  std::int16_t retries = 0;
  core::number_no number{};
  core::lease_epoch epoch{};
  std::int16_t lang = 0;
};

[[nodiscard]] std::optional<message_body> read_body(std::string_view text);

class message final : public ports::compiled_message {
public:
  /// @param lacking so many recipients, from the first, have no value for its variable
  explicit message(core::recipient_seq lacking) : lacking_{lacking} {}
  void render(const core::claimed_chunk& from, std::int64_t now_ms, core::chunk& to,
              core::event_batch& events) const override;
  [[nodiscard]] const std::vector<std::string>& required_variables(std::int16_t) const override {
    return none_;
  }
  [[nodiscard]] core::result<std::string> preview(std::string_view, std::string_view,
                                                  std::int16_t) const override {
    return std::string{"{}"};
  }

private:
  core::recipient_seq lacking_;
  std::vector<std::string> none_;
};

/// The template "broken" doesn't compile; nobody has what "lacking" needs, and the first thirty
/// don't have what "lacking at first" needs.
class renderer : public ports::renderer {
public:
  [[nodiscard]] core::result<std::shared_ptr<const ports::compiled_message>>
  compile(const core::campaign& campaign) const override;
  [[nodiscard]] core::result<std::vector<core::template_slot>>
  slots(const ports::template_text&) const override {
    return std::vector<core::template_slot>{};
  }
  [[nodiscard]] core::result<ports::message_preview>
  preview(const ports::template_text&, std::string_view, std::string_view) const override {
    return ports::message_preview{};
  }
};

/// UTC, zones like +6, and clocks that are some seconds ahead, like UTC+3600; no countries.
class time_zones final : public ports::time_zones {
public:
  [[nodiscard]] core::result<core::zone_offset> offset(std::string_view zone,
                                                       core::wall_time at) const override;
  [[nodiscard]] std::span<const std::string>
  zones_of(std::string_view country) const noexcept override;
};

} // namespace stentor::simulation
