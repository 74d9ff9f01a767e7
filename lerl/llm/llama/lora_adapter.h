#pragma once
// A LoRA adapter for a GGUF model (Hu et al., 2021, arXiv 2106.09685), in the format that
// llama.cpp's convert_lora_to_gguf.py writes. For each layer that it names, the model computes with
//
//   W' = W + scale * (alpha / rank) * B A
//
//   A, B          the matrices of `rank` rows and columns that fine-tuning wrote
//   alpha, rank   of the adapter
//   scale         of the settings

#include <filesystem>
#include <memory>
#include <string>

#include "lerl/llm/llama/llama_model.h"

struct llama_adapter_lora;
struct llama_context;

namespace lerl {

class LoraAdapter {
 public:
  // Throws Error(kModel) when the file is missing, not GGUF or damaged, or when it is no adapter of
  // this model, since its architecture or its shapes are others.
  LoraAdapter(std::shared_ptr<const LlamaModel> model, const std::filesystem::path& path);
  ~LoraAdapter();
  LoraAdapter(const LoraAdapter&) = delete;
  LoraAdapter& operator=(const LoraAdapter&) = delete;

  // From now on the context computes with the adapter at `scale`. The adapter must outlive the use
  // of the context.
  void ApplyTo(llama_context* context, float scale) const;
  const std::string& name() const { return name_; }
  const std::string& fingerprint() const { return fingerprint_; }  // of the file

 private:
  const std::shared_ptr<const LlamaModel> model_;
  llama_adapter_lora* adapter_ = nullptr;
  std::string name_, fingerprint_;
};

}  // namespace lerl
