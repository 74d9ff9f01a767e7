// lerl audit: how well a part does what it is for.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/cli/commands.h"
#include "lerl/cli/run_options.h"
#include "lerl/cli/study_options.h"
#include "lerl/eval/audit/audit_table.h"
#include "lerl/eval/audit/audit_users.h"
#include "lerl/eval/audit/closed_loop_table.h"
#include "lerl/eval/ledger.h"
#include "lerl/planner/llm/llm_planner.h"
#include "lerl/planner/llm/names_prompt.h"
#include "lerl/planner/registry.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/run_search.h"

namespace lerl {
namespace {

struct AuditFlags {
  RunOptions run;
  std::string runs = "runs";
  AuditOptions audit;
  HeldOutOptions held_out;
  StudyFlags study;
  bool json = false, closed_loop = false, smoke = false, templates = false;
  std::string out = "runs/audit";
  int64_t practice = 60;
  SeedOptions seeds;
  std::vector<std::string> planners;
};

// Puts seeds and planners where both parts of the audit read them. The heuristics, which cost
// nothing, are judged whoever is named, for the others are held against them.
void SetSeedsAndPlanners(AuditFlags& options) {
  options.audit.seeds = options.seeds.List();
  if (options.planners.empty()) return;
  for (const std::string& name : options.planners) FindPlannerRow(name, "--planners");
  options.audit.planners = options.planners;
  for (const PlannerRow& row : PlannerRows())
    if (!row.learns && !row.oracle && !row.asks_model)
      options.audit.planners.emplace_back(row.name);
}

// Cuts the audit so short that it shows that everything runs, and nothing else.
void CutToSmoke(RunConfig& config, AuditFlags& options) {
  options.practice = std::min<int64_t>(options.practice, 1);
  AuditOptions& audit = options.audit;
  audit.users = std::min<int64_t>(audit.users, 3);
  audit.iterations = std::min<int64_t>(audit.iterations, 1);
  audit.seeds.resize(2);
  config.planner.llm.train_plans = std::min<int64_t>(config.planner.llm.train_plans, 8);
  config.planner.llm.max_reflections = std::min<int64_t>(config.planner.llm.max_reflections, 1);
}

std::string PlannersText(const std::vector<std::string>& planners) {
  std::string text = planners.empty() ? "" : " --planners";
  for (const std::string& planner : planners) text += " " + planner;
  return text;
}

// The look of the whole command: rankings and, with --closed-loop, sessions of the same users.
Look MakeLook(const AuditFlags& options, const RunConfig& config, const World& world) {
  std::string what =
      options.closed_loop ? "closed loop " + std::to_string(options.practice) : "rankings";
  if (options.audit.permute_labels) what += ", permuted labels";
  if (options.templates) what += ", templates";
  if (!options.audit.tuned.empty()) what += ", tuned " + options.audit.tuned.string();
  what += PlannersText(options.planners);
  const std::string command =
      "lerl audit planner" + options.run.Text() + options.held_out.Text() +
      (options.closed_loop ? " --closed-loop" : "") +
      (options.audit.permute_labels ? " --permute-labels" : "") +
      (options.templates ? " --templates" : "") +
      (options.audit.tuned.empty() ? "" : " --tuned " + options.audit.tuned.string()) +
      PlannersText(options.planners);
  return LookAt(world, options.audit.users, options.audit.seeds, command,
                HashText(what + " " + std::to_string(options.audit.iterations) + RowHash(config)));
}

std::unique_ptr<World> LoadAudited(const AuditFlags& options, const RunConfig& config) {
  RunConfig of_world = config;
  if (options.closed_loop)  // the world of all its tasks
    SetFields(of_world, {"env.task=evolving"});
  return LoadWorld(of_world, options.held_out.Which());
}

ClosedLoopOptions LoopOptions(const AuditFlags& options) {
  return {.users = options.audit.users,
          .seeds = options.audit.seeds,
          .iterations = options.practice,
          .permute_labels = options.audit.permute_labels,
          .planners = options.planners,
          .out = options.out,
          .backend = options.audit.backend};
}

// A worker's half of the closed loop.
class AuditWork : public CellWork {
 public:
  explicit AuditWork(AuditFlags flags) : config_(flags.run.Read()) {
    SetSeedsAndPlanners(flags);
    world_ = LoadAudited(flags, config_);
    if (flags.smoke) CutToSmoke(config_, flags);
    flags.audit.backend = LlmBackendOf(config_.planner, nullptr);
    options_ = LoopOptions(flags);
    work_ = MakeClosedLoopWork(*world_, config_, options_);
  }
  CellEnd Run(const std::string& cell, CellControl& control) override {
    return work_->Run(cell, control);
  }

