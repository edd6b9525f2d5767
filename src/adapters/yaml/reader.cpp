#include "adapters/yaml/reader.hpp"

#include "adapters/yaml/values.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

namespace stentor::yaml {
namespace {

constexpr std::string_view log_levels[] = {"trace", "debug", "info", "warning", "error"};
constexpr std::string_view log_formats[] = {"text", "json"};
constexpr std::size_t secret_size_max = 64 * 1024;

bool all_digits(const std::string& text) {
  return !text.empty() && text.size() <= 32 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A word of the file for a message: short, and never a long one, which could be a secret in the
/// wrong place.
std::string shown(const std::string& word) {
  return word.size() <= 40 ? "'" + word + "'"
                           : "a text of " + std::to_string(word.size()) + " characters";
}

std::string found_text(const YAML::Node& node) {
  if (node.IsScalar())
    return shown(node.Scalar());
  return node.IsSequence() ? "a list" : "a group";
}

/// "numbers[3].token" as "numbers[].token".
std::string general(const std::string& path) {
  const auto open = path.find('[');
  const auto close = path.find(']');
  return open == std::string::npos || close == std::string::npos
             ? path
             : path.substr(0, open + 1) + path.substr(close);
}

std::string last_word(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

} // namespace

void reader::wrong(const leaf& at, const std::string& path, const std::string& expected) {
  problems_.add(at.node.Mark(), path, "expected " + expected + ", found " + found_text(at.node));
}

bool reader::scalar(const std::string& path, const std::string& expected, leaf& taken) {
  const auto at = found_.find(path);
  if (at == found_.end())
    return false;
  taken = at->second;
  found_.erase(at);
  if (taken.node.IsNull())
    return false; // "key:" with nothing behind it means the default
  if (taken.node.IsScalar())
    return true;
  wrong(taken, path, expected);
  return false;
}

template <class Test>
void reader::text(const std::string& path, std::string& member, const std::string& expected,
                  const Test& good) {
  leaf at;
  if (!scalar(path, expected, at))
    return;
  if (good(at.node.Scalar()))
    member = at.node.Scalar();
  else
    wrong(at, path, expected);
}

void reader::read(const std::string& path, std::string& member, any_text) {
  text(path, member, "a text of 1 to 200 characters",
       [](const std::string& t) { return !t.empty() && t.size() <= 200; });
}

void reader::read(const std::string& path, std::string& member, digits_or_none) {
  text(path, member, "Meta's id, which is digits only", all_digits);
}

void reader::read(const std::string& path, std::string& member, digits) {
  const bool present = found_.contains(path);
  read(path, member, digits_or_none{});
  if (!present)
    problems_.add(path, "is missing: Meta's id, as the WhatsApp Manager shows it");
}

void reader::read(const std::string& path, std::string& member, address) {
  text(path, member, "address:port, such as 127.0.0.1:8080 or [::1]:8080",
       [](const std::string& t) { return is_listen_address(t); });
}

void reader::read(const std::string& path, std::string& member, web_address) {
  text(path, member, "https://host without a path (http:// only for tests)",
       [](const std::string& t) { return is_web_address(t); });
}

void reader::read(const std::string& path, std::string& member, version_text) {
  text(path, member, "a version of the Graph API such as v25.0", [](const std::string& t) {
    const auto dot = t.find('.');
    return t.size() >= 4 && t[0] == 'v' && dot != std::string::npos &&
           all_digits(t.substr(1, dot - 1)) && all_digits(t.substr(dot + 1));
  });
}

void reader::read(const std::string& path, std::string& member, region_text) {
  text(path, member, "a country of two capital letters such as DE", [](const std::string& t) {
    return t.size() == 2 &&
           std::all_of(t.begin(), t.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  });
}

void reader::read(const std::string& path, std::string& member, path_text) {
  const auto before = member;
  text(path, member, "a path", [](const std::string& t) { return !t.empty(); });
  if (member != before)
    member = resolved(member);
}

void reader::read(const std::string& path, std::string& member, connection_text) {
  leaf at;
  if (!scalar(path, "a libpq connection string", at))
    return;
  if (holds_password(at.node.Scalar())) // and never echo it
    problems_.add(at.node.Mark(), path,
                  "holds a password: write the whole string into a file that only the daemon may "
                  "read, and name it "
                  "with database.url_file (or database.url_env, or use ~/.pgpass)");
  else
    member = at.node.Scalar();
}

void reader::read(const std::string& path, double& member, real_range rule) {
  std::ostringstream expected;
  expected << "a number of " << rule.least << " to " << rule.most;
  leaf at;
  if (!scalar(path, expected.str(), at))
    return;
  const auto value = real_from(at.node.Scalar());
  if (value && *value >= rule.least && *value <= rule.most)
    member = *value;
  else
    wrong(at, path, expected.str());
}

bool reader::integer(const std::string& path, std::uint64_t& value, integer_range rule) {
  const auto expected =
      "a whole number of " + std::to_string(rule.least) + " to " + std::to_string(rule.most);
  leaf at;
  if (!scalar(path, expected, at))
    return false;
  const auto parsed = integer_from(at.node.Scalar());
  if (parsed && *parsed >= rule.least && *parsed <= rule.most) {
    value = *parsed;
    return true;
  }
  wrong(at, path, expected);
  return false;
}

bool reader::size(const std::string& path, std::uint64_t& value, size_range rule) {
  const auto expected =
      "a size of " + size_text(rule.least) + " to " + size_text(rule.most) + ", such as 16KiB";
  leaf at;
  if (!scalar(path, expected, at))
    return false;
  const auto parsed = size_from(at.node.Scalar());
  if (parsed && *parsed >= rule.least && *parsed <= rule.most) {
    value = *parsed;
    return true;
  }
  wrong(at, path, expected);
  return false;
}

void reader::read(const std::string& path, std::chrono::milliseconds& member, duration_range rule) {
  const auto expected = "a duration of " + duration_text(rule.least) + " to " +
                        duration_text(rule.most) + " with its unit (250ms, 10s, 5m, 24h, 7d)";
  leaf at;
  if (!scalar(path, expected, at))
    return;
  const auto parsed = duration_from(at.node.Scalar());
  if (parsed && *parsed >= rule.least && *parsed <= rule.most)
    member = *parsed;
  else
    wrong(at, path, expected);
}

template <class Enumeration, std::size_t N>
void reader::choice(const std::string& path, Enumeration& member,
                    const std::string_view (&names)[N]) {
  std::string expected = "one of";
  for (const auto name : names)
    expected += (name == names[0] ? " " : ", ") + std::string{name};
  leaf at;
  if (!scalar(path, expected, at))
    return;
  const auto chosen = std::find(std::begin(names), std::end(names), at.node.Scalar());
  if (chosen == std::end(names))
    wrong(at, path, expected);
  else
    member = static_cast<Enumeration>(chosen - std::begin(names));
}

void reader::read(const std::string& path, ports::log_level& member, log_level_name) {
  choice(path, member, log_levels);
}

void reader::read(const std::string& path, ports::log_format& member, log_format_name) {
  choice(path, member, log_formats);
}

std::vector<std::string> reader::words(const std::string& path, YAML::Mark& mark) {
  std::vector<std::string> words;
  const auto found = found_.find(path);
  if (found == found_.end())
    return words;
  const auto at = found->second;
  found_.erase(found);
  mark = at.node.Mark();
  if (at.node.IsScalar())
    words.push_back(at.node.Scalar());
  else if (at.node.IsSequence()) {
    for (const auto& entry : at.node) {
      if (entry.IsScalar() && !entry.Scalar().empty())
        words.push_back(entry.Scalar());
      else
        problems_.add(entry.Mark(), path, "expected a text, found " + found_text(entry));
    }
  }
  return words;
}

void reader::read(const std::string& path, std::vector<std::string>& member, text_list) {
  YAML::Mark mark;
  if (auto words = this->words(path, mark); !words.empty())
    member = std::move(words);
}

void reader::refuse_inline(const std::string& path) {
  const auto inline_value = found_.find(path);
  if (inline_value == found_.end())
    return;
  const auto key = last_word(path);
  problems_.add(
      inline_value->second.key, path,
      "a secret is never written into this file: put it into a file of its own and say '" + key +
          "_file: /path/to/it', or name an environment variable with '" + key + "_env: NAME'");
  found_.erase(inline_value);
}

void reader::read(const std::string& path, ports::secret& member, secret_name) {
  const bool may_be_inline = path == "database.url"; // a connection string without a password
  if (!may_be_inline)
    refuse_inline(path);
  leaf file, env;
  const bool has_file = scalar(path + "_file", "the path of a file", file);
  const bool has_env = scalar(path + "_env", "the name of an environment variable", env);
  if (has_file && has_env)
    problems_.add(env.key, path,
                  "is named by both " + last_word(path) + "_file and " + last_word(path) +
                      "_env: keep one of them");
  else if (has_file)
    member = {resolved(file.node.Scalar()), "", ""};
  else if (has_env)
    member = {"", env.node.Scalar(), ""};
  else
    return;
  fetch(member, has_file ? file.node.Mark() : env.node.Mark(), path);
}

void reader::read(const std::string& path, std::vector<ports::secret>& member, secret_names) {
  refuse_inline(path);
  std::vector<ports::secret> all;
  YAML::Mark mark;
  for (const auto& file : words(path + "_file", mark)) {
    all.push_back({resolved(file), "", ""});
    fetch(all.back(), mark, path);
  }
  for (const auto& env : words(path + "_env", mark)) {
    all.push_back({"", env, ""});
    fetch(all.back(), mark, path);
  }
  if (!all.empty())
    member = std::move(all);
}

std::string reader::resolved(const std::string& path) const {
  const std::filesystem::path given{path};
  return given.is_absolute() ? path
                             : (std::filesystem::path{folder_} / given).lexically_normal().string();
}

void reader::fetch(ports::secret& s, const YAML::Mark& mark, const std::string& path) {
  if (!read_secrets_)
    return;
  if (!s.env.empty()) {
    if (const char* value = std::getenv(s.env.c_str()); value != nullptr && *value != '\0')
      s.value = value;
    else
      problems_.add(mark, path + "_env",
                    "the environment variable " + shown(s.env) +
                        " is not set: export it for the daemon");
    return;
  }
  errno = 0;
  std::ifstream file{s.file, std::ios::binary};
  std::error_code unknown;
  if (!file && errno == EACCES)
    return problems_.add(mark, path + "_file",
                         "can't read " + s.file +
                             ": it may not be read by the user who runs this; give it to the "
                             "daemon's user, mode 0400");
  if (!file || !std::filesystem::is_regular_file(s.file, unknown))
    return problems_.add(mark, path + "_file",
                         "can't read " + s.file + ": create it, readable for the daemon");
  std::string text(secret_size_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  const bool one_line = text.find_first_of(std::string_view{"\n\r\0", 3}) == std::string::npos;
  if (text.empty() || text.size() > secret_size_max || !one_line)
    problems_.add(mark, path + "_file",
                  s.file + " must hold the secret in one line and nothing else");
  else
    s.value = std::move(text);
}

void reader::numbers(std::vector<ports::number_settings>& numbers) {
  if (const auto at = found_.find("numbers"); at != found_.end()) {
    if (!at->second.node.IsNull() && at->second.node.size() > 0)
      wrong(at->second, "numbers", "a list of numbers, each a group of settings");
    else if (at->second.node.IsScalar())
      wrong(at->second, "numbers", "a list of numbers");
    found_.erase(at);
  }
  std::set<std::string> ids;
  for (std::size_t i = 0;; ++i) {
    const auto at = "numbers[" + std::to_string(i) + "]";
    const auto first = found_.lower_bound(at);
    if (first == found_.end() || !first->first.starts_with(at))
      break;
    const auto mark = first->second.key;
    if (first->first == at) { // an entry that is no group
      wrong(first->second, at, "a group with phone_number_id, waba_id and token_file");
      found_.erase(first);
      continue;
    }
    ports::number_settings number;
    visit_number(*this, at, number);
    if (!number.token.given())
      problems_.add(mark, at, "has no token: name it with token_file or token_env");
    if (!number.phone_number_id.empty() && !ids.insert(number.phone_number_id).second)
      problems_.add(mark, at,
                    "phone_number_id " + number.phone_number_id + " stands in the list twice");
    numbers.push_back(std::move(number));
  }
}

void reader::report_unknown(const std::vector<std::string>& known) {
  for (const auto& [path, at] : found_) {
    const auto key = general(path);
    const auto is_group = [&](const std::string& k) { return k.starts_with(key + "."); };
    if (std::any_of(known.begin(), known.end(), is_group)) {
      const bool empty = at.node.IsNull() || (!at.node.IsScalar() && at.node.size() == 0);
      if (!empty)
        wrong(at, path, "a group of settings");
      continue;
    }
    const auto parent = std::find_if(
        known.begin(), known.end(), [&](const std::string& k) { return key.starts_with(k + "."); });
    if (parent != known.end()) {
      problems_.add(at.key, *parent, "takes one value, not a group");
      continue;
    }
    const auto guess = problems_.full() ? std::string{} : nearest(key, known);
    problems_.add(at.key, path,
                  "is no setting" + (guess.empty() ? ": 'stentor config example' lists all of them"
                                                   : "; did you mean " + guess + "?"));
  }
}

} // namespace stentor::yaml
