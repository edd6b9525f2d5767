#pragma once
/// Templates made, changed and taken away at Meta. Private to this layer.

#include "api/http/router.hpp"

namespace stentor::api {

/// POST /templates: one for each language and account, and what became of each.
void create_template(call c);
/// PUT /templates/{id} {"category", "components"}
void edit_template(call c);
void delete_template(call c);
void unpause_template(call c);

} // namespace stentor::api
