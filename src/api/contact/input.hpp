#pragma once
/// People as callers name them in JSON bodies. Unknown keys, wrong types and values out of range
/// are errors that name the key. Pure functions.

#include "api/http/input.hpp"
#include "stentor/core/contact/attribute.hpp"
#include "stentor/ports/contact/contact_input.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::api {

/// {"recipients": […]}
[[nodiscard]] input<std::vector<ports::contact_input>> read_recipients(std::string_view body,
                                                                       std::string_view instance);

/// {"customers": […]}; each may say since when. Nobody can have said anything after `now`.
[[nodiscard]] input<std::vector<ports::contact_input>>
read_customers(std::string_view body, core::wall_time now, std::string_view instance);

/// What is to change of one customer.
[[nodiscard]] input<ports::contact_input>
read_customer_patch(std::string_view body, core::wall_time now, std::string_view instance);

struct attribute_input {
  core::attribute_type type = core::attribute_type::text;
  bool required = false;
};
/// @param name of the attribute, from the address
[[nodiscard]] input<attribute_input> read_attribute(std::string_view body, std::string_view name,
                                                    std::string_view instance);

struct suppression_input {
  std::string phone_number;
  std::string user_id;
  std::string reason = "operator";
};
[[nodiscard]] input<suppression_input> read_suppression(std::string_view body,
                                                        std::string_view instance);

} // namespace stentor::api