 private:
  RunConfig config_;
  std::unique_ptr<World> world_;
  ClosedLoopOptions options_;
  std::unique_ptr<CellWork> work_;
};

// The command line for workers.
nlohmann::json WhatToPlay(const AuditFlags& options) {
  return {{"config", options.run.config},
          {"with", options.run.with},
          {"sets", options.run.sets},
          {"held_out", options.held_out.which},
          {"sealed", options.held_out.sealed},
          {"users", options.audit.users},
          {"seeds", options.seeds.seeds},
          {"first_seed", options.seeds.first_seed},
          {"practice", options.practice},
          {"permute", options.audit.permute_labels},
          {"planners", options.planners},
          {"out", options.out},
          {"smoke", options.smoke}};
}

// Plays the closed loop. Returns nothing where its cells were put on the ledger for others.
std::optional<std::vector<ClosedLoopRow>> PlayLoop(AuditFlags& options, const nlohmann::json& what,
                                                   const World& world, const RunConfig& config) {
  ClosedLoopOptions loop = LoopOptions(options);
  loop.study = options.study.Options("closed-loop", options.out, what);
  ClosedLoopOutcome outcome = AuditClosedLoop(world, config, loop);
  if (outcome.end == StudyEnd::kPut) {
    options.study.PrintPut(loop.study);
    return std::nullopt;
  }
  if (outcome.end == StudyEnd::kDone) return std::move(outcome.rows);
  LogInfo("stopped; the same command goes on from the cells in " + options.out);
  throw Interrupted();
}

void ExecuteAudit(AuditFlags options) {
  const nlohmann::json what = WhatToPlay(options);
  SetSeedsAndPlanners(options);
  const RunConfig config = options.run.Read();
  options.audit.run_seed = config.train.seeds.front();
  try {
    options.audit.run = SeedFolder(FindFinishedGroup(options.runs, config), options.audit.run_seed);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kNoRun) throw;
    LogInfo("audit: no finished run of this configuration; its planner is judged as it starts");
  }
  RequireWritable(options.out);
  const std::unique_ptr<World> world = LoadAudited(options, config);
  RequireHeldOut(world->split, world->judged);
  RequireSpread(*world, *config.env);
  AuditedUsers(*world, config, options.audit.users);  // throws where there are too few
  RunConfig cut = config;
  if (options.smoke) CutToSmoke(cut, options);
  if (!options.audit.run.empty()) {
    options.audit.run_stale =
        StaleRun(options.audit.run, config, world->fingerprint, options.audit.run_seed);
    if (!options.audit.run_stale.empty())
      LogWarning("audit: the finished run is stale: " + options.audit.run_stale);
  }
  options.audit.backend = LlmBackendOf(config.planner, nullptr);
  if (options.templates)
    for (const NamesTemplate& row : BuiltInNamesTemplates())
      options.audit.templates.push_back(row.name);
  options.audit.looks = RecordLook(options.out, MakeLook(options, cut, *world));
  std::vector<ClosedLoopRow> loop;
  if (options.closed_loop) {
    std::optional<std::vector<ClosedLoopRow>> played = PlayLoop(options, what, *world, cut);
    if (!played) return;
    loop = *std::move(played);
  }
  // A finished run is only found under its own settings.
  const RunConfig& audited = options.audit.run.empty() ? cut : config;
  const std::vector<AuditRow> rows = AuditPlanners(*world, audited, options.audit);
  std::printf("%s\n", options.json ? AuditJson(rows, config, options.audit, loop).c_str()
                                   : AuditText(rows, options.audit).c_str());
  if (!options.json && !loop.empty()) std::printf("%s\n", ClosedLoopText(loop).c_str());
}

}  // namespace

