#include "lerl/train/trainer.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/clock.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/memory.h"
#include "lerl/base/progress.h"
#include "lerl/base/rng.h"
#include "lerl/base/version.h"
#include "lerl/planner/llm/named_files.h"
#include "lerl/train/checkpoint.h"
#include "lerl/train/divergence.h"
#include "lerl/train/held_out.h"
#include "lerl/train/plan_record.h"
#include "lerl/train/rank_play.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/session_means.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

double SecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class Run {
 public:
  Run(const World& world, const RunConfig& config, int64_t seed, fs::path folder, Ranks& ranks)
      : world_(world),
        config_(config),
        seed_(seed),
        folder_(std::move(folder)),
        ranks_(ranks),
        actors_(MakeActors(world, ConfigOfRank(config, ranks), static_cast<uint64_t>(seed),
                           {.ranks = &ranks})) {
    if (ranks_.first()) lock_.emplace(folder_);
  }

  TrainResult Execute(Resume resume, const OnIteration& on_iteration,
                      const ShouldStop& should_stop);

 private:
  Planner& planner() const { return actors_.plans->planner(); }
  int threads() const { return static_cast<int>(config_.train.threads); }
  RunOwner Owner() const { return {world_, config_, seed_}; }
  // The figures of a student; nothing for a planner that imitates no other.
  std::optional<TeachingFigures> Teaching() const;
  // Whether all iterations are done, or the run is out of patience.
  bool Ended() const {
    return iteration_ >= iterations_ || validation_.OutOf(config_.train.patience);
  }
  // Whether the iteration just done is the best so far of a run that keeps the best.
  bool IsBest() const { return keeps_best_ && validation_.best_iteration == iteration_; }
  std::optional<int64_t> KeptIteration() const;
  std::optional<TrainResult> FinishedBefore() const;
  bool TakeUp(Resume resume);
  void Loop(const OnIteration& report, const ShouldStop& should_stop);
  void Finish();
  void Iterate();
  Json FirstPoint();
  void ValidationPoint(Json& line);
  void ReturnGap(TeachingPlanner& planner, Json& line);
  std::string Note() const;
  std::string Invalid() const {
    return InvalidReason(actors_.plans->counts(), config_.planner.name);
  }
  void AppendMetrics(const Json& line);
  void SaveCheckpoint() const;
  void WriteStatus(const std::string& status);

  const World& world_;
  const RunConfig& config_;
  const int64_t seed_;
  const fs::path folder_;
  Ranks& ranks_;
  Actors actors_;
  std::optional<FolderLock> lock_;  // of rank 0; after the actors: without them no folder is left
  const bool keeps_best_ = config_.train.keep == "best";
  int64_t iterations_ = 0;  // that are to be done
  int64_t iteration_ = 0, user_steps_ = 0;
  ValidationRecord validation_;
  std::string note_, started_ = UtcNow();
  // What the model's files held when this process took the run up.
  const std::map<std::string, std::string> files_ = NamedFiles(config_.planner.llm);
  std::vector<std::string> commits_ = {Commit()};  // of the programs that trained the run
  // What this process spent on iterations, without validation.
  double learning_seconds_ = 0, memory_mb_ = 0;
  int64_t learning_steps_ = 0;
  // Where this process began, for the rates of the progress line.
  std::chrono::steady_clock::time_point loop_start_;
  int64_t steps_at_start_ = 0, labels_at_start_ = 0;
};

std::optional<TeachingFigures> Run::Teaching() const {
  const TeachingPlanner* student = planner().teaching();
  return student == nullptr ? std::nullopt : std::optional(student->Teaching());
}

