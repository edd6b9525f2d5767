/// The template compiler. It runs once per campaign, so clarity and good errors go before speed.
#include "adapters/meta/messages/message_program.hpp"

#include "adapters/meta/json_fields.hpp"
#include "adapters/meta/messages/template_words.hpp"
#include "stentor/core/base/ascii.hpp"
#include "stentor/core/base/white_space.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace stentor::meta {

namespace {

using nlohmann::json;

/// Thrown inside this file only; compile_program turns it into an error.
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
  explicit compiler(const core::campaign& campaign) : campaign_{campaign} { read_mapping(); }

  message_program run() {
    literal(R"("type":"template","template":{"name":")");
    literal_escaped(campaign_.template_name);
    literal(R"(","language":{"code":")");
    literal_escaped(campaign_.template_language);
    literal(R"("})");
    const auto components = compile_components(read_components(), "");
    if (!components.empty()) {
      literal(R"(,"components":[)");
      append(components);
      literal("]");
    }
    literal("}");
    for (const auto& [slot, text] : mapping_) {
      if (!used_.contains(slot))
        throw mismatch{"templateVariables names the slot \"" + slot + "\", which the template \"" +
                       campaign_.template_name + "\" does not have. " + known_slots()};
    }
    return std::move(program_);
  }

private:
  using ops = std::vector<op>;

  void read_mapping() {
    if (core::trimmed(campaign_.template_variables).empty())
      return;
    const auto mapping = json::parse(campaign_.template_variables, nullptr, false);
    if (mapping.is_null())
      return;
    if (!mapping.is_object())
      throw mismatch{"templateVariables must be a JSON object of slots and texts, for example "
                     R"({"body.1":"{{name|friend}}"}.)"};
    for (const auto& [key, value] : mapping.items()) {
      if (!value.is_string() && !value.is_number())
        throw mismatch{"templateVariables: the slot \"" + key + "\" must be a text."};
      const auto slot = key.find('.') == std::string::npos ? "body." + key : key;
      const auto text = value.is_string() ? value.get<std::string>() : value.dump();
      if (!mapping_.emplace(slot, text).second)
        throw mismatch{"templateVariables names the slot \"" + slot + "\" twice."};
    }
  }

  json read_components() const {
    if (core::trimmed(campaign_.template_components).empty())
      return json::array();
    auto components = json::parse(campaign_.template_components, nullptr, false);
    if (!components.is_array())
      throw mismatch{"The components of the template \"" + campaign_.template_name +
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
        throw mismatch{"The template \"" + campaign_.template_name + "\" has a component of type " +
                       type + ", which can't be sent by campaigns. Use another template."};
    }
    return all;
  }

  /// A header or body text: one text parameter per placeholder.
  ops compile_text(const json& component, const std::string& part, const std::string& prefix) {
    ops result;
    for (const auto& name : placeholders(string_of(component, "text"), part)) {
      const auto slot = prefix + part + "." + name;
      const bool shared = is_number(name) && (part != "body" || !prefix.empty());
      result.push_back(
          {.text =
               std::string{result.empty() ? R"({"type":")" + part + R"(","parameters":[)" : ","} +
               R"({"type":"text",)" +
               (is_number(name) ? "" : R"("parameter_name":")" + name + R"(",)") + R"("text":")"});
      add_value(result, slot, shared ? slot : name);
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
      throw mismatch{"The template \"" + campaign_.template_name + "\" has a header of format " +
                     format + ", which can't be sent by campaigns. Use another template."};
    const std::string kind = format == "IMAGE" ? "image" : format == "VIDEO" ? "video" : "document";
    const auto slot = prefix + "header." + kind;
    ops value;
    add_value(value, slot, slot);
    ops result{{.text = R"({"type":"header","parameters":[{"type":")" + kind + R"(",")" + kind +
                        R"(":{)"}};
    result.push_back(media_key(value.front()));
    std::move(value.begin(), value.end(), std::back_inserter(result));
    const auto file_slot = prefix + "header.filename";
    if (kind == "document" && mapping_.contains(file_slot)) {
      result.push_back({.text = R"(","filename":")"});
      add_value(result, file_slot, file_slot);
    }
    result.push_back({.text = R"("}}]})"});
    return result;
  }

  /// Whether media come by link or by id is told by the value itself; a literal tells it now.
  static op media_key(const op& first) {
    const auto key = [](const std::string& value) {
      return value.starts_with("http") ? R"("link":")" : R"("id":")";
    };
    if (first.kind == op_kind::literal)
      return {.text = key(first.text)};
    return {op_kind::media_key, first.variable, first.has_default, key(first.text)};
  }

