#pragma once
// ModelTuner: fine-tunes the upper layers of a Llama model by LoRA on questions whose answer is one
// token out of few (lm_tuning/tuned_llama.h). For an example with the target q [C] it lowers
//
//   KL(q || p) = sum_c q_c (log q_c - log p_c)          p_c = p(label c | prompt), over the labels
//
// Where an example has plans that were drawn from the model and tried, the loss is
//
//   beta KL(q || p) - 1/G sum_g A_g sum_j w_j log pi(c_gj | c_g1 .. c_g,j-1)
//
//   pi     p among the candidates that the plan does not hold yet
//   A_g    the return of plan g, less the mean of the state's G plans, over their deviation: a
//          group-relative policy gradient (GRPO, Shao et al. 2024, arXiv 2402.03300)
//   w_j    1 / log2(j + 1), the credit of place j = 1, 2, ...
//   q      p at the start, to which beta ties the model
//
// The loss falls by Adam, with a rate that rises over the first steps and falls to nothing at the
// end.
//
// Examples whose questions share a prefix are packed: a step is one pack. Packs stay the same for
// the whole training and are visited in another order in each epoch, so the states that enter the
// tuned layers are computed in the first epoch and kept. The same examples, options and threads
// give the same bytes, also when training goes on from a saved state.
//
// Axes: C labels.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lerl/base/tensor_file.h"
#include "lerl/lm_tuning/lora_file.h"

namespace lerl {

// What the examples of a pack share.
struct TuningQuestion {
  std::string prefix = {};
  std::vector<std::string> labels = {};  // [C], one token each
};

struct TriedPlan {
  std::vector<int16_t> labels = {};  // places among the question's labels, best first
  double advantage = 0;              // A
};

struct TuningExample {
  int64_t question = 0;            // place in the list of questions
  std::string suffix = {};         // what follows the prefix
  std::vector<float> target = {};  // q [C], sums to 1
  std::vector<TriedPlan> plans = {};
  std::vector<int16_t> candidates = {};  // labels that plans could hold, where there are plans
};

struct TuneOptions {
  int64_t layers = 6;  // upper ones that learn
  int64_t rank = 8;
  double alpha = 16;
  int64_t epochs = 4;
  int64_t pack = 32;  // examples of a step
  double learning_rate = 2e-3;
  double max_gradient = 1;
  double kl_weight = 1;  // beta
  int threads = 1;
  uint64_t seed = 1;
};

// Where the time went so far, seconds.
struct TuneTimes {
  double frozen = 0;    // states that enter the tuned layers
  double forward = 0;   // tuned layers
  double backward = 0;  // their gradient
  double step = 0;      // Adam
  int64_t tokens = 0;   // that went through the tuned layers
};

// Megabytes (10^6 bytes) of memory.
struct TuneMemory {
  double weights = 0, kept_states = 0, pack = 0;
  double all() const { return weights + kept_states + pack; }
};

class ModelTuner {
 public:
  virtual ~ModelTuner() = default;

  virtual int64_t steps() const = 0;       // of the whole training
  virtual int64_t steps_done() const = 0;  // of these
  // One step. Returns the mean loss of its examples as it was before the step. Throws
  // Error(kUnusable) where a gradient is not finite.
  virtual double Step() = 0;
  virtual const TuneTimes& times() const = 0;
  virtual const TuneMemory& memory() const = 0;
  // log p [suffixes, C] over the question's labels.
  virtual std::vector<float> LogP(const TuningQuestion& question,
                                  const std::vector<std::string>& suffixes) = 0;

  virtual std::vector<LoraTensor> Adapter() const = 0;
  virtual const std::string& model_name() const = 0;
  // Load throws Error(kCheckpoint) for a state of another model, other examples or other options.
  // StartFrom takes the weights of a state alone, of whatever examples.
  virtual void StartFrom(const TensorFile& file) = 0;
  virtual void Save(TensorFile& file) const = 0;
  virtual void Load(const TensorFile& file) = 0;
};

// Throws Error(kModel) for a model that the tuner does not know and for a label that the tokenizer
// splits or that another one equals, and Error(kUnusable), which says how much memory is needed and
// how much is available, where there is too little.
std::unique_ptr<ModelTuner> MakeModelTuner(const std::filesystem::path& model,
                                           std::vector<TuningQuestion> questions,
                                           std::vector<TuningExample> examples,
                                           const TuneOptions& options);

}  // namespace lerl
