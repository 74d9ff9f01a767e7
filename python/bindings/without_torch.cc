// What the module has in place of what needs libtorch: agents that play what others have learned,
// and a clear error where something would have to be trained.
#include "lerl/agents/playing/make_trained.h"
#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/sim/response/transformer_training.h"

namespace lerl {

std::unique_ptr<Agent> MakeReinforce(const AgentContext& context, const LearnerConfig& learner,
                                     const ReinforceConfig&) {
  return MakeTrained("reinforce", context, learner);
}
std::unique_ptr<Agent> MakeA2c(const AgentContext& context, const LearnerConfig& learner,
                               const A2cConfig&) {
  return MakeTrained("a2c", context, learner);
}
std::unique_ptr<Agent> MakePpo(const AgentContext& context, const LearnerConfig& learner,
                               const PpoConfig&) {
  return MakeTrained("ppo", context, learner);
}
std::unique_ptr<Agent> MakeDdpg(const AgentContext& context, const LearnerConfig& learner,
                                const DdpgConfig&) {
  return MakeTrained("ddpg", context, learner);
}
std::unique_ptr<Agent> MakeTd3(const AgentContext& context, const LearnerConfig& learner,
                               const Td3Config&) {
  return MakeTrained("td3", context, learner);
}
std::unique_ptr<Agent> MakeDqn(const AgentContext& context, const LearnerConfig& learner,
                               const DoubleQConfig&) {
  return MakeTrained("dqn", context, learner);
}
std::unique_ptr<Agent> MakeHac(const AgentContext& context, const LearnerConfig& learner,
                               const HacConfig&) {
  return MakeTrained("hac", context, learner);
}
std::unique_ptr<Agent> MakeSac4ir(const AgentContext& context, const LearnerConfig& learner,
                                  const Sac4irConfig&) {
  return MakeTrained("sac4ir", context, learner);
}
std::unique_ptr<Agent> MakeDnair(const AgentContext& context, const LearnerConfig& learner,
                                 const DnairConfig&) {
  return MakeTrained("dnair", context, learner);
}
std::unique_ptr<Agent> MakeHer4if(const AgentContext& context, const LearnerConfig& learner,
                                  const Her4ifConfig& config) {
  return MakeTrained(
      "her4if", context, learner,
      PlayedGroups{config.groups, config.popular_share, config.memory, config.floor});
}
std::unique_ptr<Agent> MakeCirs(const AgentContext& context, const LearnerConfig& learner,
                                const CirsConfig&) {
  return MakeTrained("cirs", context, learner);
}
std::unique_ptr<Agent> MakeDorl(const AgentContext& context, const LearnerConfig& learner,
                                const DorlConfig&) {
  return MakeTrained("dorl", context, learner);
}

// The package then has the program train it (python/lerl/world.py).
std::shared_ptr<ResponseModel> TrainTransformerResponse(const Dataset& dataset, const Split&,
                                                        const TransformerResponseConfig&,
                                                        uint64_t) {
  throw Error(ErrorKind::kNoRun,
              "the response model of " + dataset.name +
                  " is not trained yet, and the module can't train; run `python -m lerl data "
                  "prepare --config FILE` with the same settings");
}

}  // namespace lerl
