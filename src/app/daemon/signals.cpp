#include "app/daemon/signals.hpp"

#include <initializer_list>

namespace stentor::app {

sigset_t orders() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const auto signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, signal);
  return signals;
}

void hold_signals() {
  auto signals = orders();
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

} // namespace stentor::app
