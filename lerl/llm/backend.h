#pragma once
// LlmBackend: a language model that scores labels and completes text. It knows nothing of users.
//
// A call has many prompts. Each is the prefix that all of them share, followed by a suffix of its
// own. A backend in process computes the prefix once, and all suffixes of the call, and later calls
// with the same prefix, reuse its keys and values.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lerl {

// What one of several servers of a model was asked.
struct EndpointUsage {
  int64_t context = 0, slots = 0;  // as it says; 0: not known
  int64_t requests = 0, answers = 0, failures = 0;
  int64_t ejections = 0, returns = 0;    // times that it was taken for down, and came back
  int64_t blocks = 0, blocks_known = 0;  // of 64 bytes of prompts; known: it was sent them before
  int64_t tokens = 0;
  double cost = 0;
};

struct LlmUsage {
  int64_t prompts = 0;
  int64_t prefix_tokens = 0;  // those computed, without those reused
  int64_t suffix_tokens = 0;
  int64_t output_tokens = 0;
  double seconds = 0;
  int64_t retries = 0;                        // repeated requests to an endpoint
  int64_t unanswered = 0;                     // prompts without an answer
  double cost = 0;                            // by the prices of the settings, in their currency
  std::vector<EndpointUsage> endpoints = {};  // in the order of the settings; none in process
};

struct Completion {
  std::string text;
  std::string error;     // why the answer is not whole, an expected failure; empty if it is
  bool answered = true;  // false: no server answered; the same question may succeed later
};

struct CompletionRequest {
  std::string prefix = {};
  std::vector<std::string> suffixes = {};
  std::string grammar = {};  // GBNF; empty: free text
  // For an answer that is a list: the labels that it may name, and how many of them at most. They
  // serve backends that keep an answer to its form by other means than a grammar. The answer still
  // reads "B, A".
  std::vector<std::string> choices = {};
  int longest_list = 0;
  int max_tokens = 64;
  double temperature = 0;  // 0: the most likely token
  uint64_t seed = 0;
  // [suffixes] seeds of their own, in place of seed + place; empty: none.
  std::vector<uint64_t> seeds = {};

  uint64_t SeedOf(size_t place) const { return seeds.empty() ? seed + place : seeds[place]; }
};

// The characters that a prompt has for itself: what comes from data or answers loses them before it
// stands in one (planner/llm/prompt.h).
inline constexpr std::string_view kLeftOutOfPrompts = "<>|{}";

// A reason of ScoreErrors that begins so is of an answer that came and can't be read. Any other one
// is of a question that nobody answered.
inline constexpr char kInvalidAnswer[] = "invalid answer: ";

class LlmBackend {
 public:
  virtual ~LlmBackend() = default;

  virtual std::string name() const = 0;         // of the model, for people
  virtual std::string fingerprint() const = 0;  // ties a cache to the model

  // Returns `count` labels, of which each is one token for this model and none is a prefix of
  // another, letters first. Returns none if the vocabulary has too few; names are then scored in
  // full. Throws Error(kModel) where names can't be scored.
  virtual std::vector<std::string> Labels(int count) = 0;

  // For an answer that is one of `names`: what stands for each in ScoreLabels. That is the text of
  // its first token where no other name begins with the same token, and otherwise the whole name. A
  // backend that does not know its tokens returns the names.
  virtual std::vector<std::string> NameLabels(std::span<const std::string> names) {
    return {names.begin(), names.end()};
  }

  // Returns the log-probability of each label as what follows prefix + suffix, normalised over the
  // labels: [suffixes, labels]. It takes one forward pass. A label of several tokens takes a second
  // one, and counts by its mean log-probability per token. A row of NaN got no answer; ScoreErrors
  // says why. Throws Error(kModel) when a prompt is longer than the context, naming both lengths.
  virtual std::vector<float> ScoreLabels(const std::string& prefix,
                                         std::span<const std::string> suffixes,
                                         std::span<const std::string> labels) = 0;

  // What was said in place of the latest answer, if that is missing, and what to do, for people; ""
  // where it came, or nothing is known.
  virtual std::string LatestFailure() const { return ""; }

  // For the latest ScoreLabels, why a row got no answer: [suffixes], "" where there was one. A
  // backend that always answers returns an empty list.
  virtual std::vector<std::string> ScoreErrors() const { return {}; }
  // For the latest ScoreLabels, 1 where the model's answer is silent on one, [suffixes, labels]:
  // its score is then no more than a bound. Such labels rank below those that the answer lists
  // (planner/llm/unlisted_labels.h). A backend that scores every label returns an empty list.
  virtual std::vector<uint8_t> Unlisted() const { return {}; }
  // Why this backend will not answer any more in this process, such as a budget, a stop request, or
  // servers that refuse all requests; "" if it will.
  virtual std::string Exhausted() const { return ""; }
  // Whether it will not because every server refuses all requests.
  virtual bool Refuses() const { return false; }
  // The text without the key of this backend. What is kept of an answer, after every other change
  // of it, goes through this last.
  virtual std::string WithoutSecrets(const std::string& text) const { return text; }

  virtual std::vector<Completion> Complete(const CompletionRequest& request) = 0;

  virtual int CountTokens(const std::string& text) = 0;
  // Wraps a system message and a user message in the model's own chat template, up to where the
  // answer begins. A model without a template gets plain paragraphs.
  virtual std::string ApplyChatTemplate(const std::string& system, const std::string& user) = 0;
  virtual LlmUsage usage() const = 0;
};

}  // namespace lerl
