#include "lerl/eval/evaluator.h"

#include <optional>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/base/rng.h"
#include "lerl/base/version.h"
#include "lerl/eval/play_file.h"
#include "lerl/planner/registry.h"
#include "lerl/train/held_out.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {

HeldOutPlay PlayHeldOut(const World& world, const RunConfig& config, int64_t seed, Actors& actors,
                        bool show_progress) {
  // 1. The planner as it is judged: counts start anew, and one set of reflections serves all.
  actors.plans->ResetCounts();
  Planner& planner = actors.plans->planner();
  if (config.evaluation.teacher) {
    TeachingPlanner* student = planner.teaching();
    if (student == nullptr)
      throw Error(ErrorKind::kConfig, "evaluation.teacher: the planner " + config.planner.name +
                                          " has no teacher; set planner.name to student");
    student->SetTeacherPlays(true);
  }
  planner.BeginIteration(DeriveSeed(static_cast<uint64_t>(seed), "evaluation"),
                         PlanMode::kEvaluation);
  // 2. The sessions, with the truth before each step for metrics that need it.
  RequireHeldOut(world.split, world.judged);
  const std::vector<SessionSpec> specs =
      HeldOutSessions(world.split, world.judged, config.evaluation.users, seed);
  PlayOptions options = {.mode = PlanMode::kEvaluation,
                         .reorder = config.evaluation.reorder,
                         .record_truth = true,
                         .threads = static_cast<int>(config.train.threads)};
  std::optional<Progress> progress;
  int64_t slates = 0;
  if (show_progress) {
    // Of as many slates as there would be if nobody left early.
    progress.emplace("evaluate seed " + std::to_string(seed),
                     std::ssize(specs) * actors.env->longest_session(), "slates");
    options.on_slate = [&](const ChosenSlate&) { progress->Advance(++slates); };
  }
  SessionLog log = PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs,
                                std::move(options));
  return {std::move(log), actors.plans->counts(), Commit()};
}

std::filesystem::path KeptPlayPath(HeldOut judged, const RunConfig& config,
                                   const std::filesystem::path& folder) {
  const std::string users =
      judged == HeldOut::kTest ? "" : std::string(kHeldOutNames[At(judged)]) + "-";
  return folder / ("sessions-" + users + RowHash(config).substr(0, 8) + ".safetensors");
}

HeldOutPlay EvaluateRun(const World& world, const RunConfig& config, int64_t seed,
                        const std::filesystem::path& folder, const EvaluateOptions& options) {
  const TrainedBy made = options.trained.value_or(TrainedBy{&world, &config});
  const std::string stale = StaleRun(folder, *made.config, made.world->fingerprint, seed);
  // 1. Read the sessions that are kept. They follow from the checkpoint and the row's settings, so
  //    both are in the key.
  const std::string key = RowHash(config) + HashText(ReadFile(folder / "checkpoint.safetensors"));
  const std::filesystem::path path = KeptPlayPath(world.judged, config, folder);
  if (std::filesystem::exists(path)) {
    try {
      std::optional<HeldOutPlay> play = ReadPlay(path, key);
      if (play) RequireInRange(play->log, world.dataset.num_users(), world.dataset.num_items());
      const bool fresh = play && play->commit == Commit();
      if (play && (fresh || options.reuse_stale)) {
        play->stale = stale;
        play->kept_iteration = KeptIterationOf(folder);
        play->invalid_run = InvalidRun(folder);
        if (!fresh)
          play->stale += (stale.empty() ? "played at " : ", played at ") +
                         (play->commit.empty() ? "an unknown commit" : play->commit);
        return *std::move(play);
      }
    } catch (const std::exception& error) {
      LogWarning(path.string() + ": " + error.what() + "; the sessions are played again");
    }
  }
  // 2. Play them where none are kept, and keep them.
  ActorParts parts;
  if (options.trained) {
    parts.truth = &TruthOf(world);
    parts.env = &*config.env;
  }
  Actors actors = LoadRun(*made.world, *made.config, seed, folder, parts);
  HeldOutPlay play = PlayHeldOut(world, config, seed, actors, options.show_progress);
  play.stale = stale;
  play.kept_iteration = KeptIterationOf(folder);
  play.invalid_run = InvalidRun(folder);
  try {
    WritePlay(path, play, key);
  } catch (const Error& error) {
    LogWarning(std::string(error.what()) + "; the sessions are not kept for the next time");
  }
  return play;
}

Evaluation EvaluateRow(const std::string& label, const World& world, const RunConfig& config,
                       const std::vector<HeldOutPlay>& plays) {
  std::vector<SessionLog> logs;
  PlanCounts plans;
  std::set<std::string> stale;
  std::vector<int64_t> kept;
  std::string invalid_run;  // of the first that is
  for (const HeldOutPlay& play : plays) {
    if (invalid_run.empty()) invalid_run = play.invalid_run;
    logs.push_back(play.log);
    plans.Add(play.plans);
    if (!play.stale.empty()) stale.insert(play.stale);
    if (play.kept_iteration) kept.push_back(*play.kept_iteration);
  }
  // What is judged is judged by the whole log, whatever policies know of it.
  const World& truth = TruthOf(world);
  Evaluation evaluation =
      Evaluate(label, config.train.seeds, logs,
               {truth.dataset, truth.split, truth.unit_vectors, world.split.new_items});
  evaluation.result.agent = config.agent.name;
  evaluation.result.planner = config.planner.name;
  evaluation.result.held_out = world.judged;
  evaluation.result.invalid_run = std::move(invalid_run);
  if (kept.size() == plays.size()) evaluation.result.kept_iterations = kept;
  evaluation.result.oracle =
      FindAgentRow(config.agent.name).oracle || FindPlannerRow(config.planner.name).oracle;
  evaluation.result.commit = Commit();
  evaluation.result.config_hash = RowHash(config);
  for (const std::string& why : stale)
    evaluation.result.stale += (evaluation.result.stale.empty() ? "" : "; ") + why;
  const int64_t answered = evaluation.result.plans.Answered();
  if (plans.unlisted_labels > 0 && answered > 0)
    evaluation.result.unlisted_labels =
        static_cast<double>(plans.unlisted_labels) / static_cast<double>(answered);
  if (plans.pairs > 0) evaluation.result.same_first_3 = plans.same_first_3_share();
  return evaluation;
}

}  // namespace lerl
