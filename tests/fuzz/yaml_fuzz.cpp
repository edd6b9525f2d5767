/// The configuration file: any text is a configuration or a list of problems.

#include "tests/fuzz/targets.hpp"

#include "adapters/yaml/configuration_file.hpp"

namespace stentor::fuzz {

void yaml(std::string_view bytes) {
  const auto read = yaml::parse(bytes, "/etc/stentor/stentor.yaml", {.read_secrets = false});
  require(read.ok() || !read.error().message.empty(), "a refusal says what is wrong");
}

} // namespace stentor::fuzz
