#pragma once
// LlmBackend over OpenAI-compatible HTTP endpoints: llama-server, vLLM, Ollama, OpenAI. The prompts
// of a call are sent side by side to a pool of servers of the same model
// (llm/endpoint/endpoint_client.h).
//
// Scores of labels come from the log-probabilities of the answer's first token
// (llm/endpoint/label_scores.h), or from a ranked list that the server writes. With `scoring`
// "auto" they come from lists if labels are longer than one letter, or if the first answers show
// that the server gives no log-probabilities. A JSON schema or a grammar keeps lists to their form.
//
// Differences from llama.cpp in process:
//   - labels that no listed token spells are tied;
//   - the server counts the tokens, and CountTokens is an estimate of one token for every 4 bytes;
//   - an answer may be missing: the row of scores is then NaN (ScoreErrors says why), and the
//     completion is not `answered`.

#include <memory>

#include "lerl/llm/backend.h"
#include "lerl/llm/endpoint/endpoint_config.h"

namespace lerl {

// Contacts no server yet. Throws Error(kConfig) when a text is no URL or the key is missing.
std::unique_ptr<LlmBackend> MakeOpenAiBackend(const EndpointConfig& config);

}  // namespace lerl
