#pragma once
// ModelTuner: fine-tunes the upper layers of a Llama model by LoRA on questions whose answer is one
// token out of few (lm_tuning/tuned_llama.h). For an example with the target q [C] it lowers
//
//   KL(q || p) = sum_c q_c (log q_c - log p_c)          p_c = p(label c | prompt), over the labels
//
// by Adam, with a rate that rises over the first steps and falls to nothing at the end.
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

struct TuningExample {
  int64_t question = 0;            // place in the list of questions
  std::string suffix = {};         // what follows the prefix
  std::vector<float> target = {};  // q [C], sums to 1
};

struct TuneOptions {
  int64_t layers = 8;  // upper ones that learn
  int64_t rank = 8;
  double alpha = 16;
  int64_t epochs = 3;
  int64_t pack = 32;  // examples of a step
  double learning_rate = 1e-3;
  double max_gradient = 1;
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
  // One step. Returns the mean KL of its examples as it was before the step. Throws
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
