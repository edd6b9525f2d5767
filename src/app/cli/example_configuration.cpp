#include "app/cli/example_configuration.hpp"

#include "stentor/core/base/embedded_file.hpp"

namespace stentor::app {

namespace embedded {
std::span<const core::embedded_file> example(); // defined by stentor_embed
}

std::string_view example_configuration() noexcept {
  return embedded::example().front().text;
}

} // namespace stentor::app
