#pragma once
/// Precompiled for the actors' tests.

#include "actors.hpp"
#include "test.hpp"
