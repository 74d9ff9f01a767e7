#include "lerl/llm/endpoint/chat_api.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "lerl/base/json_text.h"
#include "lerl/base/printable.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSystemMark = "<|system message|>";
constexpr std::string_view kUserMark = "<|user message|>";
constexpr std::string_view kAnswerMark = "<|answer|>";
constexpr int64_t kTemplateTokens = 64;
constexpr size_t kLongestReason = 200;  // bytes of a server's own words
constexpr double kLeastLogprob = -1e4;
constexpr int kHttpOk = 200;
constexpr int64_t kMostTokens = 1'000'000'000;  // of one request; sums of them can't overflow

Json ListSchema(const ChatQuestion& question) {
  return {{"type", "object"},
          {"properties",
           {{"list",
             {{"type", "array"},
              {"items", {{"type", "string"}, {"enum", question.choices}}},
              {"minItems", 1},
              {"maxItems", question.longest_list}}}}},
          {"required", {"list"}},
          {"additionalProperties", false}};
}

// The first entry of a list; null where there is none.
const Json& FirstOf(const Json& list) {
  static const Json null;
  return list.is_array() && !list.empty() ? list[0] : null;
}

// Whether a body has an error in it: `error` is there, and more than an empty value.
bool HasError(const Json& json) {
  const Json& error = MemberOf(json, "error");
  return TextOf(json, "object") == "error" ||
         (!error.is_null() && error != "" && error != false && error != 0 &&
          !(error.is_structured() && error.empty()));
}

TokenLogprobs FirstLogprobs(const Json& choice) {
  TokenLogprobs logprobs;
  const Json& first = FirstOf(MemberOf(MemberOf(choice, "logprobs"), "content"));
  for (const Json& row : MemberOf(first, "top_logprobs")) {
    const Json& logprob = MemberOf(row, "logprob");
    if (!logprob.is_number() || !MemberOf(row, "token").is_string()) continue;  // null: none
    logprobs.emplace_back(TextOf(row, "token"),
                          std::clamp(logprob.get<double>(), kLeastLogprob, 0.0));
  }
  if (!logprobs.empty()) return logprobs;
  // As in the API of completions: an object of tokens for each place.
  const Json& tokens = FirstOf(MemberOf(MemberOf(choice, "logprobs"), "top_logprobs"));
  if (!tokens.is_object()) return logprobs;
  for (const auto& [token, logprob] : tokens.items())
    if (logprob.is_number())
      logprobs.emplace_back(token, std::clamp(logprob.get<double>(), kLeastLogprob, 0.0));
  return logprobs;
}

// The text of a message: one, or in parts, of which those of other types (thinking) are left out.
std::string ContentOf(const Json& message) {
  const Json& content = MemberOf(message, "content");
  if (!content.is_array()) return TextOf(message, "content");
  std::string text;
  for (const Json& part : content)
    if (const std::string type = TextOf(part, "type"); type == "text" || type == "output_text")
      text += TextOf(part, "text");
  return text;
}

// What a server says in place of an answer, from the forms in which servers write errors: the text
// of `error`, `message` or `detail`, at any depth, and otherwise the body as it stands.
std::string WordsOf(const Json& json, const std::string& body) {
  const Json* holder = &json;
  for (int depth = 0; depth < 4 && (holder->is_object() || holder->is_array()); ++depth) {
    if (holder->is_array()) {
      if (holder->empty()) break;
      holder = &holder->front();
      continue;
    }
    const Json* inner = holder;
    for (const char* name : {"error", "message", "detail", "errors", "msg"})
      if (inner == holder && !MemberOf(*holder, name).is_null()) inner = &MemberOf(*holder, name);
    if (inner == holder) break;
    holder = inner;
  }
  if (holder->is_string()) return holder->get<std::string>();
  if (holder == &json || holder->is_null()) return body;
  return holder->dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Why a body with status 200 is no answer. There are few reasons, so that they can be counted.
std::string ReasonOf(const Json& json, const std::string& body) {
  if (HasError(json)) return "an error in place of an answer";
  const std::string_view text = Trimmed(body, " \t\r\n");
  if (text.empty()) return "an empty answer";
  if (text.starts_with("data:") || text.starts_with("event:"))
    return "a stream, which was not asked for";
  if (text.starts_with('<')) return "a page in place of an answer";
  const Json& choices = MemberOf(json, "choices");
  if (choices.is_array() && choices.empty()) return "an answer without choices";
  return "not an answer of the chat completions API";
}

// The status that an error within an answer of status 200 has by its own words; 0: it has none.
int StatusWithin(const Json& json) {
  for (const Json* holder : {&MemberOf(json, "error"), &json}) {
    for (const char* name : {"code", "status", "status_code"}) {
      const int64_t code =
          std::max<int64_t>(CountOf(*holder, name), std::atoi(TextOf(*holder, name).c_str()));
      if (code >= 400 && code < 600) return static_cast<int>(code);
    }
  }
  return 0;
}

void ReadUsage(const Json& json, ChatAnswer& answer) {
  const Json& usage = MemberOf(json, "usage");
  answer.used = {.input = std::min(CountOf(usage, "prompt_tokens"), kMostTokens),
                 .output = std::min(CountOf(usage, "completion_tokens"), kMostTokens)};
}

}  // namespace