void Run::Iterate() {
  const auto start = std::chrono::steady_clock::now();
  actors_.agent->SetProgress(static_cast<double>(iteration_) /
                             static_cast<double>(config_.train.iterations));
  // 1. Draw reflections and users.
  planner().BeginIteration(
      DeriveSeed(static_cast<uint64_t>(seed_), "iteration", static_cast<uint64_t>(iteration_)),
      PlanMode::kTraining);
  Rng rng(static_cast<uint64_t>(seed_), "users of an iteration", static_cast<uint64_t>(iteration_));
  const std::vector<SessionSpec> specs =
      DrawSessions(world_.split.train_users, config_.train.sessions, rng);
  SessionLog log;
  const UpdateStats stats = InIteration(iteration_ + 1, *actors_.agent, [&] {
    // 2. Play whole sessions.
    log = PlayOverRanks(ranks_, world_.dataset, actors_, specs,
                        {.mode = PlanMode::kTraining, .threads = threads()});
    // 3. Learn.
    UpdateStats learned;
    if (actors_.agent->learns()) learned = actors_.agent->Update(log);
    memory_mb_ = std::max(memory_mb_, ResidentMb());
    // 4. Reflect.
    planner().Reflect(EndedSessions(log));
    return learned;
  });
  ++iteration_;
  const int64_t steps = std::accumulate(log.length.begin(), log.length.end(), int64_t{0});
  user_steps_ += steps;
  learning_steps_ += steps;
  learning_seconds_ += SecondsSince(start);

  // 5. Record.
  const SessionMeans means = MeansOf(log);
  Json line = {{"iteration", iteration_},
               {"user_steps", user_steps_},
               {"R_cum", means.reward},
               {"T_int", means.length}};
  for (const auto& [name, value] : stats) line[name] = value;
  for (const auto& [name, value] : actors_.agent->Diagnostics()) line[name] = value;
  if (actors_.agent->learns()) line["gradient_steps"] = actors_.agent->gradient_steps();
  if (const auto teaching = Teaching()) DescribeTeaching(*teaching, line);
  if (iteration_ % config_.train.evaluate_every == 0 || iteration_ == config_.train.iterations)
    ValidationPoint(line);
  AppendMetrics(line);
}

// The warm start and the first point of the learning curve. They come before anything of the run is
// written, so that a planner which can't plan leaves no half-written run.
Json Run::FirstPoint() {
  Json line = {{"iteration", 0}, {"user_steps", 0}};
  const auto start = [this] { return actors_.agent->WarmStart(); };
  for (const auto& [name, value] : InIteration(0, *actors_.agent, start)) line[name] = value;
  ValidationPoint(line);
  return line;
}

void Run::ValidationPoint(Json& line) {
  const std::vector<SessionSpec> specs =
      HeldOutSessions(world_.split, HeldOut::kValidation, config_.train.valid_users, seed_);
  if (specs.empty()) return;
  SessionLog log;
  InIteration(iteration_, *actors_.agent, [&] {
    log = PlayOverRanks(ranks_, world_.dataset, actors_, specs,
                        {.mode = PlanMode::kValidation, .threads = threads()});
    return UpdateStats{};
  });
  const SessionMeans means = MeansOf(log);
  if (config_.train.judges()) validation_.Take(iteration_, means.reward);
  line["valid_R_cum"] = means.reward;
  line["valid_T_int"] = means.length;
  if (means.return_days > 0) line["valid_return_days"] = means.return_days;
  DescribePlans(*actors_.plans, line);
  char text[64];
  std::snprintf(text, sizeof(text), "R %.2f T %.2f", means.reward, means.length);
  note_ = text;
  if (TeachingPlanner* student = planner().teaching()) ReturnGap(*student, line);
}

// What sessions of validation users earn when the teacher plans them, less what the same sessions
// earn when the student does.
void Run::ReturnGap(TeachingPlanner& planner, Json& line) {
  const StudentConfig& config = config_.planner.student;
  const bool due = iteration_ == config_.train.iterations ||
                   validation_.OutOf(config_.train.patience) ||
                   (config.gap_every > 0 && iteration_ > 0 && iteration_ % config.gap_every == 0);
  if (!due || config.gap_users == 0) return;
  const std::vector<SessionSpec> specs =
      HeldOutSessions(world_.split, HeldOut::kValidation, config.gap_users, seed_);
  const auto play = [&] {
    return MeansOf(PlaySessions(world_.dataset, *actors_.env, *actors_.agent, *actors_.plans, specs,
                                {.mode = PlanMode::kValidation, .threads = threads()}))
        .reward;
  };
  const double student = play();
  planner.SetTeacherPlays(true);
  const double teacher = play();
  planner.SetTeacherPlays(false);
  line["return_gap"] = {{"student", student}, {"teacher", teacher}, {"gap", teacher - student}};
}

