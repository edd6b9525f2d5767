#include "core/message_template/button_check.hpp"

#include "core/message_template/text_check.hpp"

#include <map>

namespace stentor::core {

namespace {

using kind = json_value::kind;
using namespace template_limits;

class button_check {
public:
  explicit button_check(std::vector<template_problem>& to) : to_{to} {}

  void check(const json_value& buttons, const std::string& path) {
    if (buttons.items.size() > buttons_max)
      wrong(path, "holds more than 10 buttons");
    for (std::size_t i = 0; i < buttons.items.size(); ++i) {
      const auto at = path + "[" + std::to_string(i) + "]";
      const auto type = upper_text(buttons.items[i], "type");
      if (type.empty()) {
        wrong(at + ".type", "expected QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, OTP, FLOW, "
                            "CATALOG, MPM or SPM");
        continue;
      }
      ++counts_[type];
      check_order(type, at);
      check_one(buttons.items[i], type, at);
    }
    limit(path, "URL", url_buttons_max);
    limit(path, "PHONE_NUMBER", 1);
    limit(path, "COPY_CODE", 1);
  }

private:
  void wrong(std::string path, std::string sentence) {
    to_.push_back({std::move(path), std::move(sentence)});
  }

  void limit(const std::string& path, const std::string& type, std::size_t most) {
    if (const auto found = counts_.find(type); found != counts_.end() && found->second > most)
      wrong(path, "holds more than " + std::to_string(most) + (most == 1 ? " button" : " buttons") +
                      " of type " + type);
  }

  /// Quick replies stand together.
  void check_order(const std::string& type, const std::string& at) {
    const bool quick = type == "QUICK_REPLY";
    if (quick && counts_[type] > 1 && last_ != type)
      wrong(at, "quick replies must stand together, before or behind the other buttons");
    last_ = type;
  }

  void check_one(const json_value& button, const std::string& type, const std::string& at) {
    if (type == "COPY_CODE") {
      if (button.find("example") == nullptr)
        return wrong(at + ".example", "expected an example of the code");
      if (button.find("example")->is == kind::text)
        check_text(button, "example", at, code_max, to_);
      return;
    }
    if (type == "OTP")
      return; // its words are Meta's
    check_text(button, "text", at, button_text_max, to_);
    if (type == "URL")
      check_address(button, at);
    if (type == "PHONE_NUMBER")
      check_text(button, "phone_number", at, phone_max, to_);
  }

  void check_address(const json_value& button, const std::string& at) {
    const auto url = check_text(button, "url", at, url_max, to_);
    if (url.empty())
      return;
    if (!url.starts_with("https://") && !url.starts_with("http://"))
      wrong(at + ".url", "expected an address that begins with https://");
    const auto open = url.find("{{");
    if (open == std::string::npos)
      return;
    if (url.find("{{", open + 2) != std::string::npos || !url.ends_with("}}"))
      wrong(at + ".url", "may have one variable, at its end");
    const auto* example = button.find("example");
    const bool given = example != nullptr && (!example->items.empty() || !example->text.empty());
    if (!given)
      wrong(at + ".example", "needs an example for the variable");
  }

  std::vector<template_problem>& to_;
  std::map<std::string, std::size_t> counts_;
  std::string last_;
};

} // namespace

void check_buttons(const json_value& component, const std::string& at,
                   std::vector<template_problem>& to) {
  const auto* buttons = component.find("buttons");
  if (buttons == nullptr || buttons->is != kind::list || buttons->items.empty())
    return to.push_back({at + ".buttons", "expected a list with one button at least"});
  button_check{to}.check(*buttons, at + ".buttons");
}

} // namespace stentor::core