std::string MarkedChat(const std::string& system, const std::string& user) {
  return std::string(kSystemMark) + system + std::string(kUserMark) + user +
         std::string(kAnswerMark);
}

std::vector<ChatMessage> MessagesOf(const std::string& prompt) {
  const size_t user = prompt.find(kUserMark), answer = prompt.rfind(kAnswerMark);
  if (!prompt.starts_with(kSystemMark) || user == std::string::npos || answer < user)
    return {{"user", prompt}};
  const size_t user_begins = user + kUserMark.size();
  return {{"system", prompt.substr(kSystemMark.size(), user - kSystemMark.size())},
          {"user", prompt.substr(user_begins, answer - user_begins)}};
}

RequestParts PartsOf(const EndpointConfig& config, const ChatQuestion& question) {
  const bool grammar = config.structure == "grammar" && !question.grammar.empty();
  const bool schema = config.structure == "json_schema" && !question.choices.empty();
  return {.length = question.max_tokens,
          .logprobs = question.wants_logprobs,
          .structure = grammar || schema,
          .system_role = MessagesOf(question.prompt).size() > 1};
}

std::string ChatRequestBody(const EndpointConfig& config, const ChatQuestion& question,
                            const RequestForm& form) {
  Json body = {{"model", config.model}, {"messages", Json::array()}};
  if (!form.length_name.empty())
    body[form.length_name] = std::max<int64_t>(question.max_tokens, form.least_length);
  if (form.temperature) body["temperature"] = question.temperature;
  if (form.seed) body["seed"] = question.seed % (uint64_t{1} << 31U);
  if (form.stream) body["stream"] = false;
  std::vector<ChatMessage> messages = MessagesOf(question.prompt);
  if (!form.system_role && messages.size() > 1)
    messages = {{"user", messages[0].content + "\n\n" + messages[1].content}};
  for (const ChatMessage& message : messages)
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  if (question.wants_logprobs && form.top_logprobs > 0) {
    body["logprobs"] = true;
    body["top_logprobs"] = form.top_logprobs;
  }
  if (form.structure && config.structure == "grammar" && !question.grammar.empty()) {
    body["grammar"] = question.grammar;
  } else if (form.structure && config.structure == "json_schema" && !question.choices.empty()) {
    body["response_format"] = {
        {"type", "json_schema"},
        {"json_schema", {{"name", "plan"}, {"strict", true}, {"schema", ListSchema(question)}}}};
  }
  if (!config.body.empty()) body.merge_patch(TryParseJson(config.body));
  // Data in a prompt may not be UTF-8. Such bytes are replaced, and the prompt is never refused.
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TokenCount EstimateTokens(const ChatQuestion& question) {
  return {std::ssize(question.prompt) + kTemplateTokens, question.max_tokens};
}

int64_t LikelyTokens(const ChatQuestion& question) {
  return std::ssize(question.prompt) / 4 + kTemplateTokens + question.max_tokens;
}

int64_t LeastTokens(const ChatQuestion& question) {
  return std::ssize(question.prompt) / 8 + question.max_tokens;
}

ChatAnswer ParseChatAnswer(const std::string& body) {
  ChatAnswer answer;
  const Json json = TryParseJson(body);
  const Json& choice = FirstOf(MemberOf(json, "choices"));
  const Json& message = MemberOf(choice, "message");
  ReadUsage(json, answer);
  if (HasError(json) || !message.is_object()) {
    answer.answered = false;
    answer.status = StatusWithin(json);
    answer.error = answer.status == 0 ? ReasonOf(json, body) : HttpReason(answer.status);
    answer.words = ParseChatError(body);
    return answer;
  }
  answer.status = kHttpOk;
  answer.text = ContentOf(message);
  answer.logprobs = FirstLogprobs(choice);
  const std::string reason = TextOf(choice, "finish_reason");
  if (reason == "length") answer.error = "longer than was allowed";
  if (reason == "content_filter") answer.error = "held back by the server's content filter";
  if (!TextOf(message, "refusal").empty()) answer.error = "refused by the model";
  if (answer.text.empty() && answer.logprobs.empty() && answer.error.empty())
    answer.error = "an answer without text";
  // What a model says elsewhere, as it thinks or refuses, is for people alone.
  for (const char* name : {"refusal", "reasoning_content", "reasoning"})
    if (answer.words.empty()) answer.words = Printable(TextOf(message, name), kLongestReason);
  if (answer.words.empty()) answer.words = Printable(answer.text, kLongestReason);
  return answer;
}

std::string HttpReason(int status) { return "HTTP " + std::to_string(status); }

std::string ParseChatError(const std::string& body) {
  std::string words = WordsOf(TryParseJson(body), body);
  for (char& c : words) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return Printable(Trimmed(words), kLongestReason);
}

}  // namespace lerl
