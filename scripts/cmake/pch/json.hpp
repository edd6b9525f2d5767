#pragma once
/// Precompiled for layers that read and write JSON.

#include "std.hpp"

#include <nlohmann/json.hpp>
