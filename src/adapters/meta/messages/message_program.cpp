/// The template compiler. It runs once per campaign, so clarity and good errors go before speed.
#include "adapters/meta/messages/message_program.hpp"

#include "adapters/meta/json_fields.hpp"
#include "adapters/meta/messages/slot_values.hpp"
#include "adapters/meta/messages/template_examples.hpp"
#include "adapters/meta/messages/template_words.hpp"
#include "stentor/core/base/ascii.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace stentor::meta {

namespace {

using nlohmann::json;

/// Thrown inside this file only; analyse_program turns it into an error.
struct mismatch {
  std::string what;
};

/// The placeholders of a template text: positional ones in the order of their numbers, named ones
/// as they come.
std::vector<std::string> placeholders(const std::string& text, const std::string& where) {
  std::vector<std::string> names;
  for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at)) {
    const auto end = text.find("}}", at);
    if (end == std::string::npos)
      break;
    std::string name{core::trimmed(std::string_view{text}.substr(at + 2, end - at - 2))};
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
    at = end + 2;
  }
  const auto numbers = std::count_if(names.begin(), names.end(), is_number);
  if (numbers != 0 && static_cast<std::size_t>(numbers) != names.size())
    throw mismatch{"The template's " + where + " mixes numbered and named variables."};
  if (numbers != 0)
    std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) {
      return a.size() != b.size() ? a.size() < b.size() : a < b;
    });
  return names;
}

class compiler {
public:
  explicit compiler(const ports::template_text& what) : what_{what} {
    values_.read(what_.variables);
  }

  message_program run() {
    literal(R"("type":"template","template":{"name":")");
    literal_escaped(what_.name);
    literal(R"(","language":{"code":")");
    literal_escaped(what_.language);
    literal(R"("})");
    const auto components = compile_components(read_components(), "");
    if (!components.empty()) {
      literal(R"(,"components":[)");
      append(components);
      literal("]");
    }
    literal("}");
    values_.finish(what_.name);
    return std::move(program_);
  }

private:
  using ops = std::vector<op>;

  json read_components() const {
    if (core::trimmed(what_.components).empty())
      return json::array();
    auto components = json::parse(what_.components, nullptr, false);
    if (!components.is_array())
      throw mismatch{"The components of the template \"" + what_.name +
                     "\" are not a JSON array. Synchronise the templates."};
    return components;
  }

  ops compile_components(const json& components, const std::string& prefix) {
    ops all;
    const auto add = [&all](ops part) {
      if (part.empty())
        return;
      if (!all.empty())
        all.push_back({.text = ","});
      std::move(part.begin(), part.end(), std::back_inserter(all));
    };
    for (const auto& component : components) {
      if (!component.is_object())
        continue;
      const auto type = upper(string_of(component, "type"));
      if (type == "HEADER")
        add(compile_header(component, prefix));
      else if (type == "BODY")
        add(compile_text(component, "body", prefix));
      else if (type == "BUTTONS")
        compile_buttons(component, prefix, add);
      else if (type == "CAROUSEL")
        add(compile_carousel(component));
      else if (type != "FOOTER")
        throw mismatch{"The template \"" + what_.name + "\" has a component of type " + type +
                       ", which can't be sent by campaigns. Use another template."};
    }
    return all;
  }

