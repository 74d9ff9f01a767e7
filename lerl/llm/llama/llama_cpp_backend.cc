#include "lerl/llm/llama/llama_cpp_backend.h"

#include <llama.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/field_visitor.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/progress.h"
#include "lerl/llm/labels.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/llm/llama/lora_adapter.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/llm/llama/name_scores.h"
#include "lerl/llm/llama/prompt_context.h"

namespace lerl {
namespace {

// The most suffix tokens that are scored in one pass. The attention of a token runs over all cells
// of the cache, those of other prompts as well, so larger passes cost more than they save.
constexpr size_t kScoredTogether = 160;

struct SamplerDeleter {
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using SamplerPointer = std::unique_ptr<llama_sampler, SamplerDeleter>;

class LlamaCppBackend : public LlmBackend {
 public:
  explicit LlamaCppBackend(const LlamaCppOptions& options)
      : options_(options),
        model_(LlamaModel::Load(options.model, options.gpu_layers)),
        lora_(options.lora.empty() ? nullptr : std::make_unique<LoraAdapter>(model_, options.lora)),
        context_(model_, {.threads = options.threads,
                          .context = options.context,
                          .batch = options.batch,
                          .more_sequences = kNamesTogether}) {
    if (lora_ != nullptr) lora_->ApplyTo(context_.get(), static_cast<float>(options.lora_scale));
  }

  std::string name() const override {
    return model_->name() + (lora_ == nullptr ? "" : " + " + lora_->name());
  }
  std::string fingerprint() const override {
    if (lora_ == nullptr) return model_->fingerprint();
    return model_->fingerprint() + "+" + lora_->fingerprint() + "*" +
           DescribeNumber(options_.lora_scale);
  }
  std::vector<std::string> Labels(int count) override { return model_->Labels(count); }
  std::vector<std::string> NameLabels(std::span<const std::string> names) override {
    return model_->NameLabels(names);
  }
  LlmUsage usage() const override { return context_.usage(); }
  int CountTokens(const std::string& text) override {
    return static_cast<int>(model_->Tokenise(text, false).size());
  }
  std::string ApplyChatTemplate(const std::string& system, const std::string& user) override {
    return model_->ApplyChatTemplate(system, user);
  }

  std::vector<float> ScoreLabels(const std::string& prefix, std::span<const std::string> suffixes,
                                 std::span<const std::string> labels) override;
  std::string LatestFailure() const override {
    return no_numbers_ ? "the model computes scores that are no numbers, so its file is damaged; "
                         "fetch it again, or name another by planner.llm.model"
                       : "";
  }
  std::vector<Completion> Complete(const CompletionRequest& request) override;

 private:
  std::unique_ptr<Progress> ProgressOf(const std::vector<Tokens>& suffixes,
                                       const std::vector<Tokens>& labels, double elapsed);
  std::vector<std::vector<double>> ScoreShortLabels(const std::vector<int>& places,
                                                    const std::vector<Tokens>& labels);
  std::vector<std::vector<double>> ScoreLongLabels(const std::vector<Tokens>& suffixes,
                                                   SuffixChunk chunk,
                                                   const std::vector<int>& places,
                                                   const std::vector<Tokens>& labels);
  SamplerPointer MakeSampler(const CompletionRequest& request, size_t index) const;
  void CompleteChunk(const CompletionRequest& request, const std::vector<Tokens>& suffixes,
                     SuffixChunk chunk, std::span<Completion> completions);
  // Adds a token to a completion. Returns false once the completion is finished.
  bool Append(int32_t token, const CompletionRequest& request, int used, Completion& completion);

