#include "lerl/eval/audit/closed_loop_cell.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/json_file.h"
#include "lerl/base/log.h"
#include "lerl/base/stop.h"
#include "lerl/base/version.h"
#include "lerl/eval/audit/planner_audit.h"
#include "lerl/eval/audit/planner_practice.h"
#include "lerl/eval/evaluator.h"
#include "lerl/eval/ledger.h"
#include "lerl/eval/metrics/session_length.h"
#include "lerl/eval/metrics/session_return.h"
#include "lerl/llm/backend.h"
#include "lerl/planner/registry.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

std::vector<int64_t> OriginsOf(const PlanCounts& counts) {
  return {counts.by_origin, counts.by_origin + kPlanOrigins};
}

std::string InHundredths(double share) { return std::to_string(std::lround(100 * share)); }

}  // namespace

RunConfig CellConfig(const RunConfig& base, const ClosedLoopCell& cell, int64_t users,
                     bool permute_labels) {
  RunConfig config = base;
  config.agent.name = "mmr";
  config.agent.mmr.lambda = 1;
  config.train.slots = kPracticeSessions;
  config.evaluation = {.users = users};
  config.planner.name = cell.planner;
  config.planner.plan_size = cell.setting.plan_size;
  config.planner.cadence = 1;
  config.planner.replan = "every_n";
  config.planner.published_mask = false;  // it is of ppo
  if (cell.setting.task == kLerlTask) {
    SetFields(config, {"env.task=whole_session", "env.rules=lerl"});
  } else {
    SetFields(config, {"env.task=evolving", "env.exclude_history=false"});
    config.planner.skip_last = false;
  }
  if (cell.weight >= 0) config.planner.grounded.weight = cell.weight;
  if (cell.nu >= 0) {
    config.planner.llm.name_user = true;
    config.planner.llm.tabulate = false;  // a table knows no names
    config.planner.llm.reflect = false;
    config.planner.llm.train_plans = 1000000;  // they cost nothing
  }
  if (permute_labels && AsksLanguageModel(config.planner))
    config.planner.llm = WithPermutation(config.planner.llm, cell.seed);
  return config;
}

std::optional<PlayedCell> PlayCell(const RunConfig& base, const ClosedLoopCell& cell,
                                   const ClosedLoopPlay& with,
                                   const std::function<void(const SessionLog&, Actors&)>& look) {
  // 1. The world as policies know it, the model that is asked, and the planner.
  // What users are really like is always that of the whole world (`truth`).
  const auto start = std::chrono::steady_clock::now();
  const RunConfig config = CellConfig(base, cell, with.users, with.permute_labels);
  const World& known = cell.setting.task == kColdTask ? with.cold : with.world;
  const auto seed = static_cast<uint64_t>(cell.seed);
  const std::shared_ptr<LlmBackend> backend =
      cell.nu >= 0 ? MakeScriptedTruth(with.world, *config.env, cell.nu, seed, cell.errors)
                   : with.backend;
  const int64_t asked_before = backend == nullptr ? 0 : backend->usage().prompts;
  Actors actors = MakeActors(known, config, seed, {.truth = &with.world, .backend = backend});
  Planner& planner = actors.plans->planner();
  PlayedCell played{.learns = planner.learns(), .asks = planner.language_model() != nullptr};
  // 2. Practice, for planners that learn.
  if (played.learns && !Practise(known, actors, with.iterations, seed)) return std::nullopt;
  if (StopRequested()) return std::nullopt;
  played.practice_plans = OriginsOf(actors.plans->counts());
  // 3. Held-out sessions, and what they are worth.
  const HeldOutPlay play = PlayHeldOut(known, config, cell.seed, actors);
  if (look) look(play.log, actors);
  const MetricInput input{known.dataset, known.split};
  played.users = play.log.user;
  played.reward = SessionReturn(play.log, input).numerator;
  played.length = SessionLength(play.log, input).numerator;
  played.plans = OriginsOf(play.plans);
  played.figures = planner.Report().figures;
  if (played.asks) played.prompts = backend->usage().prompts - asked_before;
  played.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return played;
}

std::string CellFile(const ClosedLoopCell& cell, HeldOut held_out) {
  std::string task = cell.setting.task;
  std::replace(task.begin(), task.end(), ' ', '_');
  std::string model = cell.nu >= 0 ? "-scripted" : "";
  if (cell.errors.share > 0)
    model +=
        (cell.errors.systematic ? "-mistaken" : "-corrupted") + InHundredths(cell.errors.share);
  if (cell.weight >= 0) model += "-w" + InHundredths(cell.weight);
  return task + "-" + cell.planner + model + "-size" + std::to_string(cell.setting.plan_size) +
         "-" + kHeldOutNames[At(held_out)] + "-seed" + std::to_string(cell.seed) + ".json";
}

std::string CellKey(const RunConfig& base, const ClosedLoopCell& cell, const ClosedLoopPlay& with) {
  const Json of = {RowHash(CellConfig(base, cell, with.users, with.permute_labels)),
                   cell.setting.task,
                   cell.nu,
                   cell.errors.share,
                   cell.errors.systematic,
                   cell.seed,
                   with.iterations,
                   PeopleOf(with.world.fingerprint, with.world.split, with.world.judged),
                   with.backend == nullptr ? "" : with.backend->fingerprint(),
                   with.files,
                   Commit()};
  return HashText(of.dump());
}

void WriteCell(const std::filesystem::path& path, const PlayedCell& cell, const std::string& key) {
  const Json json = {{"key", key},
                     {"learns", cell.learns},
                     {"asks", cell.asks},
                     {"users", cell.users},
                     {"R_cum", cell.reward},
                     {"T_int", cell.length},
                     {"plans", cell.plans},
                     {"practice_plans", cell.practice_plans},
                     {"figures", cell.figures},
                     {"prompts", cell.prompts},
                     {"seconds", cell.seconds}};
  WriteJsonFile(path, json, /*indent=*/-1);
}

std::optional<PlayedCell> ReadCell(const std::filesystem::path& path, const std::string& key) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Json json = TryReadJsonFile(path);
  try {
    if (json.at("key") != key) return std::nullopt;
    return PlayedCell{.learns = json.at("learns"),
                      .asks = json.at("asks"),
                      .users = json.at("users"),
                      .reward = json.at("R_cum"),
                      .length = json.at("T_int"),
                      .plans = json.at("plans"),
                      .practice_plans = json.at("practice_plans"),
                      .figures = json.at("figures"),
                      .prompts = json.at("prompts"),
                      .seconds = json.at("seconds")};
  } catch (const std::exception&) {
    LogWarning(path.string() + ": damaged; its sessions are played again");
    return std::nullopt;
  }
}

}  // namespace lerl
