/// See json_text.hpp.
#include "adapters/meta/json_text.hpp"

#include "stentor/core/base/hex.hpp"

#include <nlohmann/json.hpp>

namespace stentor::meta {

namespace {

/// The code unit of an escape \uXXXX at `at`, or -1.
int unit_at(std::string_view json, std::size_t at) {
  if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u')
    return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = core::hex_value(json[i]);
    if (digit < 0)
      return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

/// Collects the message of the first parse error.
class problem_finder : public nlohmann::json_sax<nlohmann::json> {
public:
  std::string problem;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return true; }
  bool key(string_t&) override { return true; }
  bool end_object() override { return true; }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    problem = "not JSON at byte " + std::to_string(position);
    return false;
  }
};

} // namespace

void clean_escapes(std::string& json) {
  constexpr std::string_view replacement = "\\ufffd";
  for (auto at = json.find('\\'); at != std::string::npos; at = json.find('\\', at)) {
    const int unit = unit_at(json, at);
    if (unit < 0) { // another escape, perhaps of a backslash: step over both characters
      at += 2;
      continue;
    }
    const bool high = unit >= 0xD800 && unit <= 0xDBFF;
    const int next = high ? unit_at(json, at + 6) : -1;
    if (high && next >= 0xDC00 && next <= 0xDFFF) {
      at += 12;
      continue;
    }
    if (unit == 0 || (unit >= 0xD800 && unit <= 0xDFFF))
      json.replace(at, replacement.size(), replacement);
    at += replacement.size();
  }
}

std::string json_problem(std::string_view text) {
  problem_finder finder;
  nlohmann::json::sax_parse(text.begin(), text.end(), &finder);
  return finder.problem;
}

} // namespace stentor::meta
