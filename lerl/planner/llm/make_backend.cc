#include "lerl/planner/llm/make_backend.h"

#include <algorithm>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/hash.h"
#include "lerl/llm/endpoint/endpoint_access.h"
#include "lerl/llm/endpoint/openai_backend.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/llm/llama/model_trial.h"
#include "lerl/llm/llama/shipped_adapters.h"

namespace lerl {

void CheckBackend(const LlmPlannerConfig& config) {
  if (!config.endpoint.urls.empty()) {
    ReadAccess(config.endpoint);
    return;
  }
  const std::filesystem::path model = ResolveModel(config.model);
  CheckModelFile(model);
  CheckContext(model, static_cast<int>(config.context));
  const MappedFile file(model);
  TryModel(model, HashText(file.text()));
}

std::unique_ptr<LlmBackend> MakeBackend(const LlmPlannerConfig& config) {
  if (config.endpoint.urls.empty()) {
    return MakeLlamaCppBackend({.model = ResolveModel(config.model),
                                .threads = static_cast<int>(config.threads),
                                .context = static_cast<int>(config.context),
                                .batch = static_cast<int>(std::min<int64_t>(config.batch, 255)),
                                .gpu_layers = static_cast<int>(config.gpu_layers),
                                .lora = ResolveAdapter(config.lora),
                                .lora_scale = config.lora_scale});
  }
  if (!config.model.empty() || !config.lora.empty()) {
    throw Error(
        ErrorKind::kConfig,
        "planner.llm: there are both a model file (model, lora) and endpoint.urls; keep one "
        "(endpoint.model names the servers' model)");
  }
  return MakeOpenAiBackend(config.endpoint);
}

}  // namespace lerl
