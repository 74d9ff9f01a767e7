#include "lerl/train/launch_ranks.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <memory>
#include <thread>

#include "lerl/base/child_process.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"

namespace lerl {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

std::unique_ptr<RunningChild> StartRank(int rank, int ranks, int port,
                                        const std::vector<std::string>& words) {
  const std::string own = std::to_string(rank), all = std::to_string(ranks);
  ChildSettings settings{.own_group = true};
  settings.environment = {"RANK=" + own,
                          "WORLD_SIZE=" + all,
                          "LOCAL_RANK=" + own,
                          "LOCAL_WORLD_SIZE=" + all,
                          std::string("MASTER_ADDR=") + kLoopback,
                          "MASTER_PORT=" + std::to_string(port),
                          "TORCHELASTIC_USE_AGENT_STORE=False"};
  return std::make_unique<RunningChild>(words, ChildStreams{}, settings);
}

}  // namespace

int FreeLoopbackPort() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  const bool found = ::bind(socket, name, length) == 0 && ::getsockname(socket, name, &length) == 0;
  ::close(socket);
  if (!found)
    throw Error(ErrorKind::kIo,
                std::string("no free port for the ranks to meet at: ") + std::strerror(errno));
  return ntohs(address.sin_port);
}

RanksEnd LaunchRanks(int ranks, const std::vector<std::string>& words,
                     const std::function<bool()>& should_stop, std::chrono::milliseconds patience) {
  using Clock = std::chrono::steady_clock;
  const int port = FreeLoopbackPort();
  std::vector<std::unique_ptr<RunningChild>> children;
  for (int rank = 0; rank < ranks; ++rank) children.push_back(StartRank(rank, ranks, port, words));
  const auto signal_all = [&children](int signal) {
    for (const auto& child : children) child->Send(signal);
  };
  RanksEnd end;
  Clock::time_point failed;
  bool told = false;
  for (;;) {
    int running = 0;
    for (int rank = 0; rank < ranks; ++rank) {
      const std::optional<int> status = children[At(rank)]->Ended();
      if (!status) ++running;
      if (status.value_or(0) == 0 || end.rank >= 0) continue;
      end = {rank, *status};
      failed = Clock::now();
    }
    if (running == 0) return end;
    if (!told && should_stop()) signal_all(SIGTERM), told = true;
    if (end.rank >= 0 && Clock::now() > failed + patience) signal_all(SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string DescribeEnd(const RanksEnd& end, int ranks) {
  const std::string who = "rank " + std::to_string(end.rank) + " of " + std::to_string(ranks);
  if (end.status > 128 && end.status != 130)
    return who + " was ended by signal " + std::to_string(end.status - 128);
  return who + " failed with exit code " + std::to_string(end.status);
}

}  // namespace lerl
