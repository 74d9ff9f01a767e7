#pragma once
// ModelBasedAgent: what `cirs` and `dorl` share. An agent of the actor-critic family fits a model
// of users on the log, and learns from sessions that it plays against this model, before the first
// real one. Include from .cc files only.
//
//   WarmStart   1. the learner's own warm start
//               2. a fit of the model
//               3. `iterations` times: imagine a batch of sessions, learn from it
//   Update      learns from the sessions played, with the rewards that `played_rewards` names:
//               environment   what users answered (default): the model gives the start, and
//                             experience corrects its faults
//               model         what the model says the shown slates were worth, as in the papers,
//                             which never see a true reward
// Rewards that are reported are the environment's in either case.

#include <vector>

#include "lerl/agents/learning/actor_critic_agent.h"
#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/agents/user_models/model_based_config.h"
#include "lerl/data/training_rows.h"

namespace lerl {

// `Learner` is PpoAgent or A2cAgent.
template <typename Learner>
class ModelBasedAgent : public Learner, protected UserModel {
 public:
  template <typename... LearnerArguments>
  explicit ModelBasedAgent(const ModelBasedConfig& config, LearnerArguments&&... arguments)
      : Learner(std::forward<LearnerArguments>(arguments)...), config_(config) {}

  UpdateStats WarmStart() override {
    UpdateStats stats = Learner::WarmStart();
    FitOnce(stats);
    for (int64_t n = 0; n < config_.imagine.iterations; ++n) {
      const SessionLog log = ImagineSessions(this->dataset_, this->split_, *this, *this,
                                             this->DrawTrainUsers(config_.imagine.sessions),
                                             this->slate_, config_.imagine, this->rng_.Next());
      this->LearnFrom(this->MakeBatch(log));
      if (n == 0) stats.emplace_back("imagined_first_reward", MeanReward(log));
      if (n + 1 == config_.imagine.iterations)
        stats.emplace_back("imagined_last_reward", MeanReward(log));
    }
    return stats;
  }

  UpdateStats Update(const SessionLog& log) override {
    SessionBatch batch = this->MakeBatch(log);
    UpdateStats fit;
    if (config_.played_rewards == "model") {
      FitOnce(fit);
      RewardByModel(log, batch.rewards);
    }
    return this->LearnFrom(batch);
  }

  void Save(TensorFile& file) const override {
    Learner::Save(file);
    file.arrays["agent.fitted"] = Array::Of(std::vector<int64_t>{fitted_ ? 1 : 0});
  }
  void Load(const TensorFile& file) override {
    Learner::Load(file);
    fitted_ = file.at("agent.fitted").Values<int64_t>().at(0) != 0;
  }

 protected:
  // Fits the model on the rows and returns its statistics. Called once in the life of an agent.
  virtual UpdateStats Fit(const TrainingRows& rows) = 0;

 private:
  void FitOnce(UpdateStats& stats) {
    if (fitted_) return;
    for (const auto& stat : Fit(CollectTrainingRows(this->dataset_, this->split_)))
      stats.push_back(stat);
    fitted_ = true;
  }

  static double MeanReward(const SessionLog& log) {
    double sum = 0, steps = 0;
    for (int64_t s = 0; s < log.sessions; ++s) {
      for (int64_t t = 0; t < log.length[static_cast<size_t>(s)]; ++t, ++steps)
        sum += static_cast<double>(log.reward[log.Cell(s, t)]);
    }
    return sum / steps;
  }

  // Overwrites `rewards` float [B, T] with those of the model, where a session has a step.
  void RewardByModel(const SessionLog& log, torch::Tensor& rewards) {
    const auto k = static_cast<size_t>(log.slate);
    std::vector<ImaginedSlate> slates;
    std::vector<float*> places;
    for (int64_t s = 0; s < log.sessions; ++s) {
      const auto index = static_cast<size_t>(s);
      const int32_t* first = log.items.data() + log.Cell(s, 0) * k;
      for (int64_t t = 0; t < log.length[index]; ++t) {
        const size_t before = static_cast<size_t>(t) * k;
        slates.push_back(
            {.user = log.user[index], .before = {first, before}, .items = {first + before, k}});
        places.push_back(rewards.data_ptr<float>() + s * rewards.size(1) + t);
      }
    }
    std::vector<float> chances(slates.size() * k), worth(slates.size());
    Respond(slates, chances, worth);
    for (size_t n = 0; n < slates.size(); ++n) *places[n] = worth[n];
  }

  const ModelBasedConfig config_;
  bool fitted_ = false;
};

}  // namespace lerl
