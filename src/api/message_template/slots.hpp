#pragma once
/// Templates and messages as answers show them. Private to this layer.

#include "stentor/ports/message_template/template_previewer.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace stentor::api {

/// A template as the directory shows it, with these texts for its slots.
[[nodiscard]] ports::template_text template_of(const nlohmann::ordered_json& shown_template,
                                               std::string variables = {});

/// Adds `slots` to a template: what it leaves open; and `problem`, why campaigns can't send it, or
/// null.
void add_slots(nlohmann::ordered_json& shown_template, const ports::template_previewer& previewer);

[[nodiscard]] nlohmann::ordered_json shown(const core::shown_message& message);
[[nodiscard]] nlohmann::ordered_json shown(const std::vector<ports::slot_problem>& problems);

} // namespace stentor::api
