#include "lerl/llm/llama/name_scores.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/index.h"

namespace lerl {
namespace {

// The log-probabilities of the next token, over the whole vocabulary, at a place of the batch.
class Next {
 public:
  Next(llama_context* context, int place) : logits_(llama_get_logits_ith(context, place)) {
    const int size = llama_vocab_n_tokens(llama_model_get_vocab(llama_get_model(context)));
    const float largest = *std::max_element(logits_, logits_ + size);
    double sum = 0;
    for (int i = 0; i < size; ++i) sum += std::exp(static_cast<double>(logits_[i] - largest));
    level_ = static_cast<double>(largest) + std::log(sum);
  }
  double LogP(int32_t token) const { return static_cast<double>(logits_[token]) - level_; }

 private:
  const float* logits_;
  double level_ = 0;
};

// A label in the present batch, and the places of its tokens there.
struct Waiting {
  size_t prompt, label;
  int sequence;
  std::vector<int> places = {};
};

class Scorer {
 public:
  Scorer(const NameScoring& with, const std::vector<ComputedPrompt>& prompts,
         const std::vector<std::vector<int32_t>>& labels)
      : with_(with), prompts_(prompts), labels_(labels) {}

  std::vector<std::vector<double>> Run() {
    // 1. The first tokens, from the logits that the prompts left behind.
    for (const ComputedPrompt& prompt : prompts_) {
      const Next next(with_.context, prompt.place);
      std::vector<double>& first = sums_.emplace_back();
      for (const auto& label : labels_) first.push_back(next.LogP(label.at(0)));
    }
    // 2. The other tokens, in as few batches as hold them.
    with_.batch.Clear();
    for (size_t prompt = 0; prompt < prompts_.size(); ++prompt)
      for (size_t label = 0; label < labels_.size(); ++label) Add(prompt, label);
    Compute();
    // 3. The means.
    for (std::vector<double>& of_prompt : sums_)
      for (size_t label = 0; label < labels_.size(); ++label)
        of_prompt[label] /= static_cast<double>(labels_[label].size());
    return std::move(sums_);
  }

 private:
  // Adds all tokens of the label but the last to the batch, which is computed first if it is full.
  void Add(size_t prompt, size_t label) {
    const auto need = static_cast<int>(labels_[label].size()) - 1;
    if (need == 0) return;
    if (std::ssize(waiting_) == kNamesTogether || with_.batch.size() + need > with_.room) Compute();
    Waiting name{prompt, label, with_.first_sequence + static_cast<int>(waiting_.size())};
    llama_memory_seq_cp(llama_get_memory(with_.context), prompts_[prompt].sequence, name.sequence,
                        -1, -1);
    for (int j = 0; j < need; ++j)
      name.places.push_back(with_.batch.Add(labels_[label][At(j)], prompts_[prompt].position + j,
                                            name.sequence, true));
    waiting_.push_back(std::move(name));
  }

  // Computes the batch, adds the log-probabilities up and removes the sequences.
  void Compute() {
    if (waiting_.empty()) return;
    with_.decode();
    for (const Waiting& name : waiting_) {
      for (size_t j = 0; j < name.places.size(); ++j)
        sums_[name.prompt][name.label] +=
            Next(with_.context, name.places[j]).LogP(labels_[name.label][j + 1]);
      llama_memory_seq_rm(llama_get_memory(with_.context), name.sequence, -1, -1);
    }
    waiting_.clear();
    with_.batch.Clear();
  }

  const NameScoring& with_;
  const std::vector<ComputedPrompt>& prompts_;
  const std::vector<std::vector<int32_t>>& labels_;
  std::vector<std::vector<double>> sums_;
  std::vector<Waiting> waiting_;
};

}  // namespace

std::vector<std::vector<double>> ScoreNames(const NameScoring& with,
                                            const std::vector<ComputedPrompt>& prompts,
                                            const std::vector<std::vector<int32_t>>& labels) {
  return Scorer(with, prompts, labels).Run();
}

}  // namespace lerl
