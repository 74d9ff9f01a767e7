#include "lerl/base/ranks.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "lerl/base/error.h"

namespace lerl {
namespace {

class AloneRanks : public Ranks {
 public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  void Sum(std::span<float> /*values*/) override {}
  void Sum(std::span<double> /*values*/) override {}
  std::vector<std::string> Gather(std::string_view bytes) override { return {std::string(bytes)}; }
  std::string FromFirst(std::string_view bytes) override { return std::string(bytes); }
  void OneBeforeOthers(const std::function<void()>& work) override { work(); }
  void Leave(const std::string& /*why*/) noexcept override {}
};

constexpr const char* kAdvice =
    "; torchrun and `lerl train --ranks` set RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR and "
    "MASTER_PORT for every rank; unset them all to train in one process";

[[noreturn]] void Refuse(const std::string& what) {
  throw Error(ErrorKind::kConfig, "environment: " + what + kAdvice);
}

// Reads the variables of a place.
struct Reader {
  const Variable& variable;

  bool Has(const char* name) const { return variable(name) != nullptr; }
  std::string Text(const char* name) const {
    const char* value = variable(name);
    if (value == nullptr || *value == '\0') Refuse(std::string(name) + " is not set");
    return value;
  }
  int Number(const char* name, int low, int high) const {
    const std::string text = Text(name);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < low || number > high)
      Refuse(std::string(name) + " is '" + text + "' and must be a whole number from " +
             std::to_string(low) + " to " + std::to_string(high));
    return number;
  }
};

// Refuses a rank that is not below the number of ranks.
void RequireBelow(const char* rank_name, int rank, const char* size_name, int size) {
  if (rank < size) return;
  Refuse(std::string(rank_name) + " is " + std::to_string(rank) + " and " + size_name + " " +
         std::to_string(size) + ": ranks count from 0, so that the last is " +
         std::to_string(size - 1));
}

}  // namespace

Ranks& Alone() {
  static AloneRanks alone;
  return alone;
}

std::pair<int64_t, int64_t> PartOf(int64_t count, const Ranks& ranks) {
  const int64_t rank = ranks.rank(), size = ranks.size();
  return {rank * count / size, (rank + 1) * count / size};
}

void RequireAlike(Ranks& ranks, const std::string& what, const std::string& value,
                  const std::string& advice) {
  const std::vector<std::string> all = ranks.Gather(value);
  for (size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] == all[0]) continue;
    throw Error(ErrorKind::kUnusable, what + " differs between ranks: rank " +
                                          std::to_string(rank) + " has " + all[rank] +
                                          ", rank 0 has " + all[0] + "; " + advice);
  }
}

std::optional<RankPlace> RankPlaceOf(const Variable& variable) {
  const Reader read{variable};
  constexpr int kMostRanks = 4096;
  if (!read.Has("RANK") && !read.Has("WORLD_SIZE")) return std::nullopt;
  RankPlace place;
  place.size = read.Number("WORLD_SIZE", 1, kMostRanks);
  place.rank = read.Number("RANK", 0, kMostRanks);
  RequireBelow("RANK", place.rank, "WORLD_SIZE", place.size);
  place.local_rank = read.Number("LOCAL_RANK", 0, kMostRanks);
  place.local_size = place.size;
  if (read.Has("LOCAL_WORLD_SIZE"))
    place.local_size = read.Number("LOCAL_WORLD_SIZE", 1, kMostRanks);
  RequireBelow("LOCAL_RANK", place.local_rank,
               read.Has("LOCAL_WORLD_SIZE") ? "LOCAL_WORLD_SIZE" : "WORLD_SIZE", place.local_size);
  if (place.local_size > place.size)
    Refuse("LOCAL_WORLD_SIZE is " + std::to_string(place.local_size) + " and WORLD_SIZE " +
           std::to_string(place.size) + ": a machine has no more ranks than there are");
  if (place.local_rank > place.rank)
    Refuse("LOCAL_RANK is " + std::to_string(place.local_rank) + " and RANK " +
           std::to_string(place.rank) + ": the ranks of a machine follow each other");
  if (place.size == 1) return place;
  place.address = read.Text("MASTER_ADDR");
  place.port = read.Number("MASTER_PORT", 1, 65535);
  if (const char* agent = variable("TORCHELASTIC_USE_AGENT_STORE"))
    place.agent_waits = std::strcmp(agent, "True") == 0;
  if (const char* attempt = variable("TORCHELASTIC_RESTART_COUNT")) place.attempt = attempt;
  return place;
}

std::optional<RankPlace> RankPlaceOfEnvironment() {
  return RankPlaceOf([](const char* name) -> const char* { return std::getenv(name); });
}

int ThreadsOfRank(int wanted, int cores, const RankPlace& place) {
  return std::max(1, std::min(wanted, cores / place.local_size));
}

}  // namespace lerl
