#include "stentor/core/message_template/slot_text.hpp"

#include "stentor/core/base/ascii.hpp"

#include <algorithm>

namespace stentor::core {

namespace {

/// Reads what stands between the braces: a name, filters with their arguments in parentheses, and
/// behind the bar the default.
class variable_reader {
public:
  variable_reader(std::string_view slot, std::string_view inside) : slot_{slot}, rest_{inside} {}

  std::optional<sentence> read(slot_variable& to) {
    to.name = take_until(":|");
    if (to.name.empty())
      return make_sentence("slot_without_column",
                           "templateVariables: the slot \"{slot}\" has \"{{}}\" without a column.",
                           {{"slot", std::string{slot_}}});
    while (!rest_.empty() && rest_.front() == ':') {
      rest_.remove_prefix(1);
      if (auto problem = read_filter(to.filters))
        return problem;
    }
    if (!rest_.empty()) {
      rest_.remove_prefix(1); // the bar
      to.otherwise = std::string{rest_};
    }
    return std::nullopt;
  }

private:
  std::string take_until(std::string_view ends) {
    const auto end = std::min(rest_.find_first_of(ends), rest_.size());
    const std::string taken{trimmed(rest_.substr(0, end))};
    rest_.remove_prefix(end);
    return taken;
  }

  std::optional<sentence> read_filter(std::vector<slot_filter>& to) {
    const auto name = take_until(":|(");
    const auto kind = filter_kind_from(name);
    if (!kind)
      return make_sentence(
          "slot_filter_unknown",
          "templateVariables: the slot \"{slot}\" has the filter \"{filter}\", "
          "and there is none but {known}.",
          {{"slot", std::string{slot_}}, {"filter", name}, {"known", std::string{filter_names}}});
    slot_filter filter{*kind, {}};
    if (!rest_.empty() && rest_.front() == '(') {
      const auto close = rest_.find(')');
      if (close == std::string_view::npos)
        return wrong_argument(name, "has \"(\" without \")\"");
      filter.argument = std::string{rest_.substr(1, close - 1)};
      rest_.remove_prefix(close + 1);
      const auto more = take_until(":|");
      if (!more.empty())
        return wrong_argument(name, "has \"" + more + "\" behind its argument");
    }
    if (const auto problem = problem_of(filter); !problem.empty())
      return wrong_argument(name, problem);
    to.push_back(std::move(filter));
    return std::nullopt;
  }

  [[nodiscard]] sentence wrong_argument(const std::string& filter,
                                        const std::string& problem) const {
    return make_sentence(
        "slot_filter_wrong",
        "templateVariables: the slot \"{slot}\" has the filter \"{filter}\", which {problem}.",
        {{"slot", std::string{slot_}}, {"filter", filter}, {"problem", problem}});
  }

  std::string_view slot_;
  std::string_view rest_;
};

} // namespace

slot_text read_slot_text(std::string_view slot, std::string_view text) {
  slot_text read;
  std::size_t at = 0;
  while (at < text.size() && !read.problem) {
    const auto open = std::min(text.find("{{", at), text.size());
    if (open != at)
      read.pieces.push_back({std::string{text.substr(at, open - at)}, std::nullopt});
    if (open == text.size())
      break;
    const auto close = text.find("}}", open);
    if (close == std::string_view::npos) {
      read.problem = make_sentence(
          "slot_not_closed", "templateVariables: the slot \"{slot}\" has \"{{\" without \"}}\".",
          {{"slot", std::string{slot}}});
      break;
    }
    slot_variable variable;
    read.problem = variable_reader{slot, text.substr(open + 2, close - open - 2)}.read(variable);
    read.pieces.push_back({{}, std::move(variable)});
    at = close + 2;
  }
  return read;
}

} // namespace stentor::core
