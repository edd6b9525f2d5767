/// The program `stentor`: injects the real world into the command line.

#include "app/cli/command_line.hpp"
#include "app/daemon/daemon.hpp"
#include "app/daemon/database.hpp"
#include "app/demo/demo.hpp"
#include "app/version.hpp"

#include <chrono>
#include <iostream>
#include <thread>

#include <unistd.h>

int main(int argc, char** argv) {
  using namespace stentor::app;
  world outside;
  outside.version = version;
  outside.serve = serve;
  outside.demo = run_demo;
  outside.connect = connect;
  outside.database = make_database_commands();
  outside.pause = [](int milliseconds) {
    std::this_thread::sleep_for(std::chrono::milliseconds{milliseconds});
  };
  const console to{std::cout, std::cerr, ::isatty(STDERR_FILENO) == 1};
  return run({argv + 1, argv + argc}, outside, to);
}
