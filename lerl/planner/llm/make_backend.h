#pragma once
// Makes the language model that the settings of a planner name: behind endpoints where
// planner.llm.endpoint has URLs, otherwise a GGUF file in process.

#include <memory>

#include "lerl/llm/backend.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

// Throws what MakeBackend would throw of files, addresses and keys, without loading a model or
// asking a server: before other work that takes time.
void CheckBackend(const LlmPlannerConfig& config);

// Throws Error(kModel) when a file can't be loaded, Error(kConfig) when the settings can't work.
std::unique_ptr<LlmBackend> MakeBackend(const LlmPlannerConfig& config);

}  // namespace lerl
