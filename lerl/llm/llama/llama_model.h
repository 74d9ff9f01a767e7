#pragma once
// A loaded GGUF model: weights, vocabulary and chat template. It is immutable and shared, so that
// the contexts of several planners in one process read the same weights.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct llama_model;
struct llama_vocab;

namespace lerl {

class LlamaModel {
 public:
  // Returns the model at `path` with `gpu_layers` of its layers on the GPU (-1: all). A process
  // loads it once while anybody holds it; any thread may call this. Throws Error(kModel) when the
  // file is missing, truncated or not a GGUF model that llama.cpp knows.
  static std::shared_ptr<const LlamaModel> Load(const std::filesystem::path& path,
                                                int gpu_layers = 0);
  // The vocabulary of the file at `path` without weights, for tests of tokens.
  static std::shared_ptr<const LlamaModel> LoadVocabulary(const std::filesystem::path& path);
  ~LlamaModel();
  LlamaModel(const LlamaModel&) = delete;
  LlamaModel& operator=(const LlamaModel&) = delete;

  llama_model* get() const { return model_; }
  const llama_vocab* vocab() const { return vocab_; }
  const std::string& name() const { return name_; }
  const std::string& fingerprint() const { return fingerprint_; }
  int longest_context() const;  // tokens that the model was trained for

  // With `begins` the text is the beginning of a prompt, and the start token comes first if the
  // model wants one. Without it the text goes on from another: a vocabulary that adds a space
  // before every text (the Llama 2 family) adds none.
  std::vector<int32_t> Tokenise(const std::string& text, bool begins) const;
  std::string Piece(int32_t token) const;  // the text of a token
  // These have the contracts of LlmBackend (llm/backend.h).
  std::string ApplyChatTemplate(const std::string& system, const std::string& user) const;
  std::vector<std::string> Labels(int count) const;
  std::vector<std::string> NameLabels(std::span<const std::string> names) const;
  // The token of a label, or -1 if the label is not one token.
  int32_t LabelToken(const std::string& label) const;

 private:
  LlamaModel(const std::filesystem::path& path, int gpu_layers, bool vocabulary_only);
  std::vector<int32_t> TokeniseAlone(const std::string& text, bool begins) const;
  // The messages in the model's chat template; nothing where it has none or llama.cpp does not know
  // it.
  std::optional<std::string> InChatTemplate(const std::string& system,
                                            const std::string& user) const;

  llama_model* model_ = nullptr;
  const llama_vocab* vocab_ = nullptr;
  std::string name_, fingerprint_;
};

}  // namespace lerl
