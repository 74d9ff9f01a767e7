#pragma once
// The chat completions API of OpenAI, as llama-server, vLLM, Ollama and OpenAI itself speak it:
// request bodies and answers. Nothing here uses the network. Of an answer nothing is taken for
// granted: members are read by their type, and what is of another type is absent.
//
// For an LlmBackend a prompt is one text. MarkedChat keeps its messages apart by marks, which
// SafeText keeps data from writing.

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/llm/backend.h"
#include "lerl/llm/endpoint/endpoint_config.h"
#include "lerl/llm/endpoint/label_scores.h"
#include "lerl/llm/endpoint/request_form.h"
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

// What a request for the question has beyond what every request has.
RequestParts PartsOf(const EndpointConfig& config, const ChatQuestion& question);
// The members of the setting `body` are laid over the others; null takes one away.
std::string ChatRequestBody(const EndpointConfig& config, const ChatQuestion& question,
                            const RequestForm& form = {});
// The tokens that are reserved for a question, which it should not exceed: one for every byte of
// the prompt, since no token is shorter, some for the server's chat template, and the longest
// answer.
TokenCount EstimateTokens(const ChatQuestion& question);
// The tokens of prompt and answer that are likely (four bytes a token, as of English), and a number
// that they will not be below (eight bytes a token). A server's own count differs.
int64_t LikelyTokens(const ChatQuestion& question);
int64_t LeastTokens(const ChatQuestion& question);

struct ChatAnswer {
  std::string text = {};
  std::string error = {};  // why the answer is not whole; empty if it is
  bool answered = true;    // false: no answer of this API came; the same question may succeed later
  std::string words = {};  // of the server or its model, one short printable line for people
  bool refused = false;    // the server does not take what was in the request
  int status = 0;          // of HTTP, or what an error within an answer gives as its own
  TokenCount used = {};    // as the server counts, none below 0; 0 where it does not
  TokenLogprobs logprobs = {};  // most likely first tokens; empty where the server gives none
};

// Reads the body of an answer with status 200. One that is none, or has an error in it, is not
// answered, with one of few reasons and the server's words.
ChatAnswer ParseChatAnswer(const std::string& body);
// "HTTP 401", the reason of an answer with another status.
std::string HttpReason(int status);
// Returns what the body of an answer with another status says: printable, on one line, and cut to a
// length.
std::string ParseChatError(const std::string& body);

}  // namespace lerl