  const LlamaCppOptions options_;
  const std::shared_ptr<const LlamaModel> model_;
  const std::unique_ptr<LoraAdapter> lora_;
  PromptContext context_;
  bool no_numbers_ = false;  // whether the latest scores had some that are none
};

// Adds its lifetime to `seconds`.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds) {}
  ~Stopwatch() { seconds_ += Elapsed(); }
  double Elapsed() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::vector<float> LlamaCppBackend::ScoreLabels(const std::string& prefix,
                                                std::span<const std::string> suffixes,
                                                std::span<const std::string> labels) {
  const Stopwatch stopwatch(context_.usage().seconds);
  // 1. The tokens of labels, prefix and suffixes.
  std::vector<Tokens> of_labels;
  size_t longest = 1;
  for (const std::string& label : labels) {
    of_labels.push_back(model_->Tokenise(label, false));
    LERL_CHECK(!of_labels.back().empty());
    longest = std::max(longest, of_labels.back().size());
  }
  context_.HoldPrefix(prefix);
  const auto reserve = static_cast<int>(longest) - 1;
  const std::vector<Tokens> tokens = context_.TokeniseSuffixes(suffixes, reserve);
  // 2. Chunk by chunk: compute the suffixes, score all labels after each, and drop the suffixes.
  std::vector<float> scores;
  scores.reserve(suffixes.size() * labels.size());
  const std::unique_ptr<Progress> progress = ProgressOf(tokens, of_labels, stopwatch.Elapsed());
  for (const SuffixChunk chunk : context_.Chunks(tokens, reserve, kScoredTogether)) {
    if (progress != nullptr) progress->Advance(static_cast<int64_t>(chunk.begin));
    const std::vector<int> places = context_.DecodeSuffixes(tokens, chunk);
    for (const std::vector<double>& raw : longest == 1
                                              ? ScoreShortLabels(places, of_labels)
                                              : ScoreLongLabels(tokens, chunk, places, of_labels)) {
      const std::vector<float> row = NormaliseScores(raw);
      scores.insert(scores.end(), row.begin(), row.end());
    }
    context_.DropSuffixes(chunk);
  }
  no_numbers_ = std::ranges::any_of(scores, [](float score) { return std::isnan(score); });
  return scores;
}

// What shows how far long scoring has come, begun with an estimate; null for what is short. The
// speed is that of the tokens so far, of which the prefix gives some before anything is scored.
std::unique_ptr<Progress> LlamaCppBackend::ProgressOf(const std::vector<Tokens>& suffixes,
                                                      const std::vector<Tokens>& labels,
                                                      double elapsed) {
  const LlmUsage& so_far = context_.usage();
  const double seconds = so_far.seconds + elapsed;  // of this call too
  const auto computed = static_cast<double>(so_far.prefix_tokens + so_far.suffix_tokens);
  double tokens = 0, of_names = 0;
  for (const Tokens& label : labels) of_names += static_cast<double>(label.size() - 1);
  for (const Tokens& suffix : suffixes) tokens += static_cast<double>(suffix.size()) + of_names;
  if (computed == 0 || tokens * seconds / computed < options_.progress_from) return nullptr;
  LogInfo(name() + ": " + std::to_string(labels.size()) + " categories after " +
          std::to_string(suffixes.size()) + " prompts are " + std::to_string(std::llround(tokens)) +
          " tokens, about " +
          std::to_string(std::max(1L, std::lround(tokens * seconds / computed / 60))) + " minutes");
  return std::make_unique<Progress>("score categories", std::ssize(suffixes), "prompts");
}

// Returns the scores of labels of one token each at these places of the batch, not normalised:
// [places, labels].
std::vector<std::vector<double>> LlamaCppBackend::ScoreShortLabels(
    const std::vector<int>& places, const std::vector<Tokens>& labels) {
  std::vector<std::vector<double>> raw;
  for (const int place : places) {
    const float* logits = llama_get_logits_ith(context_.get(), place);
    std::vector<double>& row = raw.emplace_back();
    for (const Tokens& label : labels) row.push_back(logits[label[0]]);
  }
  return raw;
}

std::vector<std::vector<double>> LlamaCppBackend::ScoreLongLabels(
    const std::vector<Tokens>& suffixes, SuffixChunk chunk, const std::vector<int>& places,
    const std::vector<Tokens>& labels) {
  std::vector<ComputedPrompt> prompts;
  int used = context_.prefix_length();
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    prompts.push_back({chunk.Sequence(i), places[i - chunk.begin],
                       context_.prefix_length() + static_cast<int>(suffixes[i].size())});
    used += static_cast<int>(suffixes[i].size());
  }
  return ScoreNames({.context = context_.get(),
                     .batch = context_.batch(),
                     .decode = [this] { context_.Decode(); },
                     .first_sequence = static_cast<int>(prompts.size()) + 1,
                     .room = options_.context - used},
                    prompts, labels);
}

SamplerPointer LlamaCppBackend::MakeSampler(const CompletionRequest& request, size_t index) const {
  llama_sampler_chain_params params = llama_sampler_chain_default_params();
  params.no_perf = true;
  SamplerPointer chain(llama_sampler_chain_init(params));
  if (!request.grammar.empty()) {
    llama_sampler* grammar =
        llama_sampler_init_grammar(model_->vocab(), request.grammar.c_str(), "root");
    LERL_CHECK(grammar != nullptr);
    llama_sampler_chain_add(chain.get(), grammar);
  }
  if (request.temperature > 0) {
    llama_sampler_chain_add(chain.get(),
                            llama_sampler_init_temp(static_cast<float>(request.temperature)));
    llama_sampler_chain_add(chain.get(),
                            llama_sampler_init_dist(static_cast<uint32_t>(request.SeedOf(index))));
  } else {
    llama_sampler_chain_add(chain.get(), llama_sampler_init_greedy());
  }
  return chain;
}

std::vector<Completion> LlamaCppBackend::Complete(const CompletionRequest& request) {
  const Stopwatch stopwatch(context_.usage().seconds);
  context_.HoldPrefix(request.prefix);
  const std::vector<Tokens> tokens =
      context_.TokeniseSuffixes(request.suffixes, request.max_tokens);
  std::vector<Completion> completions(tokens.size());
  for (const SuffixChunk chunk :
       context_.Chunks(tokens, request.max_tokens, At(options_.context))) {
    CompleteChunk(request, tokens, chunk, completions);
    context_.DropSuffixes(chunk);
  }
  return completions;
}

bool LlamaCppBackend::Append(int32_t token, const CompletionRequest& request, int used,
                             Completion& completion) {
  if (llama_vocab_is_eog(model_->vocab(), token)) return false;
  completion.text += model_->Piece(token);
  ++context_.usage().output_tokens;
  if (used < request.max_tokens) return true;
  completion.error = "longer than " + std::to_string(request.max_tokens) + " tokens";
  return false;
}

void LlamaCppBackend::CompleteChunk(const CompletionRequest& request,
                                    const std::vector<Tokens>& suffixes, SuffixChunk chunk,
                                    std::span<Completion> completions) {
  struct Answer {
    size_t index;
    int place;     // of its last token in the batch that was decoded last
    int position;  // of its next token
    int used;      // tokens so far
    SamplerPointer sampler;
  };
  // 1. The prompts.
  const std::vector<int> places = context_.DecodeSuffixes(suffixes, chunk);
  std::vector<Answer> open;
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    open.push_back({i, places[i - chunk.begin],
                    context_.prefix_length() + static_cast<int>(suffixes[i].size()), 0,
                    MakeSampler(request, i)});
  }
  while (!open.empty()) {
    // 2. One more token for each answer; finished ones leave.
    std::vector<Answer> next;
    std::vector<int32_t> tokens;
    for (Answer& answer : open) {
      const int32_t token =
          llama_sampler_sample(answer.sampler.get(), context_.get(), answer.place);
      if (!Append(token, request, ++answer.used, completions[answer.index])) continue;
      tokens.push_back(token);
      next.push_back(std::move(answer));
    }
    open = std::move(next);
    if (open.empty()) break;
    // 3. The new tokens of all answers are computed together.
    context_.batch().Clear();
    for (size_t i = 0; i < open.size(); ++i) {
      open[i].place =
          context_.batch().Add(tokens[i], open[i].position++, chunk.Sequence(open[i].index), true);
    }
    context_.Decode();
  }
}

}  // namespace

std::unique_ptr<LlmBackend> MakeLlamaCppBackend(const LlamaCppOptions& options) {
  LERL_CHECK(options.batch >= 1 && options.batch <= kLargestBatch);
  CheckModelFile(options.model);
  CheckContext(options.model, options.context);
  return std::make_unique<LlamaCppBackend>(options);
}

}  // namespace lerl
