// lerl-bench, which `lerl bench` runs: speed, measured; each benchmark checks its answer. It is a
// program of its own, so that who only uses lerl need not compile it.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "lerl/bench/bench.h"
#include "lerl/bench/learning_bench.h"
#include "lerl/cli/program.h"

namespace lerl {
namespace {

struct BenchFlags {
  BenchOptions bench;
  bool json = false;
};

struct Benchmark {
  const char* name;
  const char* what;
  std::vector<BenchRow> (*run)(const BenchOptions&);
};

constexpr Benchmark kBenchmarks[] = {
    {"env", "user-steps/s of the environment", BenchEnv},
    {"growth", "user-steps/s of the environment as users, items, history and slates grow",
     BenchGrowth},
    {"train", "user-steps/s of training, environment included", BenchTrain},
    {"ranks", "training by two ranks beside one process, a thread each", BenchRanks},
    {"response-model", "samples/s of training the response model", BenchResponseModel},
    {"start", "seconds from the start of a process to its first training step", BenchStart},
    {"memory", "peak memory with data of KuaiRand-Pure's size", BenchMemory},
    {"planner", "plans/s of language model, cache, endpoint and student", BenchPlanner},
    {"student", "plans/s of the student, and training speed beside its teacher", BenchStudent},
    {"data", "seconds to parse and to load interactions", BenchData},
    {"serve", "the service under load: requests/s, times, memory, start, a million items",
     BenchServe},
    {"python", "what the Python package costs beside the engine that it wraps", BenchPython},
    {"scale", "the ledger of cells: cells/s, signs of life, 1,000 workers in simulation",
     BenchScale},
    {"all", "every row of the table of bars, in at most 12 minutes", BenchAll},
};

void Print(const std::vector<BenchRow>& rows, bool json) {
  std::fputs((json ? BenchJson(rows) : BenchTable(rows)).c_str(), stdout);
}

void AddLearning(CLI::App& command) {
  struct Learning {
    LearningOptions options;
    bool json = false;
  };
  auto learning = std::make_shared<Learning>();
  CLI::App* sub = command.add_subcommand(
      "learning", "is the default configuration as good as the peers' work at equal user-steps");
  sub->add_flag("--json", learning->json, "rows, commit and machine as JSON");
  sub->add_option("--agents", learning->options.agents, "some of the agents")->delimiter(',');
  sub->add_option("--user-steps", learning->options.user_steps, "of each run")
      ->check(CLI::Range(1000, 100'000'000))
      ->capture_default_str();
  sub->add_option("--seeds", learning->options.seeds, "runs of each configuration")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  sub->add_option("--users", learning->options.users, "held-out users; 0: all")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  sub->add_option("--out", learning->options.out, "folder of runs; a stopped bench goes on there")
      ->capture_default_str();
  sub->footer("Example:\n  lerl bench learning --agents ppo,td3 --user-steps 10000 --seeds 2");
  sub->callback([learning] { Print(BenchLearning(learning->options), learning->json); });
}

void AddBenchmarks(CLI::App& app) {
  auto options = std::make_shared<BenchFlags>();
  for (const Benchmark& benchmark : kBenchmarks) {
    CLI::App* sub = app.add_subcommand(benchmark.name, benchmark.what);
    sub->add_flag("--json", options->json, "rows, commit and machine as JSON");
    sub->add_option("--repeats", options->bench.repeats, "repeats; the median is reported")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    const std::string name = benchmark.name;
    if (name == "env" || name == "train")
      sub->add_option("--task", options->bench.task, "the task")
          ->check(CLI::IsMember({"whole_session", "matrix"}))
          ->capture_default_str();
    if (name == "train" || name == "ranks")
      sub->add_option("--agent", options->bench.agent, "the agent")->capture_default_str();
    if (name == "train") {
      sub->add_flag("--same-work", options->bench.same_work,
                    "the peers' networks and learned states per user-step");
    }
    if (name == "planner" || name == "student")
      sub->add_option("--model", options->bench.model, "a GGUF file in place of the default");
    if (name == "serve") {
      sub->add_option("--requests", options->bench.requests, "over which memory is looked at")
          ->check(CLI::Range(1000, 100'000'000))
          ->capture_default_str();
      sub->add_option("--items", options->bench.items, "of the generated catalogue")
          ->check(CLI::Range(1000, 5'000'000))
          ->capture_default_str();
    }
    sub->footer("Example:\n  lerl bench " + name + (name == "train" ? " --agent ppo" : "") +
                " --json");
    sub->callback([options, run = benchmark.run] { Print(run(options->bench), options->json); });
  }
  AddLearning(app);
}

}  // namespace
}  // namespace lerl

int main(int argc, char** argv) {
  return lerl::RunProgram(argc, argv,
                          {.about = "measure speed",
                           .footer = "Example:\n  lerl bench env --json",
                           .name = "lerl bench"},
                          lerl::AddBenchmarks);
}
