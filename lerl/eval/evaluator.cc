#include "lerl/eval/evaluator.h"

#include <nlohmann/json.hpp>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/base/log.h"
#include "lerl/base/rng.h"
#include "lerl/base/tensor_file.h"
#include "lerl/eval/session_log_file.h"
#include "lerl/train/held_out.h"
#include "lerl/train/trainer.h"

namespace lerl {

SessionLog PlayHeldOut(const World& world, const RunConfig& config, int64_t seed, Actors& actors) {
  actors.plans->ResetCounts();
  actors.plans->planner().SetEvaluation(true);
  actors.plans->planner().BeginIteration(
      DeriveSeed(static_cast<uint64_t>(seed), "evaluation"));
  const std::vector<SessionSpec> specs =
      HeldOutSessions(world.split, HeldOut::kTest, config.evaluation.users, seed);
  return PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs,
                      {.explore = false, .reorder = config.evaluation.reorder});
}

SessionLog EvaluateRun(const World& world, const RunConfig& config, int64_t seed,
                       const std::filesystem::path& folder) {
  // Sessions follow from the checkpoint and the row's settings; another checkpoint is another key.
  const std::string key = RowHash(config) + HashText(ReadFile(folder / "checkpoint.safetensors"));
  const std::filesystem::path path =
      folder / ("sessions-" + RowHash(config).substr(0, 8) + ".safetensors");
  if (std::filesystem::exists(path)) {
    try {
      if (std::optional<SessionLog> log = ReadSessionLog(path, key)) return *std::move(log);
    } catch (const Error& error) {
      LogWarning(std::string(error.what()) + "; the sessions are played again");
    }
  }
  Actors actors = LoadRun(world, config, seed, folder);
  SessionLog log = PlayHeldOut(world, config, seed, actors);
  WriteSessionLog(path, log, key);
  return log;
}

}  // namespace lerl
