#pragma once
// The chat completions API of OpenAI as llama-server, vLLM, Ollama and OpenAI itself speak it:
// request bodies, answers, and label scores from log-probabilities. No network here.
//
//   score_c = log sum_t p(t) over the listed tokens t that spell label c, with or without a space
//   before it; labels that are not among the listed tokens get the smallest listed log-probability,
//   which they do not exceed; then normalised over the labels
//
// LlmBackend speaks of prompts as one text; MarkedChat keeps the messages apart in it by marks that
// SafeText lets no data write.

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lerl/llm/backend.h"
#include "lerl/llm/endpoint/endpoint_config.h"
#include "lerl/llm/endpoint/spending.h"

namespace lerl {

struct ChatMessage {
  std::string role;  // "system", "user"
  std::string content;
};

std::string MarkedChat(const std::string& system, const std::string& user);
// The messages of such a text; a text without marks is one message of the user.
std::vector<ChatMessage> MessagesOf(const std::string& prompt);

struct ChatQuestion {
  std::string prompt = {};  // MarkedChat, whole
  int max_tokens = 1;
  double temperature = 0;
  uint64_t seed = 0;
  bool wants_logprobs = false;            // of the first token's alternatives
  std::string grammar = {};               // GBNF; empty: free text
  std::vector<std::string> choices = {};  // what a list may name; empty: not a list
  int longest_list = 0;
};

std::string ChatRequestBody(const EndpointConfig& config, const ChatQuestion& question);
// Tokens that a question is reserved at, which it can't exceed: one for every byte (no token is
// less), some for the server's chat template, and the longest answer.
TokenCount EstimateTokens(const ChatQuestion& question);

using TokenLogprobs = std::vector<std::pair<std::string, double>>;

struct ChatAnswer {
  std::string text = {};
  std::string error = {};  // empty if the answer is whole
  bool answered = true;    // false: nobody gave an answer of this API; asked again they may
  int status = 0;          // of HTTP
  TokenCount used = {};
  TokenLogprobs logprobs = {};  // most likely first tokens; empty where the server gives none
};

// Of the body of an answer with status 200.
ChatAnswer ParseChatAnswer(const std::string& body);
// What the body of another status says, on one line and not long.
std::string ParseChatError(const std::string& body);

// Whether the text of a list is JSON ({"list": ["B", "A"]}), and the same as "B, A".
std::string PlainList(const std::string& text);

// [labels], normalised; empty if no label is among the tokens.
std::vector<float> ScoresFromLogprobs(const TokenLogprobs& logprobs,
                                      std::span<const std::string> labels);
// From an answer such as "B, A": minus the place, labels that are not named behind all others; then
// normalised. Empty if none is named.
std::vector<float> ScoresFromList(const std::string& text, std::span<const std::string> labels);

}  // namespace lerl
