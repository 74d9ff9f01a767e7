#pragma once
// The chat completions API of OpenAI, as llama-server, vLLM, Ollama and OpenAI itself speak it:
// request bodies, answers, and scores of labels. Nothing here uses the network.
//
// Scores of labels c from the listed log-probabilities of the answer's first token:
//   score_c = log sum of p(t) over the listed tokens t that spell c, with or without a space before
//   score_c = min of log p(t) over all listed tokens t      where no listed token spells c
// The second is an upper bound of what such a label can have, and may be what the last listed label
// has; so the label is marked as unlisted. The scores are then normalised over the labels.
//
// Scores from a list, where the server gives no log-probabilities:
//   score_c = -(place of c in the list, from 0)
//   score_c = -(number of labels)                           where the list does not name c
// These are normalised, too, and the labels that the list does not name are marked.
//
// For an LlmBackend a prompt is one text. MarkedChat keeps its messages apart by marks, which
// SafeText keeps data from writing.

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

// Joins the two messages to one text with marks.
std::string MarkedChat(const std::string& system, const std::string& user);
// Takes such a text apart. A text without marks is one message of the user.
std::vector<ChatMessage> MessagesOf(const std::string& prompt);

struct ChatQuestion {
  std::string prompt = {};  // prefix and suffix, as MarkedChat writes them
  int max_tokens = 1;
  double temperature = 0;
  uint64_t seed = 0;
  bool wants_logprobs = false;            // asks for those of the first token's alternatives
  std::string grammar = {};               // GBNF; empty: free text
  std::vector<std::string> choices = {};  // what a list may name; empty: the answer is no list
  int longest_list = 0;                   // labels of a list at most
};

std::string ChatRequestBody(const EndpointConfig& config, const ChatQuestion& question);
// The tokens that are reserved for a question, which it should not exceed: one for every byte of
// the prompt, since no token is shorter, some for the server's chat template, and the longest
// answer.
TokenCount EstimateTokens(const ChatQuestion& question);

using TokenLogprobs = std::vector<std::pair<std::string, double>>;

struct ChatAnswer {
  std::string text = {};
  std::string error = {};  // why the answer is not whole; empty if it is
  bool answered = true;    // false: no answer of this API came; the same question may succeed later
  int status = 0;          // of HTTP
  TokenCount used = {};    // as the server counts; 0 where it does not
  TokenLogprobs logprobs = {};  // most likely first tokens; empty where the server gives none
};

// Reads the body of an answer with status 200.
ChatAnswer ParseChatAnswer(const std::string& body);
// Returns what the body of an answer with another status says, on one line and cut to a length.
std::string ParseChatError(const std::string& body);

// Returns a list that is written as JSON, {"list": ["B", "A"]}, as "B, A", and any other text as it
// is.
std::string PlainList(const std::string& text);

struct LabelScores {
  std::vector<float> scores{};      // [labels]
  std::vector<uint8_t> unlisted{};  // [labels] 1: the answer is silent on the label
};

// Returns the scores from log-probabilities; both empty if no listed token spells a label.
LabelScores ScoresFromLogprobs(const TokenLogprobs& logprobs, std::span<const std::string> labels);
// Returns the scores from an answer such as "B, A"; both empty if it names no label.
LabelScores ScoresFromList(const std::string& text, std::span<const std::string> labels);

}  // namespace lerl
