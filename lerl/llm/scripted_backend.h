#pragma once
// An LlmBackend whose answers are given by functions, for tests and replays. It counts one token
// per byte and knows the labels of llm/labels.h.

#include <functional>
#include <memory>
#include <string>

#include "lerl/llm/backend.h"

namespace lerl {

struct Script {
  // Unnormalised log-probability of a label after a prompt. Default: all equal.
  std::function<double(const std::string& prefix, const std::string& suffix,
                       const std::string& label)>
      score = {};
  // Answer to a prompt. Default: an empty text.
  std::function<Completion(const std::string& prefix, const std::string& suffix)> complete = {};
  // The most labels that it has. Asked for more, it has none.
  int most_labels = 52 * 52;
  // The chat template. Default: plain paragraphs.
  std::function<std::string(const std::string& system, const std::string& user)> chat = {};
};

std::unique_ptr<LlmBackend> MakeScriptedBackend(Script script);

}  // namespace lerl
