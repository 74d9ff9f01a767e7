// lerl study: a question answered by factors x seeds x users, with claims registered beforehand.

#include "lerl/study/study.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/cli/study_options.h"
#include "lerl/study/study_text.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

struct StudyCommand {
  std::string config;
  std::vector<std::string> sets;
  std::string out;
  HeldOutOptions held_out;
  StudyFlags study;
  bool smoke = false, plan = false;

  // runs/STUDY, or runs/STUDY-smoke
  std::string Out() const {
    if (!out.empty()) return out;
    return "runs/" + fs::path(config).stem().string() + (smoke ? "-smoke" : "");
  }
};

StudyPlan ReadPlan(const StudyCommand& options) {
  StudyPlan plan = MakeStudyPlan(ReadStudy(options.config, options.sets));
  if (options.smoke) CutToSmoke(plan);
  return plan;
}

CompareOptions OptionsOf(const StudyCommand& options) {
  std::string command = "lerl study --config " + options.config + options.held_out.Text();
  for (const std::string& set : options.sets) command += " --set '" + set + "'";
  return {.held_out = options.held_out.Which(),
          .command = command + (options.smoke ? " --smoke" : "")};
}

// A worker's half of the command.
class StudyCommandWork : public CellWork {
 public:
  StudyCommandWork(const StudyCommand& flags, const std::string& hash)
      : plan_(ReadPlan(flags)), options_(OptionsOf(flags)), work_(plan_, flags.Out(), options_) {
    if (hash != ComparisonHash(plan_.comparison))
      throw Error(ErrorKind::kConfig,
                  flags.config +
                      ": changed since its cells were put on the ledger; restore it, or give the "
                      "command of the study again with another --out");
  }
  CellEnd Run(const std::string& cell, CellControl& control) override {
    return work_.Run(cell, control);
  }

 private:
  const StudyPlan plan_;
  const CompareOptions options_;
  StudyWork work_;
};

void PrintPlan(const StudyPlan& plan) {
  std::printf("%zu rows x %zu seeds, %zu cells; %zu claims\n", plan.comparison.rows.size(),
              plan.seeds().size(), CellsOf(plan.comparison).size(), plan.contrasts.size());
  for (const ComparisonRow& row : plan.comparison.rows) std::printf("row: %s\n", row.label.c_str());
  for (const StudyContrast& contrast : plan.contrasts)
    std::printf("claim: %s\n", contrast.text.c_str());
  for (const std::string& alias : plan.aliases) std::printf("%s\n", alias.c_str());
}

void ExecuteStudy(StudyCommand& options) {
  const StudyPlan plan = ReadPlan(options);
  if (options.plan) return PrintPlan(plan);
  CompareOptions compare = OptionsOf(options);
  compare.study = options.study.Options("study", options.Out(),
                                        {{"config", options.config},
                                         {"sets", options.sets},
                                         {"out", options.Out()},
                                         {"held_out", options.held_out.which},
                                         {"sealed", options.held_out.sealed},
                                         {"smoke", options.smoke},
                                         {"hash", ComparisonHash(plan.comparison)}},
                                        static_cast<int>(plan.study.jobs));
  const StudyConduct conduct = ConductStudy(plan, options.Out(), compare);
  if (conduct.end == StudyEnd::kPut) return options.study.PrintPut(compare.study);
  if (conduct.end == StudyEnd::kStopped) {
    LogInfo("stopped; the same command goes on from the last checkpoints");
    throw Interrupted();
  }
  std::fputs(StudyMarkdown(plan, conduct.outcome).c_str(), stdout);
  if (options.smoke)
    std::printf("\nsmoke: cut short to see that it runs; its figures mean nothing\n");
  std::printf("\nfiles: %s\n", fs::absolute(options.Out()).c_str());
}

}  // namespace

std::unique_ptr<CellWork> MakeStudyCommandWork(const nlohmann::json& what) {
  StudyCommand flags;
  flags.config = what.at("config").get<std::string>();
  flags.sets = what.at("sets").get<std::vector<std::string>>();
  flags.out = what.at("out").get<std::string>();
  flags.held_out.which = what.at("held_out");
  flags.held_out.sealed = what.at("sealed");
  flags.smoke = what.at("smoke");
  return std::make_unique<StudyCommandWork>(flags, what.at("hash"));
}

void AddStudyCommand(CLI::App& app) {
  auto options = std::make_shared<StudyCommand>();
  CLI::App* command = app.add_subcommand(
      "study", "answer a question by factors x seeds x users, with claims registered beforehand");
  command->add_option("--config", options->config, "TOML file with [[factor]] and [[claim]]")
      ->required();
  command->add_option("--set", options->sets, "override settings in every row: --set a=1 b=2");
  command->add_option("--out", options->out,
                      "folder of runs and results; without it runs/ and the file's name");
  options->held_out.AddTo(*command, HeldOut::kTest);
  command->add_flag("--smoke", options->smoke,
                    "cut seeds, iterations and users, to see in minutes that everything runs");
  command->add_flag("--plan", options->plan, "print rows and claims, and run nothing");
  options->study.AddTo(*command, "as many as the file's `jobs`");
  command->footer(
      "Example:\n"
      "  lerl study --config configs/studies/settle.toml --smoke\n"
      "Rows, claims and their tests are written to analysis.json before the first cell runs, and\n"
      "another analysis is refused in that folder. The same command goes on after an\n"
      "interruption. Cells that fail are shown, and the others go on. docs/studies.md says how a\n"
      "study is written and which files it leaves.");
  command->callback([options] { ExecuteStudy(*options); });
}

}  // namespace lerl
