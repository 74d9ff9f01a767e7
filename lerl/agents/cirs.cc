#include "lerl/agents/cirs.h"

#include "lerl/agents/ppo_agent.h"
#include "lerl/agents/user_models/exposure_model.h"
#include "lerl/agents/user_models/model_based_agent.h"
#include "lerl/nn/torch_arrays.h"

namespace lerl {
namespace {

class Cirs : public ModelBasedAgent<PpoAgent> {
 public:
  Cirs(const AgentContext& context, const LearnerConfig& learner, const CirsConfig& config)
      : ModelBasedAgent(config.model_based, "cirs", context, learner, config.ppo),
        gamma_e_(config.gamma_e),
        model_(context.dataset, config.user_model, context.slate) {
    Own("user_model", model_.ptr());
  }

 protected:
  UpdateStats Fit(const TrainingRows& rows) override {
    const double loss = model_->Fit(rows, rng_);
    return {{"user_model_loss", loss}, {"exposure_strength", model_->strength()}};
  }

  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    // Equation (2) of the header: each item's satisfaction is its chance, their mean the reward.
    const torch::Tensor satisfaction = model_->Satisfaction(slates, gamma_e_);
    CopyTo(satisfaction, chances);
    CopyTo(satisfaction.mean(-1), rewards);
  }

 private:
  const double gamma_e_;
  ExposureModel model_;
};

}  // namespace

std::unique_ptr<Agent> MakeCirs(const AgentContext& context, const LearnerConfig& learner,
                                const CirsConfig& config) {
  return std::make_unique<Cirs>(context, learner, config);
}

}  // namespace lerl
