// Every row of the table of bars, each benchmark in a process of its own.

#include <nlohmann/json.hpp>

#include "lerl/agents/registry.h"
#include "lerl/base/json_text.h"
#include "lerl/base/progress.h"
#include "lerl/bench/bench.h"
#include "lerl/bench/child.h"

namespace lerl {
namespace {

std::vector<std::vector<std::string>> Benchmarks() {
  std::vector<std::vector<std::string>> all = {{"env"}, {"env", "--task", "matrix"}};
  const auto registered = [](const std::string& agent) {
    for (const AgentRow& row : AgentRows())
      if (row.name == agent) return true;
    return false;
  };
  for (const char* agent : {"ppo", "td3", "ddpg", "a2c", "hac"}) {
    if (!registered(agent)) continue;
    all.push_back({"train", "--agent", agent});
    all.push_back({"train", "--agent", agent, "--same-work"});
  }
  for (const char* agent : {"ppo", "a2c", "reinforce", "dqn", "ddpg", "td3"})
    all.push_back({"train", "--task", "matrix", "--agent", agent});
  for (const char* name : {"response-model", "start", "memory"}) all.push_back({name});
  return all;
}

}  // namespace

std::vector<BenchRow> BenchAll(const BenchOptions& options) {
  std::vector<BenchRow> rows;
  const std::vector<std::vector<std::string>> benchmarks = Benchmarks();
  Progress progress("bench", std::ssize(benchmarks), "benchmarks");
  for (size_t i = 0; i < benchmarks.size(); ++i) {
    std::vector<std::string> arguments = {"bench"};
    arguments.insert(arguments.end(), benchmarks[i].begin(), benchmarks[i].end());
    for (const std::string& argument :
         {std::string("--json"), std::string("--repeats"), std::to_string(options.repeats)})
      arguments.push_back(argument);
    const nlohmann::json json = ParseJson(RunChild(arguments));
    for (const nlohmann::json& row : json.at("rows")) rows.push_back(RowOfJson(row));
    progress.Advance(static_cast<int64_t>(i + 1), rows.back().name);
  }
  return rows;
}

}  // namespace lerl
