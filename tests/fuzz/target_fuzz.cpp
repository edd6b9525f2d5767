/// Targets of HTTP requests: what is taken has been taken apart whole.

#include "tests/fuzz/targets.hpp"

#include "adapters/http_server/target.hpp"

namespace stentor::fuzz {

namespace {

struct bare_request final : http_server::request {
  [[nodiscard]] std::string_view header(std::string_view) const override { return {}; }
};

} // namespace

void target(std::string_view bytes) {
  bare_request request;
  if (!http_server::parse_target(bytes, request))
    return;
  std::size_t size = 0;
  for (const auto& part : request.path)
    size += part.size() + 1;
  for (const auto& [name, value] : request.query)
    size += name.size() + value.size() + 1;
  require(size <= bytes.size() + 1, "decoding makes nothing longer");
  require(!request.parameter("no such name").has_value() || !request.query.empty(),
          "a parameter comes from the query");
}

} // namespace stentor::fuzz
