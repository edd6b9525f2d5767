/// The OpenAPI document as it was embedded at build time from openapi.json.

#include "api/api.hpp"

namespace stentor::api {

namespace embedded {
extern const char* const openapi; // defined in the file that scripts/cmake/embed_text.cmake writes
}

std::string_view openapi_document() noexcept {
  return embedded::openapi;
}

} // namespace stentor::api
