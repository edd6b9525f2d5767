#include "bench/load/harness/progress.hpp"

#include <unistd.h>

#include <cstdio>

namespace stentor::load {
namespace {

bool watched() {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  return terminal;
}

} // namespace

void show_progress(const std::string& text) {
  if (watched())
    std::fprintf(stderr, "\r   %s\x1b[K", text.c_str());
}

void say(const std::string& text) {
  std::fprintf(stderr, "%s%s\n", watched() ? "\r\x1b[K" : "", text.c_str());
}

} // namespace stentor::load
