#include "lerl/llm/llama/lora_adapter.h"

#include <llama.h>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/model_file.h"

namespace lerl {

LoraAdapter::LoraAdapter(std::shared_ptr<const LlamaModel> model, const std::filesystem::path& path)
    : model_(std::move(model)), name_(path.filename().string()) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw Error(ErrorKind::kModel, path.string() + ": there is no such adapter; give a LoRA GGUF " +
                                       "file as planner.llm.lora, or the name of one that comes "
                                       "with the program, or leave it empty");
  }
  CheckModelFile(path);
  adapter_ = llama_adapter_lora_init(model_->get(), path.c_str());
  if (adapter_ == nullptr) {
    throw Error(ErrorKind::kModel, path.string() + ": it is no LoRA adapter of " + model_->name() +
                                       " (" + LastLlamaMessage() +
                                       "); name the model that it was trained for");
  }
  const MappedFile file(path);
  fingerprint_ = HashText(file.text());
}

LoraAdapter::~LoraAdapter() {
  if (adapter_ != nullptr) llama_adapter_lora_free(adapter_);
}

void LoraAdapter::ApplyTo(llama_context* context, float scale) const {
  llama_adapter_lora* adapter = adapter_;
  LERL_CHECK_EQ(llama_set_adapters_lora(context, &adapter, 1, &scale), 0);
}

}  // namespace lerl
