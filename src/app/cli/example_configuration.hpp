#pragma once
/// config/stentor.example.yaml, as it travels inside the binary. Constant data.

#include <string_view>

namespace stentor::app {

[[nodiscard]] std::string_view example_configuration() noexcept;

} // namespace stentor::app
