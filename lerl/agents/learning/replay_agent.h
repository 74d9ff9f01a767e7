#pragma once
// ReplayAgent: what the agents share that learn from a replay. It takes sessions in, samples
// minibatches of whole sessions, makes the passes over the logs before the first session, and saves
// the replay. An agent adds one step of learning. Include from .cc files only.
//
// Its critics are fitted by the mean of l(error), where d is the setting huber (Huber 1964):
//
//   l(e) = e^2                where d = 0 or |e| <= d
//   l(e) = d (2 |e| - d)      elsewhere
//
// Target copies follow at every critic step by the rate tau. With target_every = n they are made
// anew at every n-th critic step instead (Mnih et al. 2015), and stay as they are between.

#include "lerl/agents/learning/learner_config.h"
#include "lerl/agents/learning/learning_agent.h"
#include "lerl/agents/learning/replay.h"
#include "lerl/agents/learning/replay_config.h"
#include "lerl/nn/mean_over.h"

namespace lerl {

class ReplayAgent : public LearningAgent {
 public:
  UpdateStats Update(const SessionLog& log) override;
  UpdateStats WarmStart() override;
  void Save(TensorFile& file) const override;
  void Load(const TensorFile& file) override;

 protected:
  // With `masked`, batches of the replay say which items could be shown (SessionBatch::allowed).
  ReplayAgent(std::string name, const AgentContext& context, const LearnerConfig& learner,
              const ReplayConfig& config, bool masked);

  // Makes one step of learning on sessions of the replay and returns its statistics. Update reports
  // their means by name.
  virtual UpdateStats Learn(const SessionBatch& batch) = 0;
  // Makes one step of learning on chunks of the logs and returns its loss. The context of such a
  // batch is 0, and every item could be shown.
  virtual double LearnFromLogs(const SessionBatch& batch) { return Learn(batch).front().second; }

  const ReplayConfig& replay_config() const { return config_; }
  // The mean of l over the entries of `values` float [B, T, ...] that are valid float [B, T]; what
  // `values` aim at has the same shape. Further axes are averaged.
  torch::Tensor CriticError(const torch::Tensor& values, const torch::Tensor& targets,
                            const torch::Tensor& valid) const;
  // The rate at which target copies follow after a step of the critics by `adam`.
  double TargetRate(const Adam& adam) const;

 private:
  const WarmStartConfig warm_start_;
  const ReplayConfig config_;
  const bool masked_;
  Replay replay_;
};

}  // namespace lerl
