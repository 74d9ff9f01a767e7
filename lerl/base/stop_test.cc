#include "lerl/base/stop.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace lerl {
namespace {

TEST(StopHandler, FirstSignalAsksAndTheSecondKills) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const pid_t child = ::fork();
    if (child == 0) {
      InstallStopHandler();
      if (StopRequested()) ::_exit(1);
      std::raise(signal);
      if (!StopRequested()) ::_exit(2);
      std::raise(signal);
      ::_exit(3);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "exit " << WEXITSTATUS(status);
    EXPECT_EQ(WTERMSIG(status), signal);
  }
}

}  // namespace
}  // namespace lerl