// What the progress line says: the newest validation figures; with a student also user-steps and
// labels a second of this process, the median age of its labels and its agreement with the teacher.
std::string Run::Note() const {
  const auto teaching = Teaching();
  if (!teaching) return note_;
  const double seconds = SecondsSince(loop_start_) + 1e-9;
  char text[160];
  std::snprintf(text, sizeof(text),
                "  %.0f user-steps/s  %.1f labels/s  label age %ld  top-%ld %.2f  NDCG %.2f",
                static_cast<double>(user_steps_ - steps_at_start_) / seconds,
                static_cast<double>(teaching->labels - labels_at_start_) / seconds,
                teaching->median_age, config_.planner.plan_size, teaching->overlap, teaching->ndcg);
  return note_ + text;
}

void Run::AppendMetrics(const Json& line) {
  if (ranks_.first()) AppendLine(folder_ / "metrics.jsonl", line.dump());
}

void Run::SaveCheckpoint() const {
  RequireSameAgent(ranks_, *actors_.agent);
  if (!ranks_.first()) return;
  RunProgress progress{.iterations = iteration_, .user_steps = user_steps_};
  if (config_.train.judges()) progress.validation = validation_;
  WriteCheckpoint(Owner(), progress, actors_, folder_);
  if (IsBest()) KeepAsBest(folder_);
}

std::optional<int64_t> Run::KeptIteration() const {
  if (!config_.train.judges()) return std::nullopt;
  return keeps_best_ && validation_.best_iteration >= 0 ? validation_.best_iteration : iteration_;
}

void Run::WriteStatus(const std::string& status) {
  if (!ranks_.first()) return;
  Json run = {{"status", status},
              {"train_hash", TrainHash(config_)},
              {"config", ConfigToJson(config_)},
              {"dataset", world_.fingerprint},
              {"files", files_},
              {"seed", seed_},
              {"iterations", iteration_},
              {"user_steps", user_steps_},
              {"commits", commits_},
              {"behaviour", BehaviourHash(config_, world_.fingerprint, seed_, commits_)},
              {"started", started_}};
  if (status == "finished") {
    run["finished"] = UtcNow();
    run["metrics"] = MetricsHash(folder_);
    if (const auto kept = KeptIteration()) run["kept_iteration"] = *kept;
    if (const std::string reason = Invalid(); !reason.empty()) run["invalid"] = reason;
    run["gradient_steps"] = actors_.agent->gradient_steps();
    for (int origin = 0; origin < kPlanOrigins; ++origin)
      run["training_plans"][kPlanOriginNames[origin]] = actors_.plans->counts().in_training[origin];
    run["cost"] = Json::object();
    if (!ranks_.alone()) run["cost"]["ranks"] = ranks_.size();
    if (learning_steps_ > 0) {
      run["cost"]["steps_per_second"] = static_cast<double>(learning_steps_) / learning_seconds_;
      run["cost"]["memory_mb"] = memory_mb_;
    }
  }
  WriteRunFile(folder_, run);
}

// Plays iterations until the run has ended, or until it is to stop; then the checkpoint holds the
// latest one.
void Run::Loop(const OnIteration& report, const ShouldStop& should_stop) {
  // All ranks stop where one is to.
  const auto stops = [&] {
    double wish[] = {should_stop() || !planner().Report().stop_reason.empty() ? 1.0 : 0.0};
    ranks_.Sum(std::span<double>(wish));
    return wish[0] > 0;
  };
  loop_start_ = std::chrono::steady_clock::now();
  steps_at_start_ = user_steps_;
  if (const auto teaching = Teaching()) labels_at_start_ = teaching->labels;
  report(iteration_, Note());
  while (!Ended() && !stops()) {
    Iterate();
    if (iteration_ % config_.train.checkpoint_every == 0 || IsBest() || Ended() || stops())
      SaveCheckpoint();
    report(iteration_, Note());
  }
}

// The best checkpoint takes the place of the last one before the run counts as finished. Killed in
// between, the run goes on from there and comes to the same end.
void Run::Finish() {
  if (iteration_ < iterations_ && ranks_.first())
    LogInfo(folder_.string() + ": ended after iteration " + std::to_string(iteration_) +
            ": the last " + std::to_string(config_.train.patience) +
            " validations were not better than that after " +
            std::to_string(validation_.best_iteration));
  const bool restores = ranks_.first() && keeps_best_ && validation_.best_iteration >= 0;
  if (restores) RestoreBest(folder_);
  WriteStatus("finished");
  if (restores) RemoveBest(folder_);
}