  /// A header or body text: one text parameter per placeholder.
  ops compile_text(const json& component, const std::string& part, const std::string& prefix) {
    ops result;
    const auto text = string_of(component, "text");
    std::size_t index = 0;
    for (const auto& name : placeholders(text, part)) {
      const auto slot = prefix + part + "." + name;
      const bool shared = is_number(name) && (part != "body" || !prefix.empty());
      result.push_back(
          {.text =
               std::string{result.empty() ? R"({"type":")" + part + R"(","parameters":[)" : ","} +
               R"({"type":"text",)" +
               (is_number(name) ? "" : R"("parameter_name":")" + name + R"(",)") + R"("text":")"});
      add_value(result, {.name = slot,
                         .kind = "text",
                         .placeholder = "{{" + name + "}}",
                         .text = text,
                         .example = text_example(component, part, name, index++),
                         .variable = shared ? slot : name});
      result.push_back({.text = R"("})"});
    }
    if (!result.empty())
      result.push_back({.text = "]}"});
    return result;
  }

  ops compile_header(const json& component, const std::string& prefix) {
    const auto format = upper(string_of(component, "format"));
    if (format.empty() || format == "TEXT")
      return compile_text(component, "header", prefix);
    if (format == "LOCATION")
      return compile_location(prefix);
    if (format != "IMAGE" && format != "VIDEO" && format != "DOCUMENT")
      throw mismatch{"The template \"" + what_.name + "\" has a header of format " + format +
                     ", which can't be sent by campaigns. Use another template."};
    const std::string kind = format == "IMAGE" ? "image" : format == "VIDEO" ? "video" : "document";
    const auto slot = prefix + "header." + kind;
    ops value;
    add_value(value, {.name = slot,
                      .kind = kind,
                      .placeholder = {},
                      .text = {},
                      .example = media_example(component),
                      .variable = slot});
    ops result{{.text = R"({"type":"header","parameters":[{"type":")" + kind + R"(",")" + kind +
                        R"(":{)"}};
    if (!value.empty())
      result.push_back(media_key(value.front()));
    std::move(value.begin(), value.end(), std::back_inserter(result));
    if (kind == "document") {
      core::template_slot name{.name = prefix + "header.filename",
                               .kind = "text",
                               .placeholder = {},
                               .text = {},
                               .example = {},
                               .variable = {},
                               .optional = true};
      if (values_.has(name.name))
        result.push_back({.text = R"(","filename":")"});
      add_if_given(result, std::move(name));
    }
    result.push_back({.text = R"("}}]})"});
    return result;
  }

  /// Whether media come by link or by id is told by the value itself; a literal tells it now.
  static op media_key(const op& first) {
    const auto key = [](const std::string& value) {
      return value.starts_with("http") ? R"("link":")" : R"("id":")";
    };
    if (first.kind == op_kind::literal || first.kind == op_kind::media)
      return {.text = key(first.text)};
    return {.kind = op_kind::media_key,
            .variable = first.variable,
            .has_default = first.has_default,
            .text = key(first.text)};
  }

  ops compile_location(const std::string& prefix) {
    ops result{{.text = R"({"type":"header","parameters":[{"type":"location","location":{)"}};
    bool first = true;
    for (const auto* member : {"latitude", "longitude", "name", "address"}) {
      const auto slot = prefix + "header." + member;
      result.push_back({.text = std::string{first ? "\"" : ",\""} + member + R"(":")"});
      add_value(result, {.name = slot,
                         .kind = std::string_view{member}.ends_with("itude") ? "number" : "text",
                         .placeholder = {},
                         .text = {},
                         .example = {},
                         .variable = slot});
      result.push_back({.text = "\""});
      first = false;
    }
    result.push_back({.text = "}}]}"});
    return result;
  }

  template <class Add>
  void compile_buttons(const json& component, const std::string& prefix, Add& add) {
    const auto buttons = component.find("buttons");
    if (buttons == component.end() || !buttons->is_array())
      return;
    for (std::size_t index = 0; index < buttons->size(); ++index) {
      if ((*buttons)[index].is_object())
        add(compile_button((*buttons)[index], index, prefix));
    }
  }

  ops compile_button(const json& button, std::size_t index, const std::string& prefix) {
    const auto type = button_type(button);
    core::template_slot slot{.name = prefix + "button." + std::to_string(index),
                             .kind = {},
                             .placeholder = {},
                             .text = string_of(button, "text"),
                             .example = button_example(button),
                             .variable = prefix + "button." + std::to_string(index)};
    const bool mapped = values_.has(slot.name);
    if (type == "URL")
      return compile_address(button, index, std::move(slot));
    if (type == "QUICK_REPLY") // without a payload Meta sends back the button's text
      return button_if_given(index, "quick_reply", R"("type":"payload","payload":")", "\"",
                             optional(std::move(slot), "payload"));
    if (type == "COPY_CODE") {
      slot.kind = "code";
      return button_ops(index, "copy_code", R"("type":"coupon_code","coupon_code":")", "\"",
                        std::move(slot));
    }
    if (type == "OTP") { // the code of an authentication template goes twice: body and button
      slot.kind = "code";
      if (!mapped) {
        slot.variable = "1";
        if (values_.has("body.1"))
          slot.name = "body.1";
      }
      return button_ops(index, "url", R"("type":"text","text":")", "\"", std::move(slot));
    }
    if (type == "FLOW") {
      constexpr auto before = R"("type":"action","action":{"flow_token":")";
      auto given =
          button_if_given(index, "flow", before, "\"}", optional(std::move(slot), "token"));
      if (!given.empty())
        return given;
      return {{.text = button_head(index, "flow") + before + R"(unused"}}]})"}};
    }
    if (type == "MPM")
      throw mismatch{
          "The template \"" + what_.name +
          "\" shows several products, which campaigns can't send yet. Use another template."};
    return {};
  }

  /// The changing end of a button's address.
  ops compile_address(const json& button, std::size_t index, core::template_slot slot) {
    const auto url = string_of(button, "url");
    const auto open = url.find("{{");
    if (open == std::string::npos)
      return {};
    const auto close = url.find("}}", open);
    slot.kind = "url";
    slot.text = url;
    if (close != std::string::npos)
      slot.placeholder = url.substr(open, close + 2 - open);
    return button_ops(index, "url", R"("type":"text","text":")", "\"", std::move(slot));
  }

  static core::template_slot optional(core::template_slot slot, const char* kind) {
    slot.kind = kind;
    slot.variable = {};
    slot.optional = true;
    return slot;
  }

  static std::string button_head(std::size_t index, const std::string& sub_type) {
    return R"({"type":"button","sub_type":")" + sub_type + R"(","index":")" +
           std::to_string(index) + R"(","parameters":[{)";
  }

  ops button_ops(std::size_t index, const std::string& sub_type, const std::string& before,
                 const std::string& after, core::template_slot slot) {
    ops result{{.text = button_head(index, sub_type) + before}};
    add_value(result, std::move(slot));
    result.push_back({.text = after + "}]}"});
    return result;
  }

  ops button_if_given(std::size_t index, const std::string& sub_type, const std::string& before,
                      const std::string& after, core::template_slot slot) {
    if (values_.has(slot.name))
      return button_ops(index, sub_type, before, after, std::move(slot));
    values_.leave_out(std::move(slot));
    return {};
  }

  ops compile_carousel(const json& component) {
    ops result{{.text = R"({"type":"carousel","cards":[)"}};
    const auto cards = component.find("cards");
    if (cards == component.end() || !cards->is_array())
      throw mismatch{"The template's carousel has no cards. Synchronise the templates."};
    for (std::size_t index = 0; index < cards->size(); ++index) {
      const auto& card = (*cards)[index];
      const auto number = std::to_string(index);
      result.push_back({.text = (index == 0 ? R"({"card_index":)" : R"(,{"card_index":)") + number +
                                R"(,"components":[)"});
      if (card.is_object() && card.contains("components")) {
        auto inner = compile_components(card["components"], "card." + number + ".");
        std::move(inner.begin(), inner.end(), std::back_inserter(result));
      }
      result.push_back({.text = "]}"});
    }
    result.push_back({.text = "]}"});
    return result;
  }

  void add_value(ops& to, core::template_slot slot) {
    auto value = values_.ops_of(std::move(slot));
    std::move(value.begin(), value.end(), std::back_inserter(to));
  }

  void add_if_given(ops& to, core::template_slot slot) {
    if (values_.has(slot.name))
      add_value(to, std::move(slot));
    else
      values_.leave_out(std::move(slot));
  }

  void literal(std::string_view text) { append({{.text = std::string{text}}}); }
  void literal_escaped(std::string_view text) {
    op escaped;
    append_escaped(escaped.text, text);
    append({std::move(escaped)});
  }

  /// Neighbouring literals become one.
  void append(const ops& more) {
    for (const auto& each : more) {
      auto& all = program_.ops;
      if (each.kind == op_kind::literal && !all.empty() && all.back().kind == op_kind::literal)
        all.back().text += each.text;
      else
        all.push_back(each);
    }
  }

  const ports::template_text& what_;
  message_program program_;
  slot_values values_{program_};
};

} // namespace

core::result<message_program> analyse_program(const ports::template_text& what) {
  try {
    return compiler{what}.run();
  } catch (const mismatch& problem) {
    return core::error{core::errc::invalid, problem.what};
  } catch (const std::exception& problem) { // nlohmann on invalid UTF-8, out of memory
    return core::error{core::errc::invalid,
                       "The template \"" + what.name + "\" can't be read: " + problem.what()};
  }
}

core::result<message_program> compile_program(const ports::template_text& what) {
  auto program = analyse_program(what);
  if (program && !program->problems.empty())
    return core::error{core::errc::invalid, program->problems.front().what.text};
  return program;
}

} // namespace stentor::meta
