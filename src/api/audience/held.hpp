#pragma once
/// /campaigns/{id}/held: people of whom nobody knows whether they got the message, and what a
/// person decides about them. Private to this folder.

#include "api/http/router.hpp"

namespace stentor::api {

void list_held(call c);
void settle_held(call c);

} // namespace stentor::api
