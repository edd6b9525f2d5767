/// See samples.hpp.

#include "api/message_template/samples.hpp"

#include "api/http/handlers.hpp"
#include "stentor/core/base/ascii.hpp"
#include "stentor/core/message_template/media.hpp"
#include "stentor/ports/message_template/media_directory.hpp"
#include "stentor/ports/meta/media_api.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace stentor::api {

namespace {

using nlohmann::json;

/// One place of the template that names media of ours.
struct sample_place {
  std::string path;   ///< as the caller wrote it
  std::string format; ///< of its header, in lower case
  json::json_pointer at;
  std::string text; ///< "media:" and an id
};

std::string header_format(const json& component) {
  const auto format = component.find("format");
  if (format == component.end() || !format->is_string())
    return {};
  auto text = format->get<std::string>();
  std::transform(text.begin(), text.end(), text.begin(), core::ascii_lower);
  return text;
}

void find_samples(const json& node, const std::string& path, const json::json_pointer& at,
                  std::vector<sample_place>& to) {
  if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i)
      find_samples(node[i], path + "[" + std::to_string(i) + "]", at / i, to);
    return;
  }
  if (!node.is_object())
    return;
  for (const auto& [key, value] : node.items()) {
    const auto below = path.empty() ? key : path + "." + key;
    if (key != "example" || !value.is_object() || !value.contains("header_handle")) {
      find_samples(value, below, at / key, to);
      continue;
    }
    const auto& handles = value["header_handle"];
    for (std::size_t i = 0; handles.is_array() && i < handles.size(); ++i)
      if (handles[i].is_string() && core::names_media(handles[i].get<std::string>()))
        to.push_back({below + ".header_handle[" + std::to_string(i) + "]", header_format(node),
                      at / key / "header_handle" / i, handles[i].get<std::string>()});
  }
}

/// A template on its way; its samples are uploaded one after the other.
struct sampling {
  call c;
  json body;
  std::string token;
  std::function<void(call, json)> then;
  std::vector<sample_place> places;
  std::vector<std::pair<std::string, ports::outgoing_media>> left; ///< ids and files
  std::map<std::string, std::string> handles;                      ///< by the text that names them
};

/// The file of a place; what is wrong with it goes to `errors`.
void read_sample(sampling& s, const sample_place& place, field_errors& errors) {
  const auto id = core::media_id_of(place.text);
  auto file = id ? s.c.stores().media->read(s.c.who, *id)
                 : core::result<ports::media_file>{core::error{
                       core::errc::not_found, "expected the id of media behind \"media:\""}};
  if (!file) {
    errors.push_back({place.path, file.error().message});
    return;
  }
  const auto* const format = core::media_format_of(file->mime);
  if (format == nullptr || core::to_string(format->kind) != place.format)
    errors.push_back(
        {place.path, "these media are " + file->mime + ", which is no " + place.format});
  else if (!format->is_sample)
    errors.push_back(
        {place.path, "Meta takes JPEG, PNG, MP4 and PDF as samples, not " + file->mime});
  else
    s.left.emplace_back(place.text, ports::outgoing_media{.name = std::move(file->name),
                                                          .mime = std::move(file->mime),
                                                          .bytes = std::move(file->bytes)});
}

void upload_next(const std::shared_ptr<sampling>& s) {
  if (s->left.empty()) {
    for (const auto& place : s->places)
      s->body[place.at] = s->handles.at(place.text);
    return s->then(std::move(s->c), std::move(s->body));
  }
  const auto [text, file] = std::move(s->left.back());
  s->left.pop_back();
  s->c.stores().media_api->upload_sample(
      s->token, file, [s, text = text](core::result<std::string> handle) {
        s->c.e->defer([s, text, handle = std::move(handle)] {
          if (!handle)
            return refuse(s->c, {handle.error().code, "The sample of the header could not be "
                                                      "uploaded: " +
                                                          handle.error().message});
          s->handles[text] = *handle;
          upload_next(s);
        });
      });
}

} // namespace

void put_samples(call c, json body, const std::string& token,
                 std::function<void(call, json)> then) {
  std::vector<sample_place> places;
  find_samples(body, "", json::json_pointer{}, places);
  if (places.empty())
    return then(std::move(c), std::move(body));
  const auto s = std::make_shared<sampling>(sampling{.c = std::move(c),
                                                     .body = std::move(body),
                                                     .token = token,
                                                     .then = std::move(then),
                                                     .places = std::move(places),
                                                     .left = {},
                                                     .handles = {}});
  field_errors errors;
  for (const auto& place : s->places) {
    const bool known = std::any_of(s->left.begin(), s->left.end(),
                                   [&](const auto& one) { return one.first == place.text; });
    if (!known)
      read_sample(*s, place, errors);
  }
  if (!errors.empty())
    return s->c.e->respond(refusal_of(errors, s->c.head().target));
  upload_next(s);
}

} // namespace stentor::api
