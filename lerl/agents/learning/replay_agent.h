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
// With n_step = n above 1 the targets add up n rewards (agents/learning/n_step.h).
//
// With priority_exponent above 0 the replay draws sessions by priority
// (agents/learning/priorities.h). A session's error is the mean over its steps of |error|, further
// axes and the critics averaged. In the loss the errors of session i count w_i:
//
//   mean of w_i l(error),     beta = beta_0 + (1 - beta_0) p
//
//   beta_0   the setting importance_exponent
//   p        progress of the run (Agent::SetProgress)
// The losses of actors and policies have no weights.
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
  // Where exploration changes over the run, the progress is part of the checkpoint: a loaded agent
  // explores as the saved one did, before it is told how far the run is.
  void SetProgress(double progress) override { progress_ = progress; }
  UpdateStats Update(const SessionLog& log) override;
  // Means over the steps of the newest update (LearningAgent::GradientNorms).
  UpdateStats Diagnostics() const override { return gradient_norms_; }
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
  // What epsilon and sigma are multiplied by now (agents/learning/exploration_config.h).
  double exploration_factor() const { return config_.exploration.Factor(progress_); }
  // The mean of w l over the entries of `values` float [B, T, ...] that are valid float [B, T];
  // what `values` aim at has the same shape. Further axes are averaged. Where sessions have
  // priorities, it notes their errors: Learn calls it once for each fit of a critic.
  torch::Tensor CriticError(const torch::Tensor& values, const torch::Tensor& targets,
                            const torch::Tensor& valid);
  // The rate at which target copies follow after a step of the critics by `adam`.
  double TargetRate(const Adam& adam) const;

 private:
  // One step of learning on sessions at these places of the replay.
  UpdateStats LearnFrom(const std::vector<int64_t>& places);

  const WarmStartConfig warm_start_;
  const ReplayConfig config_;
  const bool masked_;
  Replay replay_;
  double progress_ = 0;
  UpdateStats gradient_norms_;
  // Of the sessions that are being learned from, where they have priorities: their weights w
  // float [B], and their errors [B], one tensor for each call of CriticError.
  torch::Tensor weights_;
  std::vector<torch::Tensor> errors_;
};

}  // namespace lerl
