// Training by two ranks on the loopback beside one process, a thread each: how many times as many
// user-steps a second. What is timed is what `lerl train` says of itself, playing and learning
// without warm start and validation, on ml-100k; data and response model are prepared before. Once
// with the default networks, of which a gradient step takes some 10 ms, and once with wide ones and
// large minibatches, which is what one shares among machines.

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

constexpr int kRanksOfBench = 2;
constexpr double kRankBar = 1.7;

// What is trained: the row's name, the iterations, and settings of [train] and [agent].
struct RankSize {
  std::string name;
  int iterations = 0;
  std::string train, agent;
};

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

BenchRow BenchSize(const BenchOptions& options, const RankSize& size) {
  const TemporaryFolder folder;
  const std::filesystem::path config = folder.path() / "ranks.toml";
  WriteFileWhole(config,
                 "[planner]\nname = \"none\"\n[agent]\nname = \"" + options.agent +
                     "\"\nwarm_start.steps = 1\n" + size.agent +
                     "[train]\nseeds = [1]\niterations = " + std::to_string(size.iterations) +
                     "\nvalid_users = 1\nevaluate_every = 1000\n" + "checkpoint_every = 1000\n" +
                     size.train);
  int run = 0;
  RankTraining one, several;
  const auto train = [&](int ranks) {
    return TrainByRanks(ranks, config, folder.path() / std::to_string(run++));
  };
  BenchRow row = Measure("train/" + options.agent + size.name, "times one process", kRankBar,
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
  return row;
}

}  // namespace

std::vector<BenchRow> BenchRanks(const BenchOptions& options) {
  const RankSize usual{.name = "/2-ranks", .iterations = 40, .train = "", .agent = ""};
  const RankSize wide{.name = "/2-ranks/wide",
                      .iterations = 3,
                      .train = "sessions = 512\nslots = 512\n",
                      .agent = options.agent + ".minibatch = 256\nstate.transformer.width = 256\n" +
                               "state.transformer.feed_forward = 512\n"};
  return {BenchSize(options, usual), BenchSize(options, wide)};
}

}  // namespace lerl
