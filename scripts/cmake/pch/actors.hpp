#pragma once
/// Precompiled for the actors: what of CAF each of them includes.

#include "std.hpp"

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>
