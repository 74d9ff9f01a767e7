#include "lerl/learn/learned_run.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "lerl/base/clock.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/base/version.h"
#include "lerl/eval/interval_json.h"
#include "lerl/serve/guest.h"
#include "lerl/serve/time_format.h"
#include "lerl/train/checkpoint.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Json EpochJson(const LearnedEpoch& epoch) {
  if (epoch.agreement)
    return {{"likelihood", *epoch.likelihood},
            {"agreement", *epoch.agreement},
            {"gain", IntervalJson(epoch.gain.gain)},
            {"p_value", epoch.gain.p_value},
            {"kl", epoch.kl},
            {"counts", epoch.counts}};
  const OffPolicyEstimate& held_out = epoch.held_out;
  return {{"logged", IntervalJson(held_out.logged)},
          {"snips", IntervalJson(held_out.snips)},
          {"dr", IntervalJson(held_out.dr)},
          {"gain", IntervalJson(epoch.gain.gain)},
          {"p_value", epoch.gain.p_value},
          {"effective_slates", held_out.effective_slates},
          {"mean_weight", IntervalJson(held_out.mean_weight)},
          {"kl", epoch.kl},
          {"counts", epoch.counts},
          {"taken_back", epoch.taken_back}};
}

Json StoredJson(const StoredSlates& stored) {
  Json left_out = Json::object();
  for (size_t why = 0; why < kLeftOutNames.size(); ++why)
    left_out[kLeftOutNames[why]] = stored.left_out[why];
  return {{"from", stored.sessions > 0 ? FormatTime(stored.first_us) : ""},
          {"to", stored.sessions > 0 ? FormatTime(stored.last_us) : ""},
          {"sessions", stored.sessions},
          {"slates", stored.slates},
          {"left_out", left_out},
          {"hash", stored.hash}};
}

void RequireLearning(const RunConfig& config, const Agent& agent) {
  if (!LearnsFromSlates(agent))
    throw Error(ErrorKind::kConfig, "the run's agent '" + config.agent.name +
                                        "' can't learn from stored slates; these can: " +
                                        JoinNames(AgentsThatLearnFromSlates()));
  if (config.planner.published_mask)
    throw Error(ErrorKind::kConfig,
                "the run has planner.published_mask, under which plans change scores; learn from "
                "stored slates with a run that has not");
}

// A policy that learns, and all that it is made from.
class Learning {
 public:
  Learning(EventStore& store, const LearnRequest& request)
      : store_(store),
        request_(request),
        run_(ReadServedRun(request.run)),
        world_(WithGuest(LoadWorld(run_.config))),
        actors_(MakeActors(*world_, run_.config, static_cast<uint64_t>(run_.seed))) {
    RequireLearning(run_.config, *actors_.agent);
    progress_ = LoadCheckpoint(Owner(), run_.folder, actors_);
  }

  LearnedRun Execute(const LearnProgress& progress) {
    // 1. What was stored.
    const Catalog catalog(world_->dataset);
    ServedPolicy served(world_, run_,
                        {.slots = 1,
                         .temperature = request_.config.temperature,
                         .show_again = request_.config.show_again,
                         .longest_past = request_.config.longest_past});
    SessionLog task;
    actors_.env->Describe(task);
    LearnedRun result{.parent = run_.version,
                      .stored = ReadStoredSlates(store_, catalog, request_.which, served, task,
                                                 {.gamma = request_.config.gamma,
                                                  .imitate = request_.config.learner.imitate},
                                                 progress.read)};
    // 2. Whether that was learned from before.
    const fs::path folder = FolderOf(result.stored);
    const auto earlier = ReadRunFile(folder);
    result.was_there = earlier && earlier->value("status", "") == "finished";
    if (!result.was_there) {
      // 3. Learning, and the new version where there is one.
      const Actors start = LoadRun(*world_, run_.config, run_.seed, run_.folder);
      result.policy = FineTune(*actors_.agent, *start.agent, result.stored, world_->factors.model,
                               request_.config, progress.epoch);
      const bool writes = result.policy.better || (request_.anyway && result.policy.best > 0);
      if (!writes) return result;
      Write(result, folder);
    }
    result.folder = folder;
    result.version = ReadServedRun(folder).version;
    return result;
  }

 private:
  static std::shared_ptr<const World> WithGuest(std::unique_ptr<World> world) {
    AddGuest(*world);
    return world;
  }
  RunOwner Owner() const { return {*world_, run_.config, run_.seed}; }

  fs::path FolderOf(const StoredSlates& stored) const {
    const std::string name = ConfigHash({{"parent", run_.version},
                                         {"settings", ConfigToJson(request_.config)},
                                         {"stored", stored.hash}});
    return SeedFolder(
        GroupFolder(request_.out, run_.config).string() + "-learned-" + name.substr(0, 8),
        run_.seed);
  }

  Json AboutLearning(const LearnedRun& result) const {
    const LearnedPolicy& policy = result.policy;
    return {{"parent", run_.version},
            {"stored", StoredJson(result.stored)},
            {"settings", ConfigToJson(request_.config)},
            {"learned_users", policy.learned_users},
            {"learned_slates", policy.learned_slates},
            {"held_out_users", policy.held_users},
            {"epoch", policy.best},
            {"before", EpochJson(policy.epochs[0])},
            {"after", EpochJson(policy.epochs[At(policy.best)])},
            {"p_value", policy.p_value},
            {"better", policy.better}};
  }

  void Write(const LearnedRun& result, const fs::path& folder) const {
    const FolderLock lock(folder);
    Json run = *ReadRunFile(run_.folder);
    for (const char* key : {"metrics", "cost", "training_plans", "gradient_steps"}) run.erase(key);
    KeepMetrics(folder, -1);
    for (const LearnedEpoch& epoch : result.policy.epochs) {
      Json line = EpochJson(epoch);
      line["iteration"] = epoch.epoch;
      for (const auto& [name, value] : epoch.losses) line[name] = value;
      AppendLine(folder / "metrics.jsonl", line.dump());
    }
    WriteCheckpoint(Owner(), progress_, actors_, folder);
    run["learned"] = AboutLearning(result);
    run["commits"] = Json::array({Commit()});
    run["behaviour"] = ConfigHash({{"parent", run.value("behaviour", "")},
                                   {"learned", run["learned"]},
                                   {"commits", run["commits"]}});
    run["started"] = run["finished"] = UtcNow();
    run["metrics"] = MetricsHash(folder);
    WriteRunFile(folder, run);
  }

  EventStore& store_;
  const LearnRequest& request_;
  const ServedRun run_;
  const std::shared_ptr<const World> world_;
  Actors actors_;
  RunProgress progress_;
};

}  // namespace

LearnedRun LearnFromEvents(EventStore& store, const LearnRequest& request,
                           const LearnProgress& progress) {
  RequireWritable(request.out);
  LearnedRun result = Learning(store, request).Execute(progress);
  result.stored.histories.clear();
  return result;
}

Json ToJson(const LearnedRun& run) {
  Json json = {{"parent", run.parent}, {"stored", StoredJson(run.stored)}};
  json["folder"] = run.folder.empty() ? Json() : Json(run.folder.string());
  json["version"] = run.version.empty() ? Json() : Json(run.version);
  if (run.was_there) return json;
  json["epochs"] = Json::array();
  for (const LearnedEpoch& epoch : run.policy.epochs) json["epochs"].push_back(EpochJson(epoch));
  json["best"] = run.policy.best;
  json["p_value"] = run.policy.p_value;
  json["better"] = run.policy.better;
  return json;
}

}  // namespace lerl
