/// The OpenAPI document: the openapi.json of every feature and of this folder, merged and embedded
/// at build time.

#include "api/http/api.hpp"
#include "stentor/core/base/embedded_file.hpp"

namespace stentor::api {

namespace embedded {
std::span<const core::embedded_file> openapi(); // defined by stentor_embed
}

std::string_view openapi_document() noexcept {
  return embedded::openapi().front().text;
}

} // namespace stentor::api
