/// The CSV reader: what it finds doesn't depend on the size of the pieces, and is text in UTF-8.

#include "tests/fuzz/targets.hpp"

#include "stentor/core/base/csv.hpp"
#include "stentor/core/base/utf8.hpp"

#include <algorithm>
#include <string>

namespace stentor::fuzz {

namespace {

struct everything final : core::csv_sink {
  std::string found;

  void add(char kind, std::int64_t line, std::span<const std::string_view> fields) {
    found += kind + std::to_string(line);
    for (const auto field : fields) {
      require(core::is_utf8_text(field), "a field is text in UTF-8");
      found.append("|").append(field);
    }
    found += '\n';
  }
  core::status header(std::span<const std::string_view> names) override {
    add('h', 0, names);
    return core::ok{};
  }
  void record(std::int64_t line, std::span<const std::string_view> fields) override {
    add('r', line, fields);
  }
  void bad_line(std::int64_t line, const core::sentence& why) override {
    const std::string_view text{why.text};
    add('b', line, {&text, 1});
  }
};

std::string read_in_pieces(std::string_view bytes, std::size_t piece) {
  everything seen;
  // Small limits, so that the fuzzer gets beyond them.
  core::csv_reader reader{seen, {.record_bytes = 512, .fields = 20, .look_at = 32}};
  core::status s = core::ok{};
  for (std::size_t at = 0; at < bytes.size() && s.ok(); at += piece)
    s = reader.feed(bytes.substr(at, piece));
  if (s.ok())
    s = reader.finish();
  return seen.found + (s.ok() ? "" : s.error().message);
}

} // namespace

void csv(std::string_view bytes) {
  const auto whole = read_in_pieces(bytes, std::max<std::size_t>(bytes.size(), 1));
  for (const std::size_t piece : {1U, 7U})
    require(read_in_pieces(bytes, piece) == whole, "the size of the pieces never matters");
}

} // namespace stentor::fuzz
