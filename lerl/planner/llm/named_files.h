#pragma once
// What the files hold that the settings of a language model name: its weights, its adapter and its
// prompts. A path says too little, because another file can be put in its place.

#include <map>
#include <string>

#include "lerl/planner/planner_config.h"

namespace lerl {

// The hash of each named file's bytes by its setting; for prompt_dir by setting and file name.
// Empty where no file is named. A file that is not there has the hash "absent".
std::map<std::string, std::string> NamedFiles(const LlmPlannerConfig& config);

}  // namespace lerl