  ops compile_location(const std::string& prefix) {
    ops result{{.text = R"({"type":"header","parameters":[{"type":"location","location":{)"}};
    bool first = true;
    for (const auto* member : {"latitude", "longitude", "name", "address"}) {
      const auto slot = prefix + "header." + member;
      result.push_back({.text = std::string{first ? "\"" : ",\""} + member + R"(":")"});
      add_value(result, slot, slot);
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
    const auto slot = prefix + "button." + std::to_string(index);
    const bool mapped = mapping_.contains(slot);
    if (type == "URL" && string_of(button, "url").find("{{") != std::string::npos)
      return button_ops(index, "url", R"("type":"text","text":")", "\"", slot, slot);
    if (type == "QUICK_REPLY" && mapped) // without a payload Meta sends back the button's text
      return button_ops(index, "quick_reply", R"("type":"payload","payload":")", "\"", slot, slot);
    if (type == "COPY_CODE")
      return button_ops(index, "copy_code", R"("type":"coupon_code","coupon_code":")", "\"", slot,
                        slot);
    if (type == "OTP") { // the code of an authentication template goes twice: body and button
      const auto value_slot = mapped || !mapping_.contains("body.1") ? slot : std::string{"body.1"};
      return button_ops(index, "url", R"("type":"text","text":")", "\"", value_slot,
                        mapped ? slot : "1");
    }
    if (type == "FLOW") {
      constexpr auto before = R"("type":"action","action":{"flow_token":")";
      if (mapped)
        return button_ops(index, "flow", before, "\"}", slot, slot);
      return {{.text = button_head(index, "flow") + before + R"(unused"}}]})"}};
    }
    if (type == "MPM")
      throw mismatch{
          "The template \"" + campaign_.template_name +
          "\" shows several products, which campaigns can't send yet. Use another template."};
    return {};
  }

  static std::string button_head(std::size_t index, const std::string& sub_type) {
    return R"({"type":"button","sub_type":")" + sub_type + R"(","index":")" +
           std::to_string(index) + R"(","parameters":[{)";
  }

  ops button_ops(std::size_t index, const std::string& sub_type, const std::string& before,
                 const std::string& after, const std::string& slot, const std::string& variable) {
    ops result{{.text = button_head(index, sub_type) + before}};
    add_value(result, slot, variable);
    result.push_back({.text = after + "}]}"});
    return result;
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

  /// The value of a slot: its mapping, or the recipient's variable of the given name.
  void add_value(ops& to, const std::string& slot, const std::string& variable) {
    used_.insert(slot);
    slots_.push_back(slot);
    const auto mapped = mapping_.find(slot);
    const auto text = mapped != mapping_.end() ? mapped->second : "{{" + variable + "}}";
    const auto begin = to.size();
    std::size_t at = 0;
    while (at < text.size()) {
      const auto open = std::min(text.find("{{", at), text.size());
      add_literal(to, text, at, open);
      if (open == text.size())
        break;
      const auto close = text.find("}}", open);
      if (close == std::string::npos)
        throw mismatch{"templateVariables: the slot \"" + slot + "\" has \"{{\" without \"}}\"."};
      to.push_back(variable_op(std::string_view{text}.substr(open + 2, close - open - 2), slot));
      at = close + 2;
    }
    if (to.size() == begin)
      throw mismatch{"templateVariables: the slot \"" + slot +
                     "\" is empty, and Meta refuses empty values."};
  }

  /// What stands between the variables of a slot, with its white space tidied like theirs.
  static void add_literal(ops& to, std::string_view text, std::size_t from, std::size_t until) {
    using core::text_ends;
    const bool first = from == 0;
    const bool last = until == text.size();
    const auto ends = first && last ? text_ends::both
                      : first       ? text_ends::first
                      : last        ? text_ends::last
                                    : text_ends::neither;
    std::string storage;
    const auto tidy = core::tidy_white_space(text.substr(from, until - from), storage, ends);
    if (!tidy.empty())
      to.push_back(escaped_literal(tidy));
  }

  static op escaped_literal(std::string_view text) {
    op result;
    append_escaped(result.text, text);
    return result;
  }

  op variable_op(std::string_view inside, const std::string& slot) {
    const auto bar = inside.find('|');
    const std::string name{core::trimmed(inside.substr(0, bar))};
    if (name.empty())
      throw mismatch{"templateVariables: the slot \"" + slot + "\" has \"{{}}\" without a column."};
    op result{.kind = op_kind::variable, .text = {}};
    std::string storage;
    if (bar != std::string_view::npos)
      append_escaped(result.text, core::tidy_white_space(inside.substr(bar + 1), storage));
    result.has_default =
        !result.text.empty(); // an empty default is as good as none: Meta refuses it
    auto& all = program_.variables;
    const auto at = std::find(all.begin(), all.end(), name);
    result.variable = static_cast<std::uint16_t>(at - all.begin());
    if (at == all.end())
      all.push_back(name);
    auto& required = program_.required;
    if (!result.has_default && std::find(required.begin(), required.end(), name) == required.end())
      required.push_back(name);
    return result;
  }

  std::string known_slots() const {
    if (slots_.empty())
      return "The template has no variables.";
    std::string text = "Its slots are ";
    for (std::size_t i = 0; i < slots_.size(); ++i)
      text += (i == 0 ? "" : ", ") + slots_[i];
    return text + ".";
  }

  void literal(std::string_view text) { append({{.text = std::string{text}}}); }
  void literal_escaped(std::string_view text) { append({escaped_literal(text)}); }

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

  const core::campaign& campaign_;
  std::map<std::string, std::string> mapping_;
  std::set<std::string> used_;
  std::vector<std::string> slots_;
  message_program program_;
};

} // namespace

core::result<message_program> compile_program(const core::campaign& campaign) {
  try {
    return compiler{campaign}.run();
  } catch (const mismatch& problem) {
    return core::error{core::errc::invalid, problem.what};
  } catch (const std::exception& problem) { // nlohmann on invalid UTF-8, out of memory
    return core::error{core::errc::invalid, "The template \"" + campaign.template_name +
                                                "\" can't be read: " + problem.what()};
  }
}

} // namespace stentor::meta
