#include "bench/simulator/meta/send_request.hpp"

#include "bench/simulator/scripted_outcome.hpp"

#include <simdjson.h>

#include <algorithm>
#include <strings.h>

namespace stentor::load {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::size_t callback_limit = 512;

/// The parameters of one component.
struct given_parameters {
  std::uint32_t count = 0;
  bool all_named = true;
  bool any_named = false;
  bool unknown_name = false;
  std::string_view media_id;
};

struct fields {
  std::string_view product;
  std::string_view type;
  bool has_content = false; ///< the object named like the type
  bool carousel = false;
  given_parameters body;
  std::uint32_t header_parameters = 0;
  std::uint32_t button_parameters = 0;
  std::string_view media_id; ///< of the header
};

std::uint64_t digits_of(std::string_view text) {
  std::uint64_t value = 0;
  int count = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      value = value * 10 + static_cast<std::uint64_t>(c - '0');
      ++count;
    } else if (c != '+' && c != ' ' && c != '-' && c != '(' && c != ')') {
      return 0;
    }
  }
  return count >= 7 && count <= 15 ? value : 0;
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t value = text.size();
  for (const char c : text)
    value = mix(value ^ static_cast<unsigned char>(c));
  return value | (1ULL << 63U);
}

void read_media_id(ondemand::object media, given_parameters& to) {
  for (auto field : media)
    if (std::string_view{field.unescaped_key()} == "id")
      to.media_id = std::string_view{field.value().get_string()};
}

void count_parameters(ondemand::array parameters, given_parameters& to,
                      const message_template* tpl) {
  for (ondemand::object each : parameters) {
    ++to.count;
    if (tpl == nullptr || (!tpl->named && !tpl->media_header))
      continue;
    std::string_view name;
    for (auto field : each) {
      const std::string_view key = field.unescaped_key();
      if (key == "parameter_name")
        name = std::string_view{field.value().get_string()};
      else if (key == "image" || key == "video" || key == "document")
        read_media_id(field.value().get_object(), to);
    }
    to.any_named = to.any_named || !name.empty();
    to.all_named = to.all_named && !name.empty();
    to.unknown_name = to.unknown_name || std::find(tpl->body_names.begin(), tpl->body_names.end(),
                                                   name) == tpl->body_names.end();
  }
}

bool same_word(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() && ::strncasecmp(text.data(), lower.data(), lower.size()) == 0;
}

/// The members of an object may come in any order, so a component is known only at its end.
void read_components(ondemand::array components, fields& to, const message_template* tpl) {
  for (ondemand::object component : components) {
    std::string_view type;
    std::string_view sub_type;
    given_parameters given;
    for (auto field : component) {
      const std::string_view key = field.unescaped_key();
      if (key == "type")
        type = std::string_view{field.value().get_string()};
      else if (key == "sub_type")
        sub_type = std::string_view{field.value().get_string()};
      else if (key == "parameters")
        count_parameters(field.value().get_array(), given, tpl);
    }
    if (same_word(type, "body"))
      to.body = given;
    else if (same_word(type, "header")) {
      to.header_parameters += given.count;
      to.media_id = given.media_id;
    } else if (same_word(type, "button") && same_word(sub_type, "url"))
      to.button_parameters += given.count;
    else if (same_word(type, "carousel"))
      to.carousel = true;
  }
}

const message_template* read_template(ondemand::object from, fields& to,
                                      const template_catalog& templates, bool full) {
  const std::string_view name = from["name"].get_string();
  const std::string_view language = from["language"]["code"].get_string();
  const auto* tpl = templates.find(name, language);
  ondemand::array components;
  if (full && from["components"].get_array().get(components) == simdjson::SUCCESS)
    read_components(components, to, tpl);
  return tpl;
}

