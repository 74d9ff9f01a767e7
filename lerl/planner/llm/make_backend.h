#pragma once
// Makes the language model that the settings of a planner name: behind endpoints where
// planner.llm.endpoint has URLs, otherwise a GGUF file in process.

#include <memory>

#include "lerl/llm/backend.h"
#include "lerl/planner/planner_config.h"

namespace lerl {

// Throws Error(kModel) when a file can't be loaded, Error(kConfig) when the settings can't work.
std::unique_ptr<LlmBackend> MakeBackend(const LlmPlannerConfig& config);

}  // namespace lerl
