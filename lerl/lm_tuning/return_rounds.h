#pragma once
// The return objective of a tuned planner: rounds, in each of which
//
//   1. the model as it is says what it would plan in states of training users' sessions;
//   2. several plans are drawn for each state and tried in the simulator, all from the same session
//      and seed, and the behaviour planner goes on afterwards (train/hindsight.h);
//   3. the model learns from them in one pass: group-relative advantages, credit by the place in
//      the plan, and a divergence that ties it to what it said in 1 (lm_tuning/model_tuner.h).
//
// A round is kept in the folder as round-N.safetensors, so that the same call goes on after a kill;
// rounds don't depend on when they are computed.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "lerl/lm_tuning/model_tuner.h"
#include "lerl/lm_tuning/tuning_examples.h"
#include "lerl/train/world.h"

namespace lerl {

struct RoundOptions {
  int64_t rounds = 0;
  int64_t states = 128;  // of a round at most
  double learning_rate = 2e-4;
  double kl_weight = 0.1;  // beta
};

// The planner whose prompts a tuner asks: that of the settings, without an adapter and with a small
// context.
PlannerConfig ForPrompts(PlannerConfig config);

class ReturnRounds {
 public:
  // `settings` names all that the rounds depend on beside the weights that they begin with. All
  // references must outlive this.
  ReturnRounds(const World& world, const RunConfig& config, const TuneOptions& tune,
               const ExampleOptions& examples, const RoundOptions& rounds,
               std::filesystem::path folder, std::string settings);

  // Returns the tuner of the last round. `done` is told the rounds that are finished and what drawn
  // plans earned in the latest one on average, over the states; 0 for a round that was read from
  // the folder. Throws Error(kCheckpoint) for a round of other settings, and Error(kUnusable) where
  // all plans earn the same.
  std::unique_ptr<ModelTuner> Run(std::unique_ptr<ModelTuner> tuner,
                                  const std::function<void(int64_t, double)>& done);

 private:
  std::filesystem::path RoundFile(int64_t round) const;
  TensorFile ReadRound(const std::filesystem::path& path) const;
  void WriteRound(const std::filesystem::path& path, const ModelTuner& tuner) const;
  std::unique_ptr<ModelTuner> Next(ModelTuner& tuner, int64_t round);
  std::vector<std::vector<float>> Score(ModelTuner& tuner, const ExampleOptions& examples,
                                        int64_t question,
                                        const std::vector<PlanState>& shown) const;

  const World& world_;
  const RunConfig& config_;
  const TuneOptions tune_;
  const ExampleOptions examples_;
  const RoundOptions rounds_;
  const std::filesystem::path folder_;
  const std::string settings_;
  const PlannerConfig planner_;
  const std::shared_ptr<LlmBackend> backend_;
  double earned_ = 0;  // in the latest round
};

}  // namespace lerl
