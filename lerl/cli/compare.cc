// lerl compare: several configurations trained and judged on the same users and seeds.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/cli/study_options.h"
#include "lerl/eval/comparison.h"
#include "lerl/eval/tables/comparison_table.h"

namespace lerl {
namespace {

struct CompareFlags {
  std::string config;
  std::vector<std::string> sets;
  std::string out = "runs/comparison";
  HeldOutOptions held_out;
  StudyFlags study;
  bool json = false, smoke = false, reuse_stale = false;
};

ComparisonConfig ReadRows(const CompareFlags& options) {
  ComparisonConfig config = ReadComparison(options.config, options.sets);
  if (options.smoke) CutToSmoke(config);
  return config;
}

std::string CommandLine(const CompareFlags& options) {
  std::string text = "lerl compare --config " + options.config + options.held_out.Text();
  for (const std::string& set : options.sets) text += " --set '" + set + "'";
  return text + (options.smoke ? " --smoke" : "");
}

CompareOptions OptionsOf(const CompareFlags& options) {
  return {.held_out = options.held_out.Which(),
          .command = CommandLine(options),
          .reuse_stale = options.reuse_stale};
}

// A worker's half of the command.
class CompareWork : public CellWork {
 public:
  CompareWork(const CompareFlags& flags, const std::string& hash)
      : config_(ReadRows(flags)), options_(OptionsOf(flags)), work_(config_, flags.out, options_) {
    if (hash != ComparisonHash(config_))
      throw Error(ErrorKind::kConfig, flags.config +
                                          ": changed since its cells were put on the ledger; give "
                                          "the command of the comparison again");
  }
  CellEnd Run(const std::string& cell, CellControl& control) override {
    return work_.Run(cell, control);
  }

 private:
  const ComparisonConfig config_;
  const CompareOptions options_;
  ComparisonWork work_;
};

void ExecuteCompare(CompareFlags& options) {
  const ComparisonConfig config = ReadRows(options);
  CompareOptions compare = OptionsOf(options);
  compare.study = options.study.Options("compare", options.out,
                                        {{"config", options.config},
                                         {"sets", options.sets},
                                         {"out", options.out},
                                         {"held_out", options.held_out.which},
                                         {"sealed", options.held_out.sealed},
                                         {"smoke", options.smoke},
                                         {"reuse_stale", options.reuse_stale},
                                         {"hash", ComparisonHash(config)}});
  const ComparisonOutcome outcome = RunComparison(config, options.out, compare);
  if (outcome.end == StudyEnd::kPut) return options.study.PrintPut(compare.study);
  if (!outcome.finished()) {
    LogInfo("stopped; the same command goes on from the last checkpoints");
    throw Interrupted();
  }
  if (options.json) {
    std::fputs(ResultsJson(outcome.rows).c_str(), stdout);
    return;
  }
  std::printf("%s\nreport: %s\n",
              ComparisonTable(outcome.rows, config.references, config.metrics).c_str(),
              std::filesystem::absolute(outcome.report).c_str());
  if (options.smoke)
    std::printf("smoke: cut short to see that it runs; its figures mean nothing\n");
}

}  // namespace

std::unique_ptr<CellWork> MakeCompareWork(const nlohmann::json& what) {
  CompareFlags flags;
  flags.config = what.at("config").get<std::string>();
  flags.sets = what.at("sets").get<std::vector<std::string>>();
  flags.out = what.at("out").get<std::string>();
  flags.held_out.which = what.at("held_out");
  flags.held_out.sealed = what.at("sealed");
  flags.smoke = what.at("smoke");
  flags.reuse_stale = what.at("reuse_stale");
  return std::make_unique<CompareWork>(flags, what.at("hash"));
}

void AddCompareCommand(CLI::App& app) {
  auto options = std::make_shared<CompareFlags>();
  CLI::App* command =
      app.add_subcommand("compare", "train and judge several configurations alike, with a report");
  command->add_option("--config", options->config, "TOML file with [[rows]]")->required();
  command->add_option("--set", options->sets, "override settings in every row: --set a=1 b=2");
  command->add_option("--out", options->out, "folder of runs, results and report")
      ->capture_default_str();
  options->held_out.AddTo(*command, HeldOut::kTest);
  command->add_flag("--reuse-stale", options->reuse_stale,
                    "take runs and sessions of another commit as they are, and mark their rows");
  command->add_flag("--smoke", options->smoke,
                    "cut seeds, iterations and users, to see in minutes that everything runs");
  command->add_flag("--json", options->json, "print results.json in place of the table");
  options->study.AddTo(*command, "threads of this process, as many as the file's `jobs`");
  command->footer(
      "Example:\n"
      "  lerl compare --config configs/demo_ml100k.toml --out runs/demo\n"
      "The file names a configuration as `base`, the rows to compare ([[rows]] with a label and\n"
      "settings laid over the base), and the labels of those that the others are held against\n"
      "(`reference`); docs/cli.md shows one.\n"
      "Finished runs are not repeated: the same command goes on after an interruption. Runs of\n"
      "another commit or of other data are stale: they are named and made anew. Each look "
      "at\n"
      "test or sealed users is written to looks.jsonl beside the results, and counted there.");
  command->callback([options] { ExecuteCompare(*options); });
}

}  // namespace lerl
