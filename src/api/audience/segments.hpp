#pragma once
/// /api/whatsapp/segments: saved segments, how many people a query is about, and what can be asked.
/// Private to this folder.

#include "api/http/router.hpp"

namespace stentor::api {

void create_segment(call c);
void list_segments(call c);
void show_segment(call c);
void update_segment(call c);
void remove_segment(call c);
void preview_segment(call c);
void list_segment_fields(call c);

} // namespace stentor::api
