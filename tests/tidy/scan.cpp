#include "tests/tidy/scan.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

namespace tidy {

namespace {

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Takes comments, preprocessor lines and the insides of literals out; keeps every line break.
class stripper {
public:
  stripper(const std::vector<std::string>& lines, scanned& to) : to_{to} {
    for (const auto& line : lines)
      text_ += line + "\n";
  }

  void run() {
    while (at_ < text_.size()) {
      const auto c = text_[at_];
      if (c == '\n')
        end_line();
      else if (line_is_blank_ && c == '#')
        skip_preprocessor();
      else if (looking_at("//"))
        skip_to(text_.find('\n', at_));
      else if (looking_at("/*"))
        skip_to(after(text_.find("*/", at_), 2));
      else if (looking_at("R\"") && (at_ == 0 || !in_word(text_[at_ - 1])))
        raw_literal();
      else if (c == '"')
        plain_literal();
      else if (c == '\'' && (at_ == 0 || !in_word(text_[at_ - 1]))) // else a digit separator
        character();
      else
        keep(c);
    }
  }

private:
  [[nodiscard]] bool looking_at(std::string_view what) const {
    return std::string_view{text_}.substr(at_, what.size()) == what;
  }
  [[nodiscard]] std::size_t after(std::size_t found, std::size_t size) const {
    return found == std::string::npos ? text_.size() : found + size;
  }

  void end_line() {
    to_.code += '\n';
    ++at_;
    ++line_;
    line_is_blank_ = true;
  }

  void keep(char c) {
    if (c != ' ') {
      line_is_blank_ = false;
      literal_open_ = false;
    }
    to_.code += c;
    ++at_;
  }

  /// Leaves line breaks where they are, so that lines keep their numbers.
  void skip_to(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end;)
      if (text_[at_] == '\n')
        end_line();
      else
        ++at_;
  }

  void skip_preprocessor() {
    auto end = text_.find('\n', at_);
    while (end != std::string::npos && text_[end - 1] == '\\')
      end = text_.find('\n', end + 1);
    skip_to(end);
  }

  void literal(std::string value, std::size_t end) {
    if (literal_open_)
      to_.literals.back().text += value;
    else
      to_.literals.push_back({std::move(value), line_});
    to_.code += "\"\"";
    skip_to(end);
    line_is_blank_ = false;
    literal_open_ = true;
  }

  void raw_literal() {
    const auto bracket = text_.find('(', at_);
    const auto mark = ")" + text_.substr(at_ + 2, bracket - at_ - 2) + "\"";
    const auto close = text_.find(mark, bracket);
    literal(text_.substr(bracket + 1, close - bracket - 1), after(close, mark.size()));
  }

  [[nodiscard]] std::size_t closing(char quote) const {
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
      end += text_[end] == '\\' ? 2U : 1U;
    return end;
  }

  void plain_literal() {
    const auto end = closing('"');
    literal(text_.substr(at_ + 1, end - at_ - 1), end + 1);
  }

  void character() {
    to_.code += "''";
    at_ = closing('\'') + 1;
    line_is_blank_ = false;
    literal_open_ = false;
  }

  scanned& to_;
  std::string text_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
  bool line_is_blank_ = true;
  bool literal_open_ = false; ///< only blanks and comments since the last literal
};

/// "std::map<a, b<c>> f" is "std::map f": what stands between angle brackets of a template.
std::string without_template_arguments(std::string_view text) {
  std::string plain;
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool opens =
        text[i] == '<' && i > 0 && (depth > 0 || in_word(text[i - 1]) || plain == "template ");
    if (opens)
      ++depth;
    else if (text[i] == '>' && depth > 0 && text[i - 1] != '-')
      --depth;
    else if (depth == 0)
      plain += text[i];
  }
  return plain;
}

/// The statement on one line, without its template's head.
std::string plain_statement(std::string_view statement) {
  std::string flat;
  for (const char c : statement) {
    const auto blank = c == ' ' || c == '\n';
    if (!blank || (!flat.empty() && flat.back() != ' '))
      flat += blank ? ' ' : c;
  }
  auto plain = without_template_arguments(flat);
  if (plain.starts_with("template "))
    plain.erase(0, plain.find_first_not_of(' ', std::string_view{"template"}.size()));
  return plain;
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || !in_word(text[word.size()]));
}

/// "TEST_F(a, b)": a name in capitals, directly before a bracket.
bool is_macro_call(std::string_view plain) {
  const auto bracket = plain.find('(');
  return bracket != std::string_view::npos && bracket > 2 &&
         std::all_of(
             plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(bracket),
             [](char c) { return std::isupper(static_cast<unsigned char>(c)) != 0 || c == '_'; });
}

