#pragma once
// LlmBackend: a language model that scores labels and completes text. It knows nothing of users.
//
// Every prompt is a shared prefix and a suffix of its own; the prefix is computed once and its keys
// and values are reused by all suffixes of the call (and by later calls with the same prefix).

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lerl {

struct LlmUsage {
  int64_t prompts = 0;
  int64_t prefix_tokens = 0;  // computed (not reused)
  int64_t suffix_tokens = 0;
  int64_t output_tokens = 0;
  double seconds = 0;
  int64_t retries = 0;     // of an endpoint
  int64_t unanswered = 0;  // prompts that got no answer
  double cost = 0;         // by the prices in the settings
};

struct Completion {
  std::string text;
  std::string error;     // empty if the answer is whole; else why not (an expected failure)
  bool answered = true;  // false: nobody answered; asked again they may
};

struct CompletionRequest {
  std::string prefix = {};
  std::vector<std::string> suffixes = {};
  std::string grammar = {};  // GBNF; empty: free text
  // Of a list: the labels that it may name, and how many of them, for backends that hold an answer
  // to its form by other means than a grammar. The answer reads "B, A" all the same.
  std::vector<std::string> choices = {};
  int longest_list = 0;
  int max_tokens = 64;
  double temperature = 0;  // 0: the most likely token
  uint64_t seed = 0;
};

class LlmBackend {
 public:
  virtual ~LlmBackend() = default;

  virtual std::string name() const = 0;         // model file and quantisation
  virtual std::string fingerprint() const = 0;  // ties a cache to the model

  // `count` labels that are one token each for this model and no other's prefix, letters first;
  // none at all if the vocabulary has too few: then names are scored in full. Throws Error(kModel)
  // where they can't be.
  virtual std::vector<std::string> Labels(int count) = 0;

  // Log-probability of each label as the next token after prefix + suffix, normalised over the
  // labels: [suffixes, labels]. One forward pass; a label of several tokens takes a second one and
  // counts by its mean log-probability per token. Throws Error(kModel) when a prompt is longer than
  // the context, naming both lengths. A row of NaN got no answer (ScoreErrors says why).
  virtual std::vector<float> ScoreLabels(const std::string& prefix,
                                         std::span<const std::string> suffixes,
                                         std::span<const std::string> labels) = 0;

  // Of the latest ScoreLabels, [suffixes]: empty where there was an answer, else why not; or
  // nothing at all if there was one everywhere.
  virtual std::vector<std::string> ScoreErrors() const { return {}; }
  // Why this backend will not answer any more in this process (a budget, a stop request);
  // else empty.
  virtual std::string Exhausted() const { return ""; }

  virtual std::vector<Completion> Complete(const CompletionRequest& request) = 0;

  virtual int CountTokens(const std::string& text) = 0;
  // Wraps a system and a user message in the model's own chat template, up to where the answer
  // begins; a model without one gets plain paragraphs.
  virtual std::string ApplyChatTemplate(const std::string& system, const std::string& user) = 0;
  virtual LlmUsage usage() const = 0;
};

}  // namespace lerl
