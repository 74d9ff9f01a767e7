// lerl tune: a search for the settings of one agent, judged on validation users.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/version.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/cli/study_options.h"
#include "lerl/train/tuning.h"

namespace lerl {
namespace {

struct TuneFlags {
  RunOptions run;
  TuneOptions tune;
  StudyFlags study;
  std::string folder, out;
  bool json = false, allow_dirty = false;
};

std::string CommandLine(const TuneFlags& options) {
  std::string text = "lerl tune --agent " + options.tune.agent + options.run.Text() + " --trials " +
                     std::to_string(options.tune.trials);
  if (options.tune.seed != 1) text += " --seed " + std::to_string(options.tune.seed);
  return text;
}

// The command line for workers.
nlohmann::json WhatToTune(const TuneFlags& options) {
  return {{"agent", options.tune.agent},
          {"config", options.run.config},
          {"with", options.run.with},
          {"sets", options.run.sets},
          {"trials", options.tune.trials},
          {"seed", options.tune.seed},
          {"out", options.tune.folder.string()},
          {"reuse_stale", options.tune.reuse_stale}};
}

void ExecuteTune(TuneFlags options) {
  options.tune.folder = options.folder.empty() ? "runs/tune-" + options.tune.agent : options.folder;
  if (!options.out.empty()) RequireWritable(std::filesystem::absolute(options.out).parent_path());
  if (!options.out.empty() && !options.allow_dirty && !CanBeMadeAgain(Commit()))
    throw Error(ErrorKind::kUsage,
                "--out " + options.out + ": this program is of a changed tree (" + Commit() +
                    "), so nobody could make the file again; commit and build first, or write a "
                    "draft that says so with --allow-dirty");
  options.tune.study = options.study.Options("tune", options.tune.folder, WhatToTune(options));
  const TuneResult result = Tune(options.run.Source(), options.tune);
  if (result.end == StudyEnd::kPut) return options.study.PrintPut(options.tune.study);
  if (!result.finished()) {
    LogInfo("stopped after " + std::to_string(result.trials.size()) +
            " trials; the same command goes on");
    throw Interrupted();
  }
  const std::string best = BestToml(result, CommandLine(options));
  if (!options.out.empty()) WriteFileWhole(options.out, best);
  std::fputs((options.json ? TuneJson(result).dump(2) + "\n" : best).c_str(), stdout);
}

}  // namespace

std::unique_ptr<CellWork> MakeTuneStudyWork(const nlohmann::json& what) {
  const RunOptions run{
      .config = what.at("config"), .with = what.at("with"), .sets = what.at("sets")};
  return MakeTuneWork(run.Source(), {.agent = what.at("agent"),
                                     .trials = what.at("trials"),
                                     .seed = what.at("seed"),
                                     .folder = what.at("out").get<std::string>(),
                                     .reuse_stale = what.at("reuse_stale")});
}

void AddTuneCommand(CLI::App& app) {
  auto options = std::make_shared<TuneFlags>();
  CLI::App* command =
      app.add_subcommand("tune", "search the settings of an agent on validation users");
  command->add_option("--agent", options->tune.agent, "the agent")->required();
  options->run.AddTo(*command);
  command
      ->add_option("--trials", options->tune.trials,
                   "settings to try; the first are the "
                   "configuration's own")
      ->required()
      ->check(CLI::Range(1, 100000));
  command->add_option("--seed", options->tune.seed, "seed of the search")->capture_default_str();
  command->add_option("--folder", options->folder,
                      "folder of finished trials (default: runs/tune-AGENT)");
  command->add_option("--out", options->out, "file that the best settings are written to, as TOML");
  command->add_flag("--allow-dirty", options->allow_dirty,
                    "write --out from a program of a changed tree too, marked as a draft");
  command->add_flag("--reuse-stale", options->tune.reuse_stale,
                    "take finished trials of another commit as they are, and name them");
  options->study.AddTo(*command, "one thread of this process");
  command->add_flag("--json", options->json, "all trials as JSON in place of the best settings");
  command->footer(
      "Example:\n"
      "  lerl tune --agent ppo --config configs/ml100k_lerl.toml --trials 16 --out tuned.toml\n"
      "A killed search goes on with the same command, and comes to the same trials. The file is\n"
      "laid over a configuration by --with, and over the base of a comparison by a row's `with`.\n"
      "Test users and sealed users are never played.");
  command->callback([options] { ExecuteTune(*options); });
}

}  // namespace lerl
