#pragma once
// Ranks of one machine (base/ranks.h), started by a process that trains nothing itself.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace lerl {

// How the ranks ended.
struct RanksEnd {
  int rank = -1;   // the first that failed; -1: none
  int status = 0;  // its exit status, 128 + n after a signal n
};

// A port of the loopback device that nobody listens on now. Throws Error(kIo) where there is none.
int FreeLoopbackPort();

// Runs a program once for each rank, with torchrun's variables in its environment, and waits for
// the end of all. The ranks meet at a port of the loopback device that is free. Where one fails,
// the others hear of it and end; who has not within `patience` is ended. Once `should_stop` says
// so, all get SIGTERM.
RanksEnd LaunchRanks(int ranks, const std::vector<std::string>& words,
                     const std::function<bool()>& should_stop,
                     std::chrono::milliseconds patience = std::chrono::seconds(30));

// "rank 1 of 4 was ended by signal 9", "rank 1 of 4 failed with exit code 3".
std::string DescribeEnd(const RanksEnd& end, int ranks);

}  // namespace lerl
