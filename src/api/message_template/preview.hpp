#pragma once
/// A message made of a template before there is a campaign. Private to this layer.

#include "api/http/router.hpp"

namespace stentor::api {

/// POST /templates/{id}/preview {"variables": {slot: text}, "values": {column: value}, "to": …}:
/// without `variables`, with the examples that Meta was given.
void preview_template(call c);

} // namespace stentor::api
