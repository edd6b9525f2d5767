#include "adapters/process/interrupt.hpp"

#include <csignal>

namespace stentor::process {
namespace {

volatile std::sig_atomic_t interrupt_seen = 0;

void note_interrupt(int) {
  interrupt_seen = 1;
}

} // namespace

bool interrupted() noexcept {
  return interrupt_seen != 0;
}

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = note_interrupt;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    ::sigaction(signal, &action, nullptr);
}

} // namespace stentor::process
