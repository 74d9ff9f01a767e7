#include "lerl/agents/dorl.h"

#include <optional>

#include "lerl/agents/a2c_agent.h"
#include "lerl/agents/user_models/behaviour_entropy.h"
#include "lerl/agents/user_models/model_based_agent.h"
#include "lerl/agents/user_models/world_ensemble.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

class Dorl : public ModelBasedAgent<A2cAgent> {
 public:
  Dorl(const AgentContext& context, const LearnerConfig& learner, const DorlConfig& config)
      : ModelBasedAgent(config.model_based, "dorl", context, learner, config.a2c),
        config_(config),
        entropy_(context.dataset, CollectTrainingRows(context.dataset, context.split),
                 {.categories = config.entropy_of == "categories",
                  .published = config.published_entropy}),
        world_(context.dataset, config.world) {
    Own("world", world_.ptr());
  }

 protected:
  UpdateStats Fit(const TrainingRows& rows) override {
    return {{"world_loss", world_->Fit(rows, rng_)}};
  }

  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    // 1. Prediction of the ensemble for every shown item.
    std::vector<int64_t> users, items;
    for (const ImaginedSlate& shown : slates) {
      users.insert(users.end(), shown.items.size(), shown.user);
      items.insert(items.end(), shown.items.begin(), shown.items.end());
    }
    const WorldEnsembleImpl::Prediction now =
        world_->Predict(torch::tensor(users, torch::kInt64), torch::tensor(items, torch::kInt64));
    CopyTo(now.reward, chances);
    // 2. Mean over the slate's items of rhat - lambda_1 P_U, equation (1) of the header.
    const torch::Tensor each = now.reward - config_.lambda_1 * now.uncertainty;
    CopyTo(each.view({static_cast<int64_t>(slates.size()), -1}).mean(-1), rewards);
    // 3. Plus lambda_2 P_E of the slate and the one shown before it.
    for (size_t n = 0; n < slates.size(); ++n) {
      const auto& [user, before, shown] = slates[n];
      const size_t last = before.empty() ? 0 : shown.size();
      rewards[n] += static_cast<float>(config_.lambda_2 * entropy_.Of(shown, before.last(last)));
    }
  }

 private:
  const DorlConfig config_;
  const BehaviourEntropy entropy_;
  WorldEnsemble world_;
};

}  // namespace

std::unique_ptr<Agent> MakeDorl(const AgentContext& context, const LearnerConfig& learner,
                                const DorlConfig& config) {
  return std::make_unique<Dorl>(context, learner, config);
}

}  // namespace lerl
