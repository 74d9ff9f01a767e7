#include "lerl/eval/sim_audit/audit_policies.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "lerl/agents/control_agents.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/eval/metrics/session_return.h"
#include "lerl/planner/registry.h"
#include "lerl/sim/env_config.h"
#include "lerl/train/held_out.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

constexpr float kUnseen = -1e6f;  // below every log share

class LoggingLike : public Control {
 public:
  LoggingLike(const Dataset& dataset, const Split& split)
      : Control("logging_like"), third_(ActivityThirds(dataset, split)) {
    for (std::vector<float>& counts : log_count_) counts.resize(At(dataset.num_items()));
    for (int64_t user = 0; user < dataset.num_users(); ++user)
      for (const int64_t row : PastRows(dataset, split, user))
        log_count_[At(third_[At(user)])][At(dataset.items[At(row)])] += 1;
    for (std::vector<float>& counts : log_count_)
      for (float& count : counts) count = count > 0 ? std::log(count) : kUnseen;
  }

 private:
  void ScoreItems(const Observation& seen, std::span<float> scores) override {
    const std::vector<float>& log_count = log_count_[At(third_[At(seen.user)])];
    Rng rng(seen.seed, "logging-like policy", static_cast<uint64_t>(seen.step));
    for (size_t i = 0; i < scores.size(); ++i)  // Gumbel noise
      scores[i] =
          log_count[i] - static_cast<float>(std::log(-std::log(std::max(rng.Uniform(), 1e-300))));
  }
  std::vector<int> third_;                       // [U]
  std::array<std::vector<float>, 3> log_count_;  // [3][I] log n_gi
};

class ModelAgent : public Control {
 public:
  ModelAgent(std::shared_ptr<const MfModel> model, float sign)
      : Control("model"), model_(std::move(model)), sign_(sign) {}

 private:
  void ScoreItems(const Observation& seen, std::span<float> scores) override {
    for (size_t i = 0; i < scores.size(); ++i)
      scores[i] = sign_ * model_->Logit(seen.user, static_cast<int32_t>(i));
  }
  const std::shared_ptr<const MfModel> model_;
  const float sign_;
};

class ScoreAgent : public Control {
 public:
  explicit ScoreAgent(std::vector<float> scores) : Control("scores"), scores_(std::move(scores)) {}

 private:
  void ScoreItems(const Observation&, std::span<float> scores) override {
    std::ranges::copy(scores_, scores.begin());
  }
  const std::vector<float> scores_;  // [I]
};

void PlanBy(RunConfig& config, const std::string& planner) {
  config.planner.name = planner;
  config.planner.published_mask = false;  // it is of ppo
  config.planner.cadence = 1;
  config.planner.replan = "every_n";
}

std::vector<SessionLog> PlaySeeds(const World& world, Actors& actors, const AuditPlay& play) {
  std::vector<SessionLog> logs;
  for (const int64_t seed : play.seeds) {
    actors.plans->planner().BeginIteration(DeriveSeed(static_cast<uint64_t>(seed), "sim audit"),
                                           PlanMode::kEvaluation);
    const std::vector<SessionSpec> specs =
        HeldOutSessions(world.split, HeldOut::kValidation, play.users, seed);
    logs.push_back(PlaySessions(world.dataset, *actors.env, *actors.agent, *actors.plans, specs,
                                {.mode = PlanMode::kEvaluation}));
  }
  return logs;
}

}  // namespace

std::vector<AuditPolicy> AuditPolicies() {
  return {{"random", "random", "none"},
          {"popularity", "popularity", "none"},
          {"logging_like", "random", "none"},
          {"factors", "mmr", "none", {"agent.mmr.lambda=1"}},
          {"mmr", "mmr", "none", {"agent.mmr.lambda=0.7"}},
          {"round_robin", "mmr", "round_robin", {"agent.mmr.lambda=0.7"}},
          {"random_plan", "mmr", "random", {"agent.mmr.lambda=0.7"}},
          {"own_history", "mmr", "own_history", {"agent.mmr.lambda=0.7"}},
          {"greedy", "greedy", "none", {}, true}};
}

std::vector<std::string> RankedPolicies() {
  std::vector<std::string> names;
  for (const AuditPolicy& policy : AuditPolicies())
    if (!policy.oracle) names.push_back(policy.name);
  return names;
}

std::vector<int> ActivityThirds(const Dataset& dataset, const Split& split) {
  std::vector<int64_t> users(At(dataset.num_users()));
  std::iota(users.begin(), users.end(), 0);
  std::ranges::stable_sort(users, {},
                           [&](int64_t user) { return PastRows(dataset, split, user).size(); });
  std::vector<int> third(users.size());
  for (size_t n = 0; n < users.size(); ++n)
    third[At(users[n])] = static_cast<int>(3 * n / users.size());
  return third;
}

std::unique_ptr<Agent> MakeLoggingLike(const Dataset& dataset, const Split& split) {
  return std::make_unique<LoggingLike>(dataset, split);
}

std::unique_ptr<Agent> MakeModelAgent(std::shared_ptr<const MfModel> model, float sign) {
  return std::make_unique<ModelAgent>(std::move(model), sign);
}

std::unique_ptr<Agent> MakeScoreAgent(std::vector<float> scores) {
  return std::make_unique<ScoreAgent>(std::move(scores));
}

std::vector<SessionLog> PlayAuditPolicy(const World& world, const World& truth, RunConfig config,
                                        const AuditPolicy& policy, const AuditPlay& play) {
  if (policy.name == "logging_like")
    return PlayAgent(world, truth, std::move(config), MakeLoggingLike(world.dataset, world.split),
                     play);
  config.agent.name = policy.agent;
  PlanBy(config, policy.planner);
  SetFields(config, policy.sets);
  Actors actors = MakeActors(world, config, 1, {.truth = &truth});
  return PlaySeeds(world, actors, play);
}

std::vector<SessionLog> PlayAgent(const World& world, const World& truth, RunConfig config,
                                  std::unique_ptr<Agent> agent, const AuditPlay& play) {
  config.agent.name = "random";
  PlanBy(config, "none");
  Actors actors = MakeActors(world, config, 1, {.truth = &truth});
  actors.agent = std::move(agent);
  return PlaySeeds(world, actors, play);
}

PolicyFigures FiguresOf(const std::string& name, const std::vector<SessionLog>& logs) {
  std::vector<SessionValues> reward, per_step;
  for (const SessionLog& log : logs) {
    SessionValues& sums = reward.emplace_back();
    SessionValues& means = per_step.emplace_back();
    for (int64_t s = 0; s < log.sessions; ++s) {
      double sum = 0;
      for (int64_t t = 0; t < log.length[At(s)]; ++t)
        sum += static_cast<double>(log.expected[log.Cell(s, t)]);
      sums.numerator.push_back(sum);
      means.numerator.push_back(sum / std::max(1.0, static_cast<double>(log.length[At(s)])));
    }
  }
  return {.name = name, .reward = MakeCrossedTable(reward), .per_step = MakeCrossedTable(per_step)};
}

std::vector<PolicyFigures> PlayAll(const World& world, const World& truth, const RunConfig& config,
                                   const AuditPlay& play, bool with_oracle) {
  std::vector<PolicyFigures> figures;
  for (const AuditPolicy& policy : AuditPolicies())
    if (with_oracle || !policy.oracle)
      figures.push_back(
          FiguresOf(policy.name, PlayAuditPolicy(world, truth, config, policy, play)));
  return figures;
}

}  // namespace lerl
