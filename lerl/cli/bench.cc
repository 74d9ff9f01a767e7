// lerl bench: speed, measured; each benchmark checks its answer.

#include "lerl/bench/bench.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "lerl/cli/commands.h"

namespace lerl {
namespace {

struct Options {
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
    {"train", "user-steps/s of training, environment included", BenchTrain},
    {"planner", "plans/s of the language model in process", BenchPlanner},
    {"student", "plans/s of the student, and training speed beside its teacher", BenchStudent},
    {"data", "seconds to parse and to load interactions", BenchData},
};

}  // namespace

void AddBenchCommand(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("bench", "measure speed");
  command->require_subcommand(1);
  command->footer("Example:\n  lerl bench env --json");
  for (const Benchmark& benchmark : kBenchmarks) {
    CLI::App* sub = command->add_subcommand(benchmark.name, benchmark.what);
    sub->add_flag("--json", options->json, "rows, commit and machine as JSON");
    sub->add_option("--repeats", options->bench.repeats, "repeats; the median is reported")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    if (std::string(benchmark.name) == "env")
      sub->add_option("--task", options->bench.task, "the task")
          ->check(CLI::IsMember({"whole_session", "matrix"}))
          ->capture_default_str();
    if (std::string(benchmark.name) == "train")
      sub->add_option("--agent", options->bench.agent, "the agent")->capture_default_str();
    if (std::string(benchmark.name) == "planner" || std::string(benchmark.name) == "student")
      sub->add_option("--model", options->bench.model, "a GGUF file in place of the default");
    sub->footer(std::string("Example:\n  lerl bench ") + benchmark.name +
                (std::string(benchmark.name) == "train" ? " --agent ppo --json" : " --json"));
    sub->callback([options, run = benchmark.run] {
      const std::vector<BenchRow> rows = run(options->bench);
      std::fputs((options->json ? BenchJson(rows) : BenchTable(rows)).c_str(), stdout);
    });
  }
}

}  // namespace lerl
