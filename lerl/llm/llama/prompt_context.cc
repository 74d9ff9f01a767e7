#include "lerl/llm/llama/prompt_context.h"

#include <ggml-cpu.h>

#include <algorithm>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_log.h"

namespace lerl {
namespace {

ggml_threadpool* StartThreadPool(int threads) {
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  params.poll = 0;
  return ggml_threadpool_new(&params);
}

}  // namespace

void PromptContext::ThreadPoolDeleter::operator()(ggml_threadpool* pool) const {
  ggml_threadpool_free(pool);
}

PromptContext::PromptContext(std::shared_ptr<const LlamaModel> model,
                             const PromptContextOptions& options)
    : model_(std::move(model)),
      options_(options),
      threads_(StartThreadPool(options.threads)),
      batch_(options.context) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = static_cast<uint32_t>(options.context);
  params.n_batch = params.n_ctx;
  params.n_ubatch = std::min<uint32_t>(512, params.n_ctx);
  params.n_seq_max = static_cast<uint32_t>(options.batch + 1 + options.more_sequences);
  params.n_threads = options.threads;
  params.n_threads_batch = options.threads;
  params.kv_unified = true;
  params.no_perf = true;
  context_.reset(llama_init_from_model(model_->get(), params));
  if (context_ == nullptr) {
    throw Error(ErrorKind::kModel, model_->name() + ": no context of " +
                                       std::to_string(options.context) + " tokens (" +
                                       LastLlamaMessage() + "); lower planner.llm.context");
  }
  llama_attach_threadpool(context_.get(), threads_.get(), threads_.get());
}

void PromptContext::HoldPrefix(const std::string& prefix) {
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

std::vector<Tokens> PromptContext::TokeniseSuffixes(std::span<const std::string> suffixes,
                                                    int reserve) const {
  const int limit = std::min(options_.context, model_->longest_context());
  if (limit <= 0)
    throw Error(ErrorKind::kModel, model_->name() + ": the model file gives a context of " +
                                       std::to_string(model_->longest_context()) +
                                       " tokens, so it is damaged or wrongly converted; convert "
                                       "or fetch it again, or name another file");
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

std::vector<SuffixChunk> PromptContext::Chunks(const std::vector<Tokens>& suffixes, int reserve,
                                               size_t most) const {
  std::vector<SuffixChunk> chunks;
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

std::vector<int> PromptContext::DecodeSuffixes(const std::vector<Tokens>& suffixes,
                                               SuffixChunk chunk) {
  const auto start = static_cast<int>(prefix_tokens_.size());
  batch_.Clear();
  std::vector<int> places;
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    const int sequence = chunk.Sequence(i);
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

void PromptContext::DropSuffixes(SuffixChunk chunk) {
  for (size_t i = chunk.begin; i < chunk.end; ++i) {
    llama_memory_seq_rm(llama_get_memory(context_.get()), chunk.Sequence(i), -1, -1);
  }
}

void PromptContext::Decode() {
  const int status = llama_decode(context_.get(), batch_.get());
  if (status == 0) return;
  holds_prefix_ = false;
  throw Error(ErrorKind::kModel, model_->name() + ": llama.cpp could not compute a batch (status " +
                                     std::to_string(status) + ", " + LastLlamaMessage() +
                                     "); raise planner.llm.context or lower planner.llm.batch");
}

}  // namespace lerl
