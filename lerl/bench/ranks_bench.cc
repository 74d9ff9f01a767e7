// Training by two ranks on the loopback beside one process, a thread each: how many times as many
// user-steps a second. What is timed is what `lerl train` says of itself, playing and learning
// without warm start and validation, on ml-100k with the default networks; data and response model
// are prepared before.

#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/json_text.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/child.h"
#include "lerl/bench/generated_data.h"
#include "lerl/train/run_folder.h"

namespace lerl {
namespace {

constexpr int kRanksOfBench = 2, kRankIterations = 40;
constexpr double kRankBar = 1.7;

// A training of so many ranks: its user-steps a second, and how many there were.
struct RankTraining {
  double rate = 0;
  int64_t steps = 0;
};

RankTraining TrainByRanks(int ranks, const std::filesystem::path& config,
                          const std::filesystem::path& out) {
  std::vector<std::string> words = {"train", "--config", config.string(), "--out", out.string()};
  if (ranks > 1) words.insert(words.end(), {"--ranks", std::to_string(ranks)});
  const nlohmann::json runs = ParseJson(RunChild(words));
  const std::filesystem::path folder = runs.at(0).at("folder").get<std::string>();
  return {ReadRunCost(folder).steps_per_second.value(), runs.at(0).at("user_steps")};
}

}  // namespace

std::vector<BenchRow> BenchRanks(const BenchOptions& options) {
  const TemporaryFolder folder;
  const std::filesystem::path config = folder.path() / "ranks.toml";
  WriteFileWhole(config, "[planner]\nname = \"none\"\n[agent]\nname = \"" + options.agent +
                             "\"\nwarm_start.steps = 1\n[train]\nseeds = [1]\niterations = " +
                             std::to_string(kRankIterations) +
                             "\nvalid_users = 1\nevaluate_every = 1000\ncheckpoint_every = 1000\n");
  int run = 0;
  RankTraining one, several;
  const auto train = [&](int ranks) {
    return TrainByRanks(ranks, config, folder.path() / std::to_string(run++));
  };
  BenchRow row = Measure("train/" + options.agent + "/2-ranks", "times one process", kRankBar,
                         options.repeats, [&] {
                           one = train(1), several = train(kRanksOfBench);
                           // The same sessions, but for what rounding may turn in some of them.
                           LERL_CHECK(std::abs(static_cast<double>(one.steps - several.steps)) <=
                                      0.02 * static_cast<double>(one.steps));
                           return several.rate / one.rate;
                         });
  char text[128];
  std::snprintf(text, sizeof(text), "%.0f beside %.0f user-steps/s, a thread each, %u cores",
                several.rate, one.rate, std::thread::hardware_concurrency());
  row.note = text;
  return {row};
}

}  // namespace lerl
