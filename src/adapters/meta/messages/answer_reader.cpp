/// Answers with simdjson on demand: only the few members that matter are looked at.
#include "adapters/meta/messages/answer_reader.hpp"

#include "stentor/core/delivery/error_policy.hpp"
#include "stentor/core/delivery/event.hpp"

#include <cstring>
#include <limits>
#include <simdjson.h>

namespace stentor::meta {

namespace {

using simdjson::ondemand::object;
using simdjson::ondemand::value;

constexpr std::size_t explanation_size_max = 1024;
constexpr auto unreadable = static_cast<std::int32_t>(core::local_code::answer_unreadable);

/// "Object with ID … does not exist, or the permission is missing": of a number it means what code
/// 33 does.
constexpr std::int32_t invalid_parameter = 100, unknown_object = 33;

struct error_shape {
  std::int32_t code = 0;
  std::int32_t subcode = 0;
  bool has_code = false;
  bool transient = false;
};

/// Appends text and the member's string, if it is one.
void append_string(std::string& to, value from, std::string_view before = {}) {
  std::string_view text;
  if (from.get_string().get(text) != simdjson::SUCCESS || text.empty())
    return;
  if (!to.empty())
    to.append(before);
  to.append(text.substr(0, explanation_size_max));
}

class reader final : public ports::answer_reader {
public:
  ports::answer read(int http_status, std::string_view body, std::size_t capacity) override {
    try {
      return read_json(http_status, body, capacity);
    } catch (const std::exception&) { // out of memory for a monstrous body
      return without_code(http_status, "The answer could not be read.");
    }
  }

private:
  ports::answer read_json(int http_status, std::string_view body, std::size_t capacity) {
    if (capacity < body.size() + simdjson::SIMDJSON_PADDING) {
      padded_.resize(body.size() + simdjson::SIMDJSON_PADDING);
      std::memcpy(padded_.data(), body.data(), body.size());
      body = std::string_view{padded_}.substr(0, body.size());
      capacity = padded_.size();
    }
    text_.clear();
    id_.clear();
    held_ = false;
    error_shape problem;
    bool has_error = false;
    simdjson::ondemand::document document;
    object root;
    const bool readable =
        parser_.iterate(body.data(), body.size(), capacity).get(document) == simdjson::SUCCESS &&
        document.get_object().get(root) == simdjson::SUCCESS &&
        read_members(root, problem, has_error);
    const bool success = http_status >= 200 && http_status < 300;
    if (!id_.empty() && success)
      return {core::outcome_class::accepted, 0, id_, held_};
    // Code 0 is a code of Meta's only with the status of a refusal (AuthException).
    if (has_error && problem.has_code &&
        (problem.code != 0 || http_status == 401 || http_status == 403)) {
      const auto code = problem.code == invalid_parameter && problem.subcode == unknown_object
                            ? unknown_object
                            : problem.code;
      return {core::class_of_answer(http_status, code, problem.transient), code, text_};
    }
    return without_code(http_status, !readable ? "The answer is not Meta's JSON."
                                     : success ? "The answer names no message."
                                               : "The answer has no error code of Meta's.");
  }

  bool read_members(object root, error_shape& problem, bool& has_error) {
    for (auto member : root) {
      std::string_view key;
      value content;
      if (member.unescaped_key().get(key) != simdjson::SUCCESS ||
          member.value().get(content) != simdjson::SUCCESS)
        return false;
      if (key == "messages")
        read_id(content);
      else if (key == "error")
        has_error = read_error(content, problem) || has_error;
      if (!id_.empty() && !has_error)
        return true; // what follows changes nothing
    }
    return true;
  }

  void read_id(value messages) {
    simdjson::ondemand::array list;
    if (messages.get_array().get(list) != simdjson::SUCCESS)
      return;
    for (auto element : list) {
      object message;
      if (element.get_object().get(message) != simdjson::SUCCESS)
        return;
      for (auto member : message) {
        std::string_view key;
        value content;
        if (member.unescaped_key().get(key) != simdjson::SUCCESS ||
            member.value().get(content) != simdjson::SUCCESS)
          return;
        if (key == "id")
          append_string(id_, content);
        else if (key == "message_status")
          read_status(content);
      }
      return;
    }
  }

  /// Meta takes some messages of a new template and looks how people like them before it delivers
  /// the rest.
  void read_status(value content) {
    std::string_view status;
    if (content.get_string().get(status) == simdjson::SUCCESS)
      held_ = status == "held_for_quality_assessment" || status == "paused";
  }

  bool read_error(value content, error_shape& problem) {
    object shape;
    if (content.get_object().get(shape) != simdjson::SUCCESS)
      return false;
    details_.clear();
    for (auto member : shape) {
      std::string_view key;
      value v;
      if (member.unescaped_key().get(key) != simdjson::SUCCESS ||
          member.value().get(v) != simdjson::SUCCESS)
        return problem.has_code;
      if (key == "message")
        append_string(text_, v);
      else if (key == "code")
        problem.has_code = read_code(v, problem.code) || problem.has_code;
      else if (key == "error_subcode")
        (void)read_code(v, problem.subcode);
      else if (key == "is_transient")
        read_flag(v, problem.transient);
      else if (key == "error_data")
        read_details(v);
    }
    if (!details_.empty() && details_ != text_) {
      if (!text_.empty())
        text_.append(": ");
      text_.append(details_);
    }
    return true;
  }

  static void read_flag(value v, bool& flag) {
    bool on = false;
    if (v.get_bool().get(on) == simdjson::SUCCESS)
      flag = on;
  }

  static bool read_code(value v, std::int32_t& to) {
    std::int64_t code = 0;
    if (v.get_int64().get(code) != simdjson::SUCCESS || code < 0 ||
        code > std::numeric_limits<std::int32_t>::max())
      return false;
    to = static_cast<std::int32_t>(code);
    return true;
  }

  void read_details(value v) {
    simdjson::ondemand::json_type type{};
    if (v.type().get(type) != simdjson::SUCCESS)
      return;
    if (type == simdjson::ondemand::json_type::string) {
      append_string(details_, v);
      return;
    }
    object data;
    value details;
    if (type == simdjson::ondemand::json_type::object &&
        v.get_object().get(data) == simdjson::SUCCESS &&
        data["details"].get(details) == simdjson::SUCCESS)
      append_string(details_, details);
  }

  ports::answer without_code(int http_status, std::string_view why) {
    text_ = "HTTP " + std::to_string(http_status) + ": ";
    text_.append(why);
    return {core::class_of_answer(http_status, unreadable, false), unreadable, text_};
  }

  simdjson::ondemand::parser parser_;
  std::string padded_;
  std::string id_;
  bool held_ = false;
  std::string text_;
  std::string details_;
};

} // namespace

std::unique_ptr<ports::answer_reader> make_answer_reader() {
  return std::make_unique<reader>();
}

} // namespace stentor::meta
