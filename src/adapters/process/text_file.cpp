#include "adapters/process/text_file.hpp"

#include <deque>
#include <fstream>
#include <sstream>
#include <system_error>

namespace stentor::process {

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

void write_private(const std::filesystem::path& file, std::string_view text) {
  using std::filesystem::perms;
  std::ofstream out{file, std::ios::binary};
  std::error_code ignored;
  std::filesystem::permissions(file, perms::owner_read | perms::owner_write, ignored);
  out << text;
}

std::string last_line(std::string_view text) {
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  return std::string{text.substr(text.rfind('\n') + 1)};
}

std::string log_tail(const std::filesystem::path& log, std::size_t lines, std::string_view indent) {
  std::ifstream in{log};
  std::deque<std::string> last;
  for (std::string line; std::getline(in, line);) {
    last.push_back(std::move(line));
    if (last.size() > lines)
      last.pop_front();
  }
  std::string text;
  for (const auto& line : last)
    text.append("\n").append(indent).append(line);
  return text;
}

} // namespace stentor::process
