#pragma once
// LlmBackend over OpenAI-compatible HTTP endpoints: llama-server, vLLM, Ollama, OpenAI. Prompts of
// a call are sent side by side to a pool of servers of one model (llm/endpoint/endpoint_client.h).
//
// Scores of labels come from the log-probabilities of the answer's first token where the server
// gives them (llm/endpoint/chat_api.h), otherwise from a ranked list that it writes; with `scoring` "auto"
// the first answers decide which. Lists are held to their form by a JSON schema or a grammar.
// Differences from llama.cpp in process: labels beyond the listed tokens are tied, tokens are
// counted by the server, CountTokens is an estimate (a token for every 4 bytes), and an answer may
// be missing: then the row is NaN (ScoreErrors) or the completion not `answered`.

#include <memory>

#include "lerl/llm/backend.h"
#include "lerl/llm/endpoint/endpoint_config.h"

namespace lerl {

// Contacts nobody yet. Throws Error(kConfig) for a URL that is none or a key that is not there.
std::unique_ptr<LlmBackend> MakeOpenAiBackend(const EndpointConfig& config);

}  // namespace lerl
