#pragma once
/// The limits of a template's buttons. Private to this folder; pure, any thread.

#include "stentor/core/message_template/new_template.hpp"

#include <string>
#include <vector>

namespace stentor::core {

/// @param component of type BUTTONS
void check_buttons(const json_value& component, const std::string& at,
                   std::vector<template_problem>& to);

} // namespace stentor::core
