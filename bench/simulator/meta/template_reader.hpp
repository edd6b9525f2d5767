#pragma once
/// One template as Meta lists it, read. Any thread; throws nlohmann's exceptions.

#include "bench/simulator/meta/templates.hpp"

#include <nlohmann/json.hpp>

#include <memory>

namespace stentor::load {

[[nodiscard]] std::unique_ptr<message_template> read_template(const nlohmann::json& from);

} // namespace stentor::load
