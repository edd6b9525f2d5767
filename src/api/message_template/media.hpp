#pragma once
/// Media of template headers: files in, streamed, and what became of them. Private to this layer.

#include "api/http/router.hpp"

namespace stentor::api {

/// POST /media?name=…, the file as the body
void upload_media(call c);
void list_media(call c);
void show_media(call c);
void remove_media(call c);

} // namespace stentor::api
