#include "lerl/base/stop.h"

#include <csignal>

namespace lerl {
namespace {

volatile std::sig_atomic_t g_stop = 0;

extern "C" void OnStopSignal(int signal) {
  if (g_stop != 0) std::signal(signal, SIG_DFL), std::raise(signal);
  g_stop = 1;
}

}  // namespace

void InstallStopHandler() {
  std::signal(SIGINT, OnStopSignal);
  std::signal(SIGTERM, OnStopSignal);
}

bool StopRequested() { return g_stop != 0; }

}  // namespace lerl
