#pragma once
/// Precompiled for tests that read JSON.

#include "test.hpp"

#include <nlohmann/json.hpp>