// Of rank 0, what a run that was finished before comes to; of the others, that it was.
std::optional<TrainResult> Run::FinishedBefore() const {
  std::optional<TrainResult> result;
  const std::optional<Json> earlier = ranks_.first() ? ReadRunFile(folder_) : std::nullopt;
  if (earlier && earlier->value("status", "") == "finished") {
    RequireOwner(*earlier, Owner(), folder_ / "run.json");
    RequireCheckpoint(folder_);
    result = {.finished = true,
              .iterations = earlier->value("iterations", int64_t{0}),
              .user_steps = earlier->value("user_steps", int64_t{0}),
              .kept_iteration = KeptIterationOf(folder_),
              .invalid = InvalidRun(folder_),
              .stale = StaleRun(folder_, config_, world_.fingerprint, seed_)};
  }
  const bool finished = !ranks_.FromFirst(result ? "finished" : "").empty();
  if (finished && !result) result = {.finished = true};
  return result;
}

// Takes up the unfinished run in the folder; false where there is none.
bool Run::TakeUp(Resume resume) {
  if (ranks_.FromFirst(HasCheckpoint(folder_) ? "unfinished" : "").empty()) return false;
  if (resume == Resume::kNever)
    throw Error(ErrorKind::kCheckpoint, folder_.string() +
                                            ": holds an unfinished run; continue it with --resume, "
                                            "or choose another folder with --out");
  const RunProgress done = LoadCheckpointOfFirst(ranks_, Owner(), folder_, actors_);
  iteration_ = done.iterations;
  user_steps_ = done.user_steps;
  validation_ = done.validation.value_or(ValidationRecord{});
  if (!ranks_.first()) return true;
  if (IsBest()) KeepAsBest(folder_);  // it may have been killed before the copy
  if (const std::optional<Json> earlier = ReadRunFile(folder_))
    commits_ = CommitsGoingOn(*earlier, folder_);
  return true;
}

TrainResult Run::Execute(Resume resume, const OnIteration& on_iteration,
                         const ShouldStop& should_stop) {
  const auto start = std::chrono::steady_clock::now();
  if (const std::optional<TrainResult> before = FinishedBefore()) return *before;
  const bool has_checkpoint = TakeUp(resume);
  const bool learns = actors_.agent->learns() || planner().learns();
  iterations_ = learns ? config_.train.iterations : 0;
  const Json first = learns && !has_checkpoint ? FirstPoint() : Json();
  if (ranks_.first()) KeepMetrics(folder_, has_checkpoint && learns ? iteration_ : -1);
  WriteStatus("running");
  if (!first.is_null()) AppendMetrics(first);
  if (!has_checkpoint) SaveCheckpoint();
  // From here on a killed run can be resumed.
  std::optional<Progress> progress;
  if (!on_iteration && ranks_.first())
    progress.emplace("train " + config_.agent.name + "+" + config_.planner.name + " seed " +
                         std::to_string(seed_),
                     iterations_, "iterations");
  const OnIteration show = [&](int64_t iteration, const std::string& note) {
    if (progress) progress->Advance(iteration, note);
  };
  Loop(on_iteration ? on_iteration : show, should_stop);
  TrainResult result{.finished = Ended(),
                     .iterations = iteration_,
                     .user_steps = user_steps_,
                     .seconds = SecondsSince(start),
                     .teaching = Teaching(),
                     .stop_reason = planner().Report().stop_reason};
  if (!result.finished) return result;
  Finish();
  result.kept_iteration = KeptIteration();
  result.invalid = Invalid();
  return result;
}

}  // namespace

TrainResult Train(const World& world, const RunConfig& config, int64_t seed, const fs::path& folder,
                  Resume resume, const OnIteration& on_iteration, const ShouldStop& should_stop,
                  Ranks& ranks) {
  RequireOverRanks(config, ranks.size());
  if (config.train.judges() && world.split.valid_users.empty())
    throw Error(
        ErrorKind::kConfig,
        "train.keep = \"best\" and train.patience go by validation users, and the split has "
        "none; set keep to \"last\" and patience to 0, or give split.valid_users a larger share");
  return Run(world, config, seed, folder, ranks).Execute(resume, on_iteration, should_stop);
}

Actors LoadRun(const World& world, const RunConfig& config, int64_t seed, const fs::path& folder,
               ActorParts parts) {
  parts.shows_new_items = true;
  Actors actors = MakeActors(world, config, static_cast<uint64_t>(seed), parts);
  LoadCheckpoint({world, config, seed}, folder, actors);
  return actors;
}

}  // namespace lerl
