#pragma once
// Ranks: the processes that train one run together, as one of them sees the others. All of them
// call the same functions in the same order; each call returns once every rank has made it.
//
//   r in [0, W)   a rank, of W ranks in all; rank 0 writes what is to be kept
//   part of r     of N things in a row those from r N / W up to (r + 1) N / W
//
// What a process is among the ranks stands in the environment, by the names that torchrun gives:
//
//   RANK, WORLD_SIZE               r and W
//   LOCAL_RANK, LOCAL_WORLD_SIZE   the same among the ranks of this machine; the latter may be
//                                  missing and is then WORLD_SIZE
//   MASTER_ADDR, MASTER_PORT       where rank 0 waits for the others; not needed where W is 1
//   TORCHELASTIC_USE_AGENT_STORE   True where torchrun itself waits there
//   TORCHELASTIC_RESTART_COUNT     then how often it has started the ranks anew
//
// Every sum is the same to the bit on all ranks.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lerl {

class Ranks {
 public:
  virtual ~Ranks() = default;

  virtual int rank() const = 0;
  virtual int size() const = 0;
  bool first() const { return rank() == 0; }
  bool alone() const { return size() == 1; }

  // These throw Error(kIo), naming the rank, where one is gone.

  // Adds up the values of all ranks, entry by entry; every rank gives as many.
  virtual void Sum(std::span<float> values) = 0;
  virtual void Sum(std::span<double> values) = 0;
  // What every rank gives, in their order.
  virtual std::vector<std::string> Gather(std::string_view bytes) = 0;
  // What rank 0 gives; the others' is not looked at.
  virtual std::string FromFirst(std::string_view bytes) = 0;
  // Calls `work` on the first rank of each machine, and on the others of the machine after it has
  // returned there. What it leaves in the machine's cache the others find.
  virtual void OneBeforeOthers(const std::function<void()>& work) = 0;
  // Tells the others why this rank goes, and goes. Throws nothing; does nothing the second time.
  virtual void Leave(const std::string& why) noexcept = 0;
};

// The ranks of a process that trains alone; it lives as long as the process.
Ranks& Alone();

// The part of `count` things in a row that is a rank's: [first, second).
std::pair<int64_t, int64_t> PartOf(int64_t count, const Ranks& ranks);

// Throws Error(kUnusable) on all ranks where what one of them gives differs from what rank 0 gives;
// `what` says what it is ("the commit of the program"), and `advice` what to do.
void RequireAlike(Ranks& ranks, const std::string& what, const std::string& value,
                  const std::string& advice);

// What a process is among the ranks.
struct RankPlace {
  int rank = 0, size = 1;
  int local_rank = 0, local_size = 1;  // of this machine
  std::string address = {};            // where rank 0 waits
  int port = 0;
  bool agent_waits = false;   // torchrun waits there, and not rank 0
  std::string attempt = "0";  // then how often it has started the ranks anew
};
// Gives the value of an environment variable; nullptr where it is not set.
using Variable = std::function<const char*(const char* name)>;

// From the environment; nothing where it has neither RANK nor WORLD_SIZE. Throws Error(kConfig)
// that names a variable that is missing, is no number or contradicts another.
std::optional<RankPlace> RankPlaceOf(const Variable& variable);
std::optional<RankPlace> RankPlaceOfEnvironment();

// How many threads a rank has: `wanted`, and no more than its share of the machine's `cores`; at
// least 1.
int ThreadsOfRank(int wanted, int cores, const RankPlace& place);

}  // namespace lerl