/// The name before the parameters; nothing when the statement declares no function.
std::optional<std::string> function_name(const std::string& plain) {
  for (const auto* word :
       {"requires", "using", "typedef", "static_assert", "friend", "return", "if", "for"})
    if (begins_with_word(plain, word))
      return std::nullopt;
  const auto bracket = plain.find('(');
  if (bracket == std::string::npos || plain.substr(0, bracket).find(" = ") != std::string::npos)
    return std::nullopt;
  if (const auto symbol = plain.find("operator"); symbol < bracket)
    return "operator";
  if (is_macro_call(plain)) // TEST_F(a, b) is the name of that test
    return plain.substr(0, plain.find(')') + 1);
  auto begin = bracket;
  while (begin > 0 &&
         (in_word(plain[begin - 1]) || plain[begin - 1] == ':' || plain[begin - 1] == '~'))
    --begin;
  if (begin == bracket)
    return std::nullopt;
  return plain.substr(begin, bracket - begin);
}

/// Walks over stripped code and keeps the scopes that are open.
class walker {
public:
  explicit walker(scanned& to) : to_{to} {}

  void run() {
    for (const char c : to_.code) {
      switch (c) {
      case '{':
        open();
        break;
      case '}':
        close();
        break;
      case '(':
      case ')':
        brackets_ += c == '(' ? 1 : -1;
        add(c);
        break;
      case ';':
        end_statement();
        break;
      default:
        add(c);
      }
      line_ += c == '\n' ? 1U : 0U;
    }
  }

private:
  enum class kind { namespace_, class_, function, inner, list };
  struct scope {
    kind what = kind::inner;
    std::size_t line = 0;
    std::string name;
    std::size_t index = 0; ///< of a class in to_.classes
  };

  [[nodiscard]] bool outside() const {
    return open_.empty() || open_.back().what == kind::namespace_ ||
           open_.back().what == kind::class_;
  }

  void add(char c) {
    const auto blank = c == ' ' || c == '\n';
    if (statement_.empty() && blank)
      return;
    if (statement_.empty())
      begin_ = line_;
    if (!blank)
      last_ = c;
    statement_ += c;
    if (c == '\n' && brackets_ == 0 && last_ == ')' && is_macro_call(statement_))
      reset(); // a line of its own, without a semicolon
    // An access specifier is no part of the member that follows.
    for (const auto* word : {"public:", "private:", "protected:"})
      if (c == ':' && statement_ == word)
        reset();
  }

  void reset() {
    statement_.clear();
    brackets_ = 0;
    last_ = 0;
  }

  void open() {
    if (!outside()) {
      open_.push_back({});
      return;
    }
    const auto spaced = statement_.empty() || statement_.back() == ' ' || statement_.back() == '\n';
    if (brackets_ > 0 || !spaced || last_ == '=' || last_ == ',') {
      open_.push_back({kind::list, line_, {}, 0});
      return;
    }
    open_.push_back(scope_of(plain_statement(statement_)));
    reset();
  }

  scope scope_of(const std::string& plain) {
    if (plain.empty() || begins_with_word(plain, "namespace") ||
        (begins_with_word(plain, "extern") && plain.find('(') == std::string::npos))
      return {kind::namespace_, begin_, {}, 0};
    for (const auto* word : {"class", "struct", "union", "enum"})
      if (begins_with_word(plain, word)) {
        const auto name = plain.find(' ') + 1;
        to_.classes.push_back({plain.substr(name, plain.find_first_of(" :", name) - name), begin_});
        return {*word == 'e' ? kind::inner : kind::class_, begin_, {}, to_.classes.size() - 1};
      }
    const auto name = function_name(plain);
    if (!name)
      return {kind::inner, begin_, {}, 0};
    count_virtual(plain, *name);
    return {kind::function, begin_, *name, 0};
  }

  void count_virtual(const std::string& plain, const std::string& name) {
    if (!open_.empty() && open_.back().what == kind::class_ && declared_virtual(plain) &&
        name.find('~') == std::string::npos)
      ++to_.classes[open_.back().index].virtual_methods;
  }

  static bool declared_virtual(const std::string& plain) {
    return plain.starts_with("virtual ") || plain.find("] virtual ") != std::string::npos;
  }

  void close() {
    if (open_.empty())
      return;
    const auto closed = std::move(open_.back());
    open_.pop_back();
    if (closed.what == kind::list) {
      last_ = '}';
      return; // the statement goes on
    }
    if (closed.what == kind::function)
      to_.functions.push_back({closed.name, closed.line, line_ - closed.line + 1});
    if (outside())
      reset();
  }

  void end_statement() {
    if (!outside())
      return;
    if (brackets_ > 0) {
      add(';');
      return;
    }
    const auto plain = plain_statement(statement_);
    if (auto name = function_name(plain)) {
      count_virtual(plain, *name);
      to_.declarations.push_back({std::move(*name), plain, begin_});
    }
    reset();
  }

  scanned& to_;
  std::vector<scope> open_;
  std::string statement_;
  std::size_t begin_ = 0; ///< the statement's first line
  std::size_t line_ = 0;
  int brackets_ = 0;
  char last_ = 0; ///< the statement's last character that is no blank
};

} // namespace

scanned scan(const std::vector<std::string>& lines) {
  scanned all;
  stripper{lines, all}.run();
  walker{all}.run();
  return all;
}

} // namespace tidy
