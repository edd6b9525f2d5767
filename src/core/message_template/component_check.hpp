#pragma once
/// The limits of a template's components. Private to this folder; pure, any thread.

#include "stentor/core/message_template/new_template.hpp"

#include <string>
#include <vector>

namespace stentor::core {

struct template_terms {
  std::string category; ///< empty: it is not known
  bool named = false;   ///< variables have names
};

void check_components(const json_value& components, const std::string& path,
                      const template_terms& terms, std::vector<template_problem>& to);

} // namespace stentor::core