/// Meta's checks of the body, in its order; the account's limits lie between these and the
/// template's.
void check_body(send_request& request, const fields& got) {
  const auto refuse = [&](int code, std::string_view details) {
    if (request.error == 0) {
      request.error = code;
      request.details = details;
    }
  };
  if (got.product != "whatsapp")
    refuse(100, "The parameter messaging_product is required and must be \"whatsapp\".");
  if (request.to.empty() && request.user_id.empty())
    refuse(100, "The parameter to is required.");
  if (got.type.empty() || !got.has_content)
    refuse(131008, "The parameter type and the object of that name are required.");
  if (request.person == 0)
    refuse(131009, "The parameter to is not a phone number.");
  if (request.callback_data.size() > callback_limit)
    refuse(100, "Param biz_opaque_callback_data must be at most 512 characters long.");
}

void check_template(send_request& request, const fields& got, bool full) {
  const auto refuse = [&](int code, std::string_view details) {
    request.error = code;
    request.details = details;
  };
  const auto* tpl = request.tpl;
  if (tpl == nullptr)
    return refuse(132001, {});
  if (tpl->status == "PAUSED")
    return refuse(132015, {});
  if (tpl->status == "DISABLED")
    return refuse(132016, {});
  if (tpl->status != "APPROVED")
    return refuse(132001, {});
  if (!full || got.carousel)
    return;
  if (tpl->body_parameters != got.body.count)
    return refuse(132000, "body: the number of parameters does not match the template.");
  if (tpl->header_parameters != got.header_parameters)
    return refuse(tpl->media_header ? 132012 : 132000,
                  "header: the number of parameters does not match the template.");
  if (tpl->button_parameters != got.button_parameters)
    return refuse(132000, "buttons: the number of parameters does not match the template.");
  if (tpl->named && got.body.count > 0 && !got.body.all_named)
    return refuse(got.body.any_named ? 132012 : 100,
                  "body: every parameter of this template needs a parameter_name.");
  if (tpl->named && got.body.unknown_name)
    return refuse(132012, "body: there is no parameter of that name in the template.");
}

} // namespace

struct send_reader::state {
  ondemand::parser parser;
};

send_reader::send_reader() : state_{std::make_unique<state>()} {}
send_reader::~send_reader() = default;

send_request send_reader::read(std::string& body, const template_catalog& templates, bool full) {
  send_request request;
  fields got;
  if (body.capacity() < body.size() + simdjson::SIMDJSON_PADDING)
    body.reserve(body.size() + 4 * simdjson::SIMDJSON_PADDING);
  try {
    auto document = state_->parser.iterate(body.data(), body.size(), body.capacity());
    ondemand::object root = document.get_object();
    for (auto field : root) {
      const std::string_view key = field.unescaped_key();
      if (key == "to")
        request.to = std::string_view{field.value().get_string()};
      else if (key == "type")
        got.type = std::string_view{field.value().get_string()};
      else if (key == "biz_opaque_callback_data")
        request.callback_data = std::string_view{field.value().get_string()};
      else if (key == "messaging_product")
        got.product = std::string_view{field.value().get_string()};
      else if (key == "recipient")
        request.user_id = std::string_view{field.value().get_string()};
      else if (key == "template") {
        got.has_content = true;
        request.tpl = read_template(field.value().get_object(), got, templates, full);
      } else if (key == "text" || key == "interactive" || key == "image" || key == "document" ||
                 key == "video") {
        got.has_content = true;
      }
    }
  } catch (const simdjson::simdjson_error&) {
    request.error = 100;
    request.details = "The body is not valid JSON of the expected types.";
    return request;
  }
  if (!request.to.empty())
    request.person = digits_of(request.to);
  else if (!request.user_id.empty())
    request.person = hash_of(request.user_id);
  request.media_id = got.media_id;
  check_body(request, got);
  if (request.error == 0 && got.type == "template")
    check_template(request, got, full);
  if (got.type != "template")
    request.tpl = nullptr;
  return request;
}

} // namespace stentor::load
