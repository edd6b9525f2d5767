#pragma once
/// One person across all campaigns. Private to this folder.

#include "api/http/router.hpp"

namespace stentor::api {

/// GET /api/whatsapp/people/{key}
void show_person(call c);

} // namespace stentor::api
