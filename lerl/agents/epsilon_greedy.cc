#include "lerl/agents/epsilon_greedy.h"

#include "lerl/agents/learning/exploration.h"
#include "lerl/agents/learning/linear_bandit.h"

namespace lerl {
namespace {

class EpsilonGreedy : public LinearBandit {
 public:
  EpsilonGreedy(const AgentContext& context, const LearnerConfig& learner,
                const EpsilonGreedyConfig& config)
      : LinearBandit("epsilon_greedy", context, learner, config.l2), config_(config) {}

  void SetProgress(double progress) override { progress_ = progress; }
  // A loaded agent explores as the saved one did, before it is told how far the run is.
  void Save(TensorFile& file) const override {
    LinearBandit::Save(file);
    if (config_.exploration.changes())
      file.arrays["agent.progress"] = Array::Of(std::vector<double>{progress_});
  }
  void Load(const TensorFile& file) override {
    LinearBandit::Load(file);
    if (config_.exploration.changes())
      progress_ = ReadValue<double>(file.arrays, "agent.progress", {0, 1});
  }

 private:
  void Explore(const Observation& seen, const Taste&, std::span<float> scores) override {
    ExploreSlots(dataset_, seen, slate_, config_.epsilon * config_.exploration.Factor(progress_),
                 scores);
  }

  const EpsilonGreedyConfig config_;
  double progress_ = 0;
};

}  // namespace

std::unique_ptr<Agent> MakeEpsilonGreedy(const AgentContext& context, const LearnerConfig& learner,
                                         const EpsilonGreedyConfig& config) {
  return std::make_unique<EpsilonGreedy>(context, learner, config);
}

}  // namespace lerl
