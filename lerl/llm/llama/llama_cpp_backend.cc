#include "lerl/llm/llama/llama_cpp_backend.h"

#include <ggml-cpu.h>
#include <llama.h>

#include <algorithm>
#include <chrono>
#include <unordered_map>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/field_visitor.h"
#include "lerl/base/index.h"
#include "lerl/llm/labels.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/llm/llama/lora_adapter.h"
#include "lerl/llm/llama/name_scores.h"
#include "lerl/llm/llama/token_batch.h"

namespace lerl {
namespace {

using Tokens = std::vector<int32_t>;

// The most suffix tokens that are scored in one pass. The attention of a token runs over all cells
// of the cache, those of other prompts as well, so larger passes cost more than they save.
constexpr size_t kScoredTogether = 160;

struct SamplerDeleter {
  void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
};
using SamplerPointer = std::unique_ptr<llama_sampler, SamplerDeleter>;

// The threads of this context. They sleep between batches and leave the cores to training.
struct ThreadPoolDeleter {
  void operator()(ggml_threadpool* pool) const { ggml_threadpool_free(pool); }
};
using ThreadPoolPointer = std::unique_ptr<ggml_threadpool, ThreadPoolDeleter>;

ThreadPoolPointer StartThreadPool(int threads) {
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  params.poll = 0;
  return ThreadPoolPointer(ggml_threadpool_new(&params));
}

struct ContextDeleter {
  void operator()(llama_context* context) const { llama_free(context); }
};

class LlamaCppBackend : public LlmBackend {
 public:
  explicit LlamaCppBackend(const LlamaCppOptions& options)
      : options_(options),
        model_(LlamaModel::Load(options.model, options.gpu_layers)),
        threads_(StartThreadPool(options.threads)),
        batch_(options.context) {
    LERL_CHECK(options.batch >= 1 && options.batch <= kLargestBatch);
    if (!options.lora.empty()) lora_ = std::make_unique<LoraAdapter>(model_, options.lora);
    llama_context_params params = llama_context_default_params();
    params.n_ctx = static_cast<uint32_t>(options.context);
    params.n_batch = params.n_ctx;
    params.n_ubatch = std::min<uint32_t>(512, params.n_ctx);
    params.n_seq_max = static_cast<uint32_t>(options.batch + 1 + kNamesTogether);
    params.n_threads = options.threads;
    params.n_threads_batch = options.threads;
    params.kv_unified = true;
    params.no_perf = true;
    context_.reset(llama_init_from_model(model_->get(), params));
    if (context_ == nullptr) {
      throw Error(ErrorKind::kModel, options.model.string() + ": no context of " +
                                         std::to_string(options.context) + " tokens (" +
                                         LastLlamaMessage() + "); lower planner.llm.context");
    }
    llama_attach_threadpool(context_.get(), threads_.get(), threads_.get());
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
  LlmUsage usage() const override { return usage_; }
  int CountTokens(const std::string& text) override {
    return static_cast<int>(model_->Tokenise(text, false).size());
  }
  std::string ApplyChatTemplate(const std::string& system, const std::string& user) override {
    return model_->ApplyChatTemplate(system, user);
  }

  std::vector<float> ScoreLabels(const std::string& prefix, std::span<const std::string> suffixes,
                                 std::span<const std::string> labels) override;
  std::vector<Completion> Complete(const CompletionRequest& request) override;

 private:
  // The suffixes [begin, end), which are computed together.
  struct Chunk {
    size_t begin = 0, end = 0;
  };

  void HoldPrefix(const std::string& prefix);
  std::vector<Tokens> TokeniseSuffixes(std::span<const std::string> suffixes, int reserve) const;
  std::vector<Chunk> Chunks(const std::vector<Tokens>& suffixes, int reserve, size_t most) const;
  std::vector<int> DecodeSuffixes(const std::vector<Tokens>& suffixes, Chunk chunk);
  std::vector<std::vector<double>> ScoreShortLabels(const std::vector<int>& places,
                                                    const std::vector<Tokens>& labels);
  std::vector<std::vector<double>> ScoreLongLabels(const std::vector<Tokens>& suffixes, Chunk chunk,
                                                   const std::vector<int>& places,
                                                   const std::vector<Tokens>& labels);
  void DropSuffixes(Chunk chunk);
  void Decode();
  SamplerPointer MakeSampler(const CompletionRequest& request, size_t index) const;
  void CompleteChunk(const CompletionRequest& request, const std::vector<Tokens>& suffixes,
                     Chunk chunk, std::span<Completion> completions);
  // Adds a token to a completion. Returns false once the completion is finished.
  bool Append(int32_t token, const CompletionRequest& request, int used, Completion& completion);

  const LlamaCppOptions options_;
  const std::shared_ptr<const LlamaModel> model_;
  std::unique_ptr<LoraAdapter> lora_;
  const ThreadPoolPointer threads_;
  std::unique_ptr<llama_context, ContextDeleter> context_;
  TokenBatch batch_;
  std::string prefix_;  // held in sequence 0 if holds_prefix_
  Tokens prefix_tokens_;
  bool holds_prefix_ = false;
  LlmUsage usage_;
};

// Adds its lifetime to `seconds`.
class Stopwatch {
 public:
  explicit Stopwatch(double& seconds) : seconds_(seconds) {}
  ~Stopwatch() {
    seconds_ += std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& seconds_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

void LlamaCppBackend::Decode() {
  const int status = llama_decode(context_.get(), batch_.get());
  if (status == 0) return;
  holds_prefix_ = false;
  throw Error(ErrorKind::kModel, model_->name() + ": llama.cpp could not compute a batch (status " +
                                     std::to_string(status) + ", " + LastLlamaMessage() +
                                     "); raise planner.llm.context or lower planner.llm.batch");
}

// Computes the prefix into sequence 0, unless that holds it already.
void LlamaCppBackend::HoldPrefix(const std::string& prefix) {
  if (holds_prefix_ && prefix == prefix_) return;
  prefix_ = prefix;
  prefix_tokens_ = model_->Tokenise(prefix, /*begins=*/true);
  holds_prefix_ = false;
  // A prefix that is too long is reported by TokeniseSuffixes, with the length of the whole prompt.
  if (static_cast<int>(prefix_tokens_.size()) >= options_.context) return;
  llama_memory_clear(llama_get_memory(context_.get()), false);
  if (!prefix_tokens_.empty()) {
    batch_.Clear();
    for (size_t i = 0; i < prefix_tokens_.size(); ++i) {
      batch_.Add(prefix_tokens_[i], static_cast<int>(i), 0, i + 1 == prefix_tokens_.size());
    }
    Decode();
  }
  holds_prefix_ = true;
  usage_.prefix_tokens += std::ssize(prefix_tokens_);
}

// Returns the tokens of each suffix. Throws Error(kModel) where the context has no room for a
// prompt with `reserve` further tokens.
std::vector<Tokens> LlamaCppBackend::TokeniseSuffixes(std::span<const std::string> suffixes,
                                                      int reserve) const {
  const int limit = std::min(options_.context, model_->longest_context());
  std::vector<Tokens> tokens;
  for (const std::string& suffix : suffixes) {
    tokens.push_back(model_->Tokenise(suffix, false));
    LERL_CHECK(!tokens.back().empty());
    const auto length = static_cast<int>(prefix_tokens_.size() + tokens.back().size()) + reserve;
    if (length > limit) {
      throw Error(ErrorKind::kModel,
                  model_->name() + ": a prompt of " + std::to_string(length) +
                      " tokens is longer than the context of " + std::to_string(limit) +
                      " tokens; raise planner.llm.context or shorten the prompt");
    }
  }
  return tokens;
}

// Cuts the suffixes into chunks of at most options_.batch suffixes and, with `reserve` further
// tokens for each, at most `most` tokens. A chunk has one suffix at least.
std::vector<LlamaCppBackend::Chunk> LlamaCppBackend::Chunks(const std::vector<Tokens>& suffixes,
                                                            int reserve, size_t most) const {
  std::vector<Chunk> chunks;
  size_t room = 0;
  for (size_t i = 0; i < suffixes.size(); ++i) {
    const size_t need = suffixes[i].size() + At(reserve);
    if (chunks.empty() || need > room ||
        chunks.back().end - chunks.back().begin == At(options_.batch)) {
      chunks.push_back({i, i});
      room = std::min(At(options_.context) - prefix_tokens_.size(), most);
    }
    chunks.back().end = i + 1;
    room -= std::min(room, need);
  }
  return chunks;
}

// Computes the suffixes of a chunk, each in a sequence that shares the cells of the prefix. Returns
// the place of the last token of each suffix in the batch.
std::vector<int> LlamaCppBackend::DecodeSuffixes(const std::vector<Tokens>& suffixes, Chunk chunk) {
  const auto start = static_cast<int>(prefix_tokens_.size());
  batch_.Clear();
  std::vector<int> places;
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    const auto sequence = static_cast<int>(i - chunk.begin) + 1;
    if (start > 0) llama_memory_seq_cp(llama_get_memory(context_.get()), 0, sequence, -1, -1);
    for (size_t j = 0; j < suffixes[i].size(); ++j) {
      const bool last = j + 1 == suffixes[i].size();
      const int place = batch_.Add(suffixes[i][j], start + static_cast<int>(j), sequence, last);
      if (last) places.push_back(place);
    }
    ++usage_.prompts;
    usage_.suffix_tokens += std::ssize(suffixes[i]);
  }
  Decode();
  return places;
}

void LlamaCppBackend::DropSuffixes(Chunk chunk) {
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    llama_memory_seq_rm(llama_get_memory(context_.get()), static_cast<int>(i - chunk.begin) + 1, -1,
                        -1);
  }
}

std::vector<float> LlamaCppBackend::ScoreLabels(const std::string& prefix,
                                                std::span<const std::string> suffixes,
                                                std::span<const std::string> labels) {
  const Stopwatch stopwatch(usage_.seconds);
  // 1. The tokens of labels, prefix and suffixes.
  std::vector<Tokens> of_labels;
  size_t longest = 1;
  for (const std::string& label : labels) {
    of_labels.push_back(model_->Tokenise(label, false));
    LERL_CHECK(!of_labels.back().empty());
    longest = std::max(longest, of_labels.back().size());
  }
  HoldPrefix(prefix);
  const auto reserve = static_cast<int>(longest) - 1;
  const std::vector<Tokens> tokens = TokeniseSuffixes(suffixes, reserve);
  // 2. Chunk by chunk: compute the suffixes, score all labels after each, and drop the suffixes.
  std::vector<float> scores;
  scores.reserve(suffixes.size() * labels.size());
  for (const Chunk chunk : Chunks(tokens, reserve, kScoredTogether)) {
    const std::vector<int> places = DecodeSuffixes(tokens, chunk);
    for (const std::vector<double>& raw : longest == 1
                                              ? ScoreShortLabels(places, of_labels)
                                              : ScoreLongLabels(tokens, chunk, places, of_labels)) {
      const std::vector<float> row = NormaliseScores(raw);
      scores.insert(scores.end(), row.begin(), row.end());
    }
    DropSuffixes(chunk);
  }
  return scores;
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
    const std::vector<Tokens>& suffixes, Chunk chunk, const std::vector<int>& places,
    const std::vector<Tokens>& labels) {
  std::vector<ComputedPrompt> prompts;
  auto used = static_cast<int>(prefix_tokens_.size());
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    const auto place = static_cast<int>(i - chunk.begin);
    prompts.push_back({place + 1, places[i - chunk.begin],
                       static_cast<int>(prefix_tokens_.size() + suffixes[i].size())});
    used += static_cast<int>(suffixes[i].size());
  }
  return ScoreNames({.context = context_.get(),
                     .batch = batch_,
                     .decode = [this] { Decode(); },
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
                            llama_sampler_init_dist(static_cast<uint32_t>(request.seed + index)));
  } else {
    llama_sampler_chain_add(chain.get(), llama_sampler_init_greedy());
  }
  return chain;
}

std::vector<Completion> LlamaCppBackend::Complete(const CompletionRequest& request) {
  const Stopwatch stopwatch(usage_.seconds);
  HoldPrefix(request.prefix);
  const std::vector<Tokens> tokens = TokeniseSuffixes(request.suffixes, request.max_tokens);
  std::vector<Completion> completions(tokens.size());
  for (const Chunk chunk : Chunks(tokens, request.max_tokens, At(options_.context))) {
    CompleteChunk(request, tokens, chunk, completions);
    DropSuffixes(chunk);
  }
  return completions;
}

bool LlamaCppBackend::Append(int32_t token, const CompletionRequest& request, int used,
                             Completion& completion) {
  if (llama_vocab_is_eog(model_->vocab(), token)) return false;
  completion.text += model_->Piece(token);
  ++usage_.output_tokens;
  if (used < request.max_tokens) return true;
  completion.error = "longer than " + std::to_string(request.max_tokens) + " tokens";
  return false;
}

void LlamaCppBackend::CompleteChunk(const CompletionRequest& request,
                                    const std::vector<Tokens>& suffixes, Chunk chunk,
                                    std::span<Completion> completions) {
  struct Answer {
    size_t index;
    int place;     // of its last token in the batch that was decoded last
    int position;  // of its next token
    int used;      // tokens so far
    SamplerPointer sampler;
  };
  // 1. The prompts.
  const std::vector<int> places = DecodeSuffixes(suffixes, chunk);
  std::vector<Answer> open;
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    open.push_back({i, places[i - chunk.begin],
                    static_cast<int>(prefix_tokens_.size() + suffixes[i].size()), 0,
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
    batch_.Clear();
    for (size_t i = 0; i < open.size(); ++i) {
      open[i].place = batch_.Add(tokens[i], open[i].position++,
                                 static_cast<int>(open[i].index - chunk.begin) + 1, true);
    }
    Decode();
  }
}

}  // namespace

std::unique_ptr<LlmBackend> MakeLlamaCppBackend(const LlamaCppOptions& options) {
  return std::make_unique<LlamaCppBackend>(options);
}

}  // namespace lerl
