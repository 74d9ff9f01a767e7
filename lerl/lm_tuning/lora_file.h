#pragma once
// Writes a LoRA adapter as GGUF, in the format that llama.cpp loads (llm/llama/lora_adapter.h):
// "general.type" adapter, "adapter.type" lora, "adapter.lora.alpha", and for each tuned matrix of W
// [out, in] the tensors `NAME.lora_a` [rank, in] and `NAME.lora_b` [out, rank] as floats.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace lerl {

struct LoraTensor {
  std::string name;  // such as "blk.29.attn_q.weight.lora_a"
  int64_t rows = 0, columns = 0;
  std::vector<float> values = {};  // [rows, columns]
};

struct LoraFileInfo {
  std::string base_model = {};   // the model's name
  std::string description = {};  // what it was tuned on, for people
  double alpha = 0;
};

// Writes the file whole or not at all. Throws Error(kIo).
void WriteLoraFile(const std::filesystem::path& path, const LoraFileInfo& info,
                   const std::vector<LoraTensor>& tensors);

}  // namespace lerl
