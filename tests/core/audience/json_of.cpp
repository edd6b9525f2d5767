#include "tests/core/audience/json_of.hpp"

namespace stentor::core::testing {

namespace {

using kind = json_value::kind;

class trusting_reader {
public:
  explicit trusting_reader(std::string_view text) : left_{text} {}

  json_value value() {
    skip();
    switch (left_.front()) {
    case '"':
      return {kind::text, text(), {}, {}};
    case '[':
      return list();
    case '{':
      return object();
    default:
      return word();
    }
  }

private:
  void skip() {
    while (!left_.empty() && (left_.front() == ' ' || left_.front() == '\n' ||
                              left_.front() == ',' || left_.front() == ':'))
      left_.remove_prefix(1);
  }
  std::string text() {
    const auto end = left_.find('"', 1);
    std::string made{left_.substr(1, end - 1)};
    left_.remove_prefix(end + 1);
    return made;
  }
  json_value list() {
    json_value made{kind::list, "", {}, {}};
    left_.remove_prefix(1);
    for (skip(); left_.front() != ']'; skip())
      made.items.push_back(value());
    left_.remove_prefix(1);
    return made;
  }
  json_value object() {
    json_value made{kind::object, "", {}, {}};
    left_.remove_prefix(1);
    for (skip(); left_.front() != '}'; skip()) {
      auto name = text();
      made.members.push_back({std::move(name), value()});
    }
    left_.remove_prefix(1);
    return made;
  }
  json_value word() {
    const auto end = std::min(left_.find_first_of(",]} \n"), left_.size());
    const std::string made{left_.substr(0, end)};
    left_.remove_prefix(end);
    if (made == "null")
      return {};
    return {made == "true" || made == "false" ? kind::boolean : kind::number, made, {}, {}};
  }

  std::string_view left_;
};

} // namespace

json_value json_of(std::string_view text) {
  return trusting_reader{text}.value();
}

} // namespace stentor::core::testing
