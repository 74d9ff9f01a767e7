#include "lerl/llm/llama/llama_embedder.h"

#include <llama.h>

#include <algorithm>
#include <cmath>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/llm/llama/token_batch.h"

namespace lerl {
namespace {

constexpr int kMostTokens = 512;  // of a batch
constexpr int kMostTexts = 32;    // of a batch

class LlamaEmbedder : public TextEmbedder {
 public:
  LlamaEmbedder(const std::filesystem::path& path, int threads)
      : model_(LlamaModel::Load(path)), batch_(kMostTokens) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx = kMostTokens;
    params.n_batch = params.n_ubatch = kMostTokens;
    params.n_seq_max = kMostTexts;
    params.n_threads = params.n_threads_batch = threads;
    params.embeddings = true;
    params.no_perf = true;
    context_.reset(llama_init_from_model(model_->get(), params));
    if (context_ == nullptr)
      throw Error(ErrorKind::kModel,
                  model_->name() + ": no context for embeddings (" + LastLlamaMessage() + ")");
    const enum llama_pooling_type pooling = ::llama_pooling_type(context_.get());
    if (pooling == LLAMA_POOLING_TYPE_NONE || pooling == LLAMA_POOLING_TYPE_RANK)
      throw Error(ErrorKind::kModel, model_->name() +
                                         ": the model makes no vector of a whole text (it does "
                                         "not pool); name one of sentence embeddings");
  }

  std::string name() const override { return model_->name(); }
  int64_t width() const override { return llama_model_n_embd(model_->get()); }

  std::vector<float> Embed(std::span<const std::string> texts) override {
    std::vector<float> vectors;
    size_t done = 0;
    for (size_t i = 0; i < texts.size(); ++i) {
      std::vector<int32_t> tokens = model_->Tokenise(texts[i], /*begins=*/true);
      const auto longest = At(std::min(kMostTokens, model_->longest_context()));
      if (tokens.size() > longest) tokens.resize(longest);
      if (batch_.size() + std::ssize(tokens) > kMostTokens || i - done == kMostTexts) {
        Compute(i - done, vectors);
        done = i;
      }
      for (size_t j = 0; j < tokens.size(); ++j)
        batch_.Add(tokens[j], static_cast<int>(j), static_cast<int>(i - done), true);
    }
    if (texts.size() > done) Compute(texts.size() - done, vectors);
    return vectors;
  }

 private:
  struct ContextDeleter {
    void operator()(llama_context* context) const { llama_free(context); }
  };

  // Computes the batch, which has so many texts, and appends their vectors.
  void Compute(size_t texts, std::vector<float>& vectors) {
    if (llama_encode(context_.get(), batch_.get()) != 0)
      throw Error(ErrorKind::kModel, model_->name() + ": llama.cpp could not compute a batch (" +
                                         LastLlamaMessage() + ")");
    for (size_t i = 0; i < texts; ++i) {
      const float* vector = llama_get_embeddings_seq(context_.get(), static_cast<int>(i));
      LERL_CHECK(vector != nullptr);
      double squares = 0;
      for (int64_t d = 0; d < width(); ++d)
        squares += static_cast<double>(vector[d]) * static_cast<double>(vector[d]);
      const auto scale = static_cast<float>(1 / std::max(std::sqrt(squares), 1e-12));
      for (int64_t d = 0; d < width(); ++d) vectors.push_back(vector[d] * scale);
    }
    batch_.Clear();
  }

  const std::shared_ptr<const LlamaModel> model_;
  std::unique_ptr<llama_context, ContextDeleter> context_;
  TokenBatch batch_;
};

}  // namespace

std::filesystem::path DefaultEmbeddingModel() {
  return CacheDir() / "models" / "all-MiniLM-L6-v2.gguf";
}

void CheckEmbeddingModel(const std::filesystem::path& path) {
  if (path == DefaultEmbeddingModel() && !std::filesystem::exists(path))
    throw Error(ErrorKind::kModel, path.string() +
                                       ": there is no model of sentence embeddings; "
                                       "`tools/setup.sh embeddings` makes it");
  CheckModelFile(path);
}

std::unique_ptr<TextEmbedder> MakeLlamaEmbedder(const std::filesystem::path& path, int threads) {
  CheckEmbeddingModel(path);
  return std::make_unique<LlamaEmbedder>(path, threads);
}

}  // namespace lerl
