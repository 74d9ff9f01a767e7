#include "lerl/agents/dorl.h"

#include "lerl/agents/a2c_agent.h"
#include "lerl/agents/user_models/behaviour_entropy.h"
#include "lerl/agents/user_models/model_based_agent.h"
#include "lerl/agents/user_models/world_ensemble.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

// The users of an imagined session: equation (1) of the header.
class DebiasedUsers : public UserModel {
 public:
  DebiasedUsers(WorldEnsemble world, BehaviourEntropy entropy, const DorlConfig& config,
                std::vector<float> price_factors)
      : world_(std::move(world)),
        entropy_(std::move(entropy)),
        price_factors_(std::move(price_factors)),
        lambda_1_(config.lambda_1),
        lambda_2_(config.lambda_2) {}

  UpdateStats Fit(const TrainingRows& rows, Rng& rng) override {
    return {{"world_loss", world_->Fit(rows, rng)}};
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
    // 2. Mean over the slate's items of g (rhat - lambda_1 P_U).
    const torch::Tensor each = now.reward - lambda_1_ * now.uncertainty;
    const torch::Tensor factors = PriceFactorsOf(slates, price_factors_);
    CopyTo((each.view({std::ssize(slates), -1}) * factors).mean(-1), rewards);
    // 3. Plus lambda_2 P_E of the slate and the one shown before it.
    for (size_t n = 0; n < slates.size(); ++n) {
      const auto& [user, before, shown] = slates[n];
      const size_t last = before.empty() ? 0 : shown.size();
      rewards[n] += static_cast<float>(lambda_2_ * entropy_.Of(shown, before.last(last)));
    }
  }

 private:
  WorldEnsemble world_;
  const BehaviourEntropy entropy_;
  const std::vector<float> price_factors_;
  const double lambda_1_, lambda_2_;
};

}  // namespace

std::unique_ptr<Agent> MakeDorl(const AgentContext& context, const LearnerConfig& learner,
                                const DorlConfig& config) {
  auto policy = std::make_unique<A2cAgent>("dorl", context, learner, config.a2c);
  BehaviourEntropy entropy(
      context.dataset, CollectTrainingRows(context.dataset, context.split),
      {.categories = config.entropy_of == "categories", .published = config.published_entropy});
  const WorldEnsemble world(context.dataset, config.world);
  policy->Own("world", world.ptr());
  return std::make_unique<ModelBasedAgent>(
      context, config.model_based, std::move(policy),
      std::make_unique<DebiasedUsers>(world, std::move(entropy), config, context.price_factors));
}

}  // namespace lerl
