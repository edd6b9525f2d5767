#include "core/message_template/component_check.hpp"

#include "core/message_template/button_check.hpp"
#include "core/message_template/text_check.hpp"
#include "stentor/core/base/ascii.hpp"

#include <algorithm>
#include <map>

namespace stentor::core {

namespace {

using kind = json_value::kind;
using namespace template_limits;

class component_check {
public:
  component_check(const template_terms& terms, std::vector<template_problem>& to)
      : terms_{terms}, to_{to} {}

  void check(const json_value& components, const std::string& path, bool of_card) {
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < components.items.size(); ++i) {
      const auto at = path + "[" + std::to_string(i) + "]";
      const auto& one = components.items[i];
      const auto type = upper_text(one, "type");
      if (type.empty())
        wrong(at + ".type",
              "expected HEADER, BODY, FOOTER, BUTTONS, CAROUSEL or LIMITED_TIME_OFFER");
      else if (!places.emplace(type, i).second)
        wrong(at, "there is a component of type " + type + " already");
      else
        check_one(one, type, at, of_card);
    }
    if (!of_card && !places.contains("BODY"))
      wrong(path, "there is no component of type BODY");
    if (places.contains("LIMITED_TIME_OFFER"))
      check_offer(components, places, path);
  }

private:
  void wrong(std::string path, std::string sentence) {
    to_.push_back({std::move(path), std::move(sentence)});
  }

  void check_one(const json_value& one, const std::string& type, const std::string& at,
                 bool of_card) {
    if (type == "HEADER")
      check_header(one, at, of_card);
    else if (type == "BODY")
      check_body(one, at);
    else if (type == "BUTTONS")
      check_buttons(one, at, to_);
    else if (type == "FOOTER" && !of_card)
      check_footer(one, at);
    else if (type == "CAROUSEL" && !of_card)
      check_carousel(one, at);
    else if (type == "LIMITED_TIME_OFFER" && !of_card)
      return;
    else
      wrong(at + ".type", of_card ? "a card has HEADER, BODY and BUTTONS only"
                                  : "there is no component of type " + type);
  }

  void check_header(const json_value& one, const std::string& at, bool of_card) {
    const auto format = upper_text(one, "format");
    if (format == "TEXT" && !of_card) {
      const auto text = check_text(one, "text", at, header_max, to_);
      check_variables(text, one, "header_text", at, {terms_.named, 1}, to_);
    } else if (format == "IMAGE" || format == "VIDEO" || (format == "DOCUMENT" && !of_card)) {
      if (listed_example(one, "header_handle").empty())
        wrong(at + ".example.header_handle",
              "expected a list with the handle of a sample, as Meta's resumable upload gives it");
    } else if (format != "LOCATION" || of_card) {
      wrong(at + ".format", of_card ? "expected IMAGE or VIDEO"
                                    : "expected TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION");
    }
  }

  void check_body(const json_value& one, const std::string& at) {
    if (terms_.category == "AUTHENTICATION")
      return; // its words are Meta's
    const auto text = check_text(one, "text", at, body_max, to_);
    check_variables(text, one, "body_text", at, {terms_.named, unlimited, true}, to_);
  }

  void check_footer(const json_value& one, const std::string& at) {
    if (terms_.category == "AUTHENTICATION")
      return;
    const auto text = check_text(one, "text", at, footer_max, to_);
    if (text.find("{{") != std::string::npos)
      wrong(at + ".text", "a footer can't have variables");
  }

  void check_carousel(const json_value& one, const std::string& at) {
    marketing_only(at, "a carousel");
    const auto* cards = one.find("cards");
    if (cards == nullptr || cards->is != kind::list || cards->items.size() < cards_min ||
        cards->items.size() > cards_max)
      return wrong(at + ".cards", "expected 2 to 10 cards");
    std::string layout;
    for (std::size_t i = 0; i < cards->items.size(); ++i) {
      const auto card_at = at + ".cards[" + std::to_string(i) + "]";
      const auto* components = cards->items[i].find("components");
      if (components == nullptr || components->is != kind::list) {
        wrong(card_at + ".components", "expected a list of components");
        continue;
      }
      check(*components, card_at + ".components", true);
      const auto its = layout_of(*components);
      if (i > 0 && its != layout)
        wrong(card_at, "all cards need the same components and buttons");
      layout = its;
    }
  }

  /// What must be the same in all cards: kinds, in their order.
  static std::string layout_of(const json_value& components) {
    std::string layout;
    for (const auto& one : components.items) {
      layout += upper_text(one, "type") + "/" + upper_text(one, "format") + "(";
      if (const auto* buttons = one.find("buttons"))
        for (const auto& button : buttons->items)
          layout += upper_text(button, "type") + ",";
      layout += ")";
    }
    return layout;
  }

  void check_offer(const json_value& components, const std::map<std::string, std::size_t>& places,
                   const std::string& path) {
    const auto at = [&](const char* type) {
      return path + "[" + std::to_string(places.at(type)) + "]";
    };
    marketing_only(at("LIMITED_TIME_OFFER"), "a limited-time offer");
    const auto& offer = components.items[places.at("LIMITED_TIME_OFFER")];
    if (const auto* inner = offer.find("limited_time_offer"))
      check_text(*inner, "text", at("LIMITED_TIME_OFFER") + ".limited_time_offer", offer_text_max,
                 to_);
    else
      wrong(at("LIMITED_TIME_OFFER") + ".limited_time_offer", "is required");
    if (places.contains("FOOTER"))
      wrong(at("FOOTER"), "a limited-time offer can't have a footer");
    if (places.contains("BODY"))
      check_text(components.items[places.at("BODY")], "text", at("BODY"), offer_body_max, to_);
  }

  void marketing_only(const std::string& at, const std::string& what) {
    if (!terms_.category.empty() && terms_.category != "MARKETING")
      wrong(at, what + " is for category MARKETING only");
  }

  const template_terms& terms_;
  std::vector<template_problem>& to_;
};

} // namespace

void check_components(const json_value& components, const std::string& path,
                      const template_terms& terms, std::vector<template_problem>& to) {
  component_check{terms, to}.check(components, path, false);
}

} // namespace stentor::core
