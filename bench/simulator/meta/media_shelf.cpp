#include "bench/simulator/meta/media_shelf.hpp"

#include "bench/simulator/meta/templates.hpp"
#include "stentor/core/message_template/media.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <vector>

namespace stentor::load {

namespace {

using nlohmann::json;

constexpr std::int64_t life_ms = 30LL * 24 * 3600 * 1000;
constexpr std::uint64_t first_media_id = 1'000'000'000'000'000U;

struct form_part {
  std::string_view head;
  std::string_view bytes;
};

/// The parts of a form (RFC 7578); none: it is malformed.
std::vector<form_part> parts_of_form(std::string_view type, std::string_view body) {
  constexpr std::string_view wanted = "multipart/form-data; boundary=";
  if (!type.starts_with(wanted))
    return {};
  const std::string line = "--" + std::string{type.substr(wanted.size())};
  std::vector<form_part> parts;
  if (!body.starts_with(line + "\r\n"))
    return {};
  body.remove_prefix(line.size() + 2);
  for (;;) {
    const auto head_end = body.find("\r\n\r\n");
    if (head_end == body.npos)
      return {};
    const auto end = body.find("\r\n" + line, head_end + 4);
    if (end == body.npos)
      return {};
    parts.push_back({body.substr(0, head_end), body.substr(head_end + 4, end - head_end - 4)});
    body.remove_prefix(end + 2 + line.size());
    if (body == "--\r\n")
      return parts;
    if (!body.starts_with("\r\n"))
      return {};
    body.remove_prefix(2);
  }
}

bool is_field(const form_part& part, std::string_view name) {
  return part.head.find("; name=\"" + std::string{name} + "\"") != part.head.npos;
}

} // namespace

std::string media_shelf::problem_of_file(std::string_view type, std::string_view bytes) {
  const auto* const format = core::media_format_of(type);
  if (format == nullptr)
    return "Param file must be a file with one of the types that are supported.";
  core::media_check check{*format};
  const auto fed = check.feed(bytes);
  const auto end = fed ? check.finish() : fed;
  return end ? std::string{} : end.error().message;
}

media_answer media_shelf::upload(std::string_view number, std::string_view type,
                                 std::string_view body, std::int64_t now_ms) {
  std::string_view product;
  std::string_view mime;
  const form_part* file = nullptr;
  const auto parts = parts_of_form(type, body);
  for (const auto& part : parts) {
    if (is_field(part, "messaging_product"))
      product = part.bytes;
    else if (is_field(part, "type"))
      mime = part.bytes;
    else if (is_field(part, "file") && part.head.find("; filename=\"") != part.head.npos)
      file = &part;
  }
  if (product != "whatsapp" || file == nullptr)
    return {{}, "The parameters messaging_product and file are required."};
  if (file->head.find("Content-Type: " + std::string{mime}) == file->head.npos)
    return {{}, "The file's type is not the one that was given."};
  if (auto problem = problem_of_file(mime, file->bytes); !problem.empty())
    return {{}, std::move(problem)};
  const auto id = std::to_string(first_media_id + uploads_++);
  media_[id] = {std::string{number}, now_ms + life_ms};
  return {json{{"id", id}}.dump(), {}};
}

media_answer media_shelf::open_session(std::string_view query) {
  session opened{query_value(query, "file_type"), 0};
  const auto length = query_value(query, "file_length");
  std::from_chars(length.data(), length.data() + length.size(), opened.length);
  const auto* const format = core::media_format_of(opened.type);
  if (format == nullptr || !format->is_sample || opened.length == 0)
    return {{}, "file_length and a file_type that samples may have are required."};
  const auto id = "upload:" + std::to_string(sessions_.size() + 1) + "?sig=simulated";
  sessions_[id] = std::move(opened);
  return {json{{"id", id}}.dump(), {}};
}

media_answer media_shelf::take_sample(std::string_view session, std::string_view offset,
                                      std::string_view body) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end() || offset != "0" || body.size() != found->second.length)
    return {{}, "There is no such upload, or it is not whole."};
  if (auto problem = problem_of_file(found->second.type, body); !problem.empty())
    return {{}, std::move(problem)};
  const auto handle = "4::sample" + std::to_string(handles_.size() + 1);
  handles_[handle] = found->second.type;
  return {json{{"h", handle}}.dump(), {}};
}

bool media_shelf::knows(std::string_view id, std::string_view number, std::int64_t now_ms) const {
  const auto found = media_.find(id);
  return found != media_.end() && found->second.number == number && found->second.until_ms > now_ms;
}

std::string media_shelf::unknown_handle(std::string_view new_template) const {
  const auto wanted = json::parse(new_template, nullptr, false);
  if (!wanted.is_object())
    return {};
  for (const auto& component : wanted.value("components", json::array())) {
    const auto example =
        component.is_object() ? component.value("example", json::object()) : json{};
    if (!example.is_object() || !example.contains("header_handle"))
      continue;
    for (const auto& handle : example["header_handle"])
      if (!handle.is_string() || !handles_.contains(handle.get<std::string>()))
        return handle.dump();
  }
  return {};
}

void media_shelf::sent(std::string_view id, const std::string& number) {
  ++sent_[number][std::string{id}];
}

std::string media_shelf::figures() const {
  return json{{"uploads", uploads_}, {"samples", handles_.size()}, {"sent", sent_}}.dump();
}

} // namespace stentor::load
