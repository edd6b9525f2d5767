#pragma once
/// Files of tests/data, and those among them that are CSV as rows of texts. For tests.

#include "stentor/core/base/csv.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sample {

/// @param name below tests/data. Throws when the file is not there.
inline std::string text_of(const std::string& name) {
  std::ifstream file{STENTOR_SOURCE_DIR "/tests/data/" + name, std::ios::binary};
  if (!file)
    throw std::runtime_error{"tests/data/" + name + " is missing"};
  return {std::istreambuf_iterator<char>{file}, {}};
}

using row = std::map<std::string, std::string>;

/// The rows of a CSV text by the names of its columns.
inline std::vector<row> rows_of_text(std::string_view text) {
  class collector final : public stentor::core::csv_sink {
  public:
    stentor::core::status header(std::span<const std::string_view> names) override {
      names_.assign(names.begin(), names.end());
      return stentor::core::ok{};
    }
    void record(std::int64_t, std::span<const std::string_view> fields) override {
      rows.emplace_back();
      for (std::size_t i = 0; i < names_.size(); ++i)
        rows.back()[names_[i]] = i < fields.size() ? std::string{fields[i]} : std::string{};
    }
    void bad_line(std::int64_t, const stentor::core::sentence& why) override {
      throw std::runtime_error{why.text};
    }
    std::vector<row> rows;

  private:
    std::vector<std::string> names_;
  } sink;
  stentor::core::csv_reader reader{sink};
  if (auto s = reader.feed(text); !s)
    throw std::runtime_error{s.error().message};
  if (auto s = reader.finish(); !s)
    throw std::runtime_error{s.error().message};
  return std::move(sink.rows);
}

inline std::vector<row> rows_of(const std::string& name) {
  return rows_of_text(text_of(name));
}

} // namespace sample