std::unique_ptr<CellWork> MakeAuditWork(const nlohmann::json& what) {
  AuditFlags flags;
  flags.closed_loop = true;
  flags.run = {.config = what.at("config"), .with = what.at("with"), .sets = what.at("sets")};
  flags.held_out.which = what.at("held_out");
  flags.held_out.sealed = what.at("sealed");
  flags.audit.users = what.at("users");
  flags.seeds.seeds = what.at("seeds");
  flags.seeds.first_seed = what.at("first_seed");
  flags.practice = what.at("practice");
  flags.audit.permute_labels = what.at("permute");
  flags.planners = what.at("planners").get<std::vector<std::string>>();
  flags.out = what.at("out");
  flags.smoke = what.at("smoke");
  return std::make_unique<AuditWork>(std::move(flags));
}

void AddAuditCommand(CLI::App& app) {
  auto options = std::make_shared<AuditFlags>();
  CLI::App* command = app.add_subcommand("audit", "judge a part of the system on its own");
  command->require_subcommand(1);
  command->footer("Example:\n  lerl audit planner --config configs/ml100k_lerl.toml");
  CLI::App* planner = command->add_subcommand(
      "planner", "every planner's rankings against what held-out users like next");
  options->run.AddTo(*planner);
  planner->add_option("--runs", options->runs, "folder that is searched for a finished run")
      ->capture_default_str();
  options->held_out.AddTo(*planner, HeldOut::kValidation);
  options->seeds.AddTo(*planner, options->audit.users, "how many; the bars want at least 5");
  planner->add_option(
      "--planners", options->planners,
      "only these, beside the heuristics' rankings; without some there are no bars");
  planner
      ->add_option("--iterations", options->audit.iterations,
                   "of 64 sessions that planners which learn play in the simulator")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  CLI::Option* loop = planner->add_flag(
      "--closed-loop", options->closed_loop,
      "also play: returns of held-out users' sessions under each planner, and bars");
  planner
      ->add_option(
          "--practice", options->practice,
          "iterations of 64 sessions that planners which learn play before the closed loop")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  planner->add_option("--out", options->out, "folder of the closed loop's cells and of looks.jsonl")
      ->capture_default_str();
  planner->add_flag("--permute-labels", options->audit.permute_labels,
                    "each seed permutes the labels of the categories by itself, so that intervals "
                    "hold for other permutations; shows the spread");
  planner->add_flag("--templates", options->templates,
                    "also ask planner llm by the other built-in templates; shows the spread");
  planner->add_option("--tuned", options->audit.tuned,
                      "also judge planner llm with this adapter of `lerl plan tune-model`");
  planner->add_flag("--smoke", options->smoke, "cut short, to see in minutes that everything runs");
  planner->add_flag("--json", options->json, "as JSON");
  options->study.AddTo(*planner, "the closed loop plays in this process", loop);
  planner->footer(
      "Example:\n"
      "  lerl audit planner --config configs/ml100k_lerl.toml --set planner.llm.threads=2\n"
      "95% intervals over users and seeds. The configuration's own planner is taken "
      "from\n"
      "its finished run, where there is one below --runs.\n"
      "Each look at test or sealed users is written to looks.jsonl in the folder --out, and\n"
      "counted there; validation users may be looked at as often as one likes.\n"
      "With --closed-loop every planner also plays, in up to 3 hours; the same command goes on\n"
      "after an interruption.");
  planner->callback([options] { ExecuteAudit(*options); });
  AddAuditListeningCommand(*command);
  AddAuditWishesCommand(*command);
  AddAuditErrorsCommand(*command);
}

}  // namespace lerl
