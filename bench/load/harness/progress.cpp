#include "bench/load/harness/progress.hpp"

#include "app/cli/console.hpp"

#include <unistd.h>

#include <iostream>

namespace stentor::load {
namespace {

app::progress_line& live_line() {
  static const app::console to{
      std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1, ::isatty(STDOUT_FILENO) == 1, {}};
  static app::progress_line line{to};
  return line;
}

} // namespace

void show_progress(const std::string& text) {
  live_line().show("   " + text, std::chrono::steady_clock::now());
}

void say(const std::string& text) {
  live_line().clear();
  std::cerr << text << std::endl;
}

} // namespace stentor::load
