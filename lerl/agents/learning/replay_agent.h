#pragma once
// ReplayAgent: what the agents share that learn from a replay. It takes sessions in, samples
// minibatches of whole sessions, makes the passes over the logs before the first session, and saves
// the replay. An agent adds one step of learning. Include from .cc files only.

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

 private:
  const WarmStartConfig warm_start_;
  const ReplayConfig config_;
  const bool masked_;
  Replay replay_;
};

}  // namespace lerl
