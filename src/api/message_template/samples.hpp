#pragma once
/// Samples of template headers: where a new template names media of ours ("media:<id>" as its
/// header_handle), they are uploaded and Meta's handle takes their place. Private to this layer.

#include "api/http/router.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <string>

namespace stentor::api {

/// Answers with what is wrong, or goes on with the body that Meta understands, on a worker thread;
/// at once where it names no media.
/// @param token of an account that the template is for
void put_samples(call c, nlohmann::json body, const std::string& token,
                 std::function<void(call, nlohmann::json)> then);

} // namespace stentor::api
