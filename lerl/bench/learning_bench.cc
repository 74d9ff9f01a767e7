#include "lerl/bench/learning_bench.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lerl/base/check.h"
#include "lerl/bench/train_setup.h"
#include "lerl/eval/comparison.h"

namespace lerl {
namespace {

constexpr double kStepsOfSession = 16;  // typical, of sessions under the rule `lerl`
constexpr int64_t kSessions = 64;
constexpr char kDefault[] = "default", kSameWork[] = "same work";

RunConfig ConfigOf(const std::string& agent, TrainWork work, const LearningOptions& options) {
  RunConfig config = MakeTrainSetup(agent, work).config;
  config.train.seeds.clear();
  for (int64_t seed = 1; seed <= options.seeds; ++seed) config.train.seeds.push_back(seed);
  config.train.iterations = static_cast<int64_t>(
      std::ceil(static_cast<double>(options.user_steps) / (kStepsOfSession * kSessions)));
  config.train.sessions = config.train.slots = kSessions;
  config.train.evaluate_every = std::max<int64_t>(config.train.iterations / 4, 1);
  config.evaluation.users = options.users;
  return config;
}

}  // namespace

std::vector<BenchRow> BenchLearning(const LearningOptions& options) {
  std::vector<std::string> agents = options.agents;
  if (agents.empty()) {
    for (const char* name : {"td3", "ddpg", "a2c", "hac", "ppo"})
      if (std::ranges::any_of(AgentRows(), [&](const AgentRow& row) { return row.name == name; }))
        agents.push_back(name);
  }
  std::vector<BenchRow> rows;
  for (const std::string& agent : agents) {
    ComparisonConfig config;
    config.title = agent + ": default against the peers' work";
    config.references = {kSameWork};
    config.text = "lerl bench learning, agent " + agent + "\n";
    config.sample_sessions = 0;
    config.rows = {{kDefault, ConfigOf(agent, TrainWork::kDefault, options)},
                   {kSameWork, ConfigOf(agent, TrainWork::kSameWork, options)}};
    const ComparisonOutcome outcome =
        RunComparison(config, options.out / agent, {.command = "lerl bench learning"});
    if (!outcome.finished()) return rows;
    const EvaluationResult &ours = outcome.rows.at(0), &reference = outcome.rows.at(1);
    const PairedDifference* difference = ours.difference("R_cum", kSameWork);
    LERL_CHECK(difference != nullptr);
    const double whole = reference.metric("R_cum").mean / 100;
    BenchRow row;
    row.name = "learning/" + agent;
    row.unit = "% of R_cum";
    row.value = row.low = difference->comparison.difference.low / whole;
    row.high = difference->comparison.difference.high / whole;
    row.bar = -100 * kNonInferiorMargin;
    char note[160];
    std::snprintf(note, sizeof(note),
                  "lower end of the paired interval; R_cum %.2f by default, %.2f at the same work, "
                  "%lld seeds x %lld users",
                  ours.metric("R_cum").mean, reference.metric("R_cum").mean,
                  static_cast<long long>(options.seeds), static_cast<long long>(ours.users));
    row.note = note;
    rows.push_back(row);
  }
  return rows;
}

}  // namespace lerl
