/// The program `stentor`: injects the real world into the command line.

#include "app/cli/command_line.hpp"
#include "app/daemon/daemon.hpp"
#include "app/daemon/database.hpp"
#include "app/daemon/signals.hpp"
#include "app/daemon/start_check.hpp"
#include "app/demo/demo.hpp"
#include "app/version.hpp"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char** argv) {
  using namespace stentor::app;
  world outside;
  outside.version = version;
  outside.hold_signals = hold_signals;
  outside.check_start = check_start;
  outside.serve = serve;
  outside.demo = run_demo;
  outside.connect = connect;
  outside.database = make_database_commands();
  outside.pause = [](int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds});
  };
  const bool draws = ::isatty(STDERR_FILENO) == 1 && can_draw(std::getenv("TERM"));
  const console to{std::cout,
                   std::cerr,
                   draws,
                   ::isatty(STDOUT_FILENO) == 1,
                   [] {
                     winsize size{};
                     const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
                     return known && size.ws_col > 0 ? int{size.ws_col} : 80;
                   },
                   &std::cin};
  return run({argv + 1, argv + argc}, outside, to);
}
