#pragma once
// A LoRA adapter beside a GGUF model: what fine-tuning wrote, W' = W + scale * alpha / rank * B A
// for the layers it names (Hu et al., 2021, arXiv 2106.09685), as llama.cpp's
// convert_lora_to_gguf.py writes it.

#include <filesystem>
#include <memory>
#include <string>

#include "lerl/llm/llama/llama_model.h"

struct llama_adapter_lora;
struct llama_context;

namespace lerl {

class LoraAdapter {
 public:
  // Throws Error(kModel) when the file is missing, not GGUF, damaged, or not an adapter of this
  // model (another architecture, other shapes).
  LoraAdapter(std::shared_ptr<const LlamaModel> model, const std::filesystem::path& path);
  ~LoraAdapter();
  LoraAdapter(const LoraAdapter&) = delete;
  LoraAdapter& operator=(const LoraAdapter&) = delete;

  // From now on the context computes with the adapter at `scale`. It must outlive the context's
  // use.
  void ApplyTo(llama_context* context, float scale) const;
  const std::string& name() const { return name_; }
  const std::string& fingerprint() const { return fingerprint_; }  // of the file

 private:
  const std::shared_ptr<const LlamaModel> model_;
  llama_adapter_lora* adapter_ = nullptr;
  std::string name_, fingerprint_;
};

}  // namespace lerl
