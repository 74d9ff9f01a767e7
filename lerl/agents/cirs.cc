#include "lerl/agents/cirs.h"

#include "lerl/agents/ppo_agent.h"
#include "lerl/agents/user_models/exposure_model.h"
#include "lerl/agents/user_models/model_based_agent.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

// The users of an imagined session, by equation (2) of the header.
class SatisfiedUsers : public UserModel {
 public:
  SatisfiedUsers(ExposureModel model, double gamma_e, std::vector<float> price_factors)
      : model_(std::move(model)), gamma_e_(gamma_e), price_factors_(std::move(price_factors)) {}

  UpdateStats Fit(const TrainingRows& rows, Rng& rng) override {
    const double loss = model_->Fit(rows, rng);
    return {{"user_model_loss", loss}, {"exposure_strength", model_->strength()}};
  }

  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    // Each item's satisfaction is its chance, their mean, by the items' prices, the reward.
    const torch::Tensor satisfaction = model_->Satisfaction(slates, gamma_e_);
    CopyTo(satisfaction, chances);
    CopyTo((satisfaction * PriceFactorsOf(slates, price_factors_)).mean(-1), rewards);
  }

 private:
  ExposureModel model_;
  const double gamma_e_;
  const std::vector<float> price_factors_;
};

}  // namespace

std::unique_ptr<Agent> MakeCirs(const AgentContext& context, const LearnerConfig& learner,
                                const CirsConfig& config) {
  auto policy = std::make_unique<PpoAgent>("cirs", context, learner, config.ppo);
  const ExposureModel model(context.dataset, config.user_model, context.slate);
  policy->Own("user_model", model.ptr());
  return std::make_unique<ModelBasedAgent>(
      context, config.model_based, std::move(policy),
      std::make_unique<SatisfiedUsers>(model, config.gamma_e, context.price_factors));
}

}  // namespace lerl
