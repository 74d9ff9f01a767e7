#include "lerl/llm/endpoint/chat_api.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "lerl/base/index.h"
#include "lerl/llm/labels.h"

namespace lerl {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kSystemMark = "<|system message|>";
constexpr std::string_view kUserMark = "<|user message|>";
constexpr std::string_view kAnswerMark = "<|answer|>";
constexpr int64_t kTemplateTokens = 64;
constexpr size_t kLongestReason = 200;  // bytes of a server's own words

// The token without a space before it, which tokenisers write in different ways.
std::string WithoutSpace(const std::string& token) {
  for (const std::string_view space : {" ", "\xC4\xA0", "\xE2\x96\x81"}) {  // U+0120, U+2581
    if (token.starts_with(space)) return token.substr(space.size());
  }
  return token;
}

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

TokenLogprobs FirstLogprobs(const Json& choice) {
  TokenLogprobs logprobs;
  if (!choice.contains("logprobs") || !choice["logprobs"].is_object()) return logprobs;
  const Json content = choice["logprobs"].value("content", Json::array());
  if (!content.is_array() || content.empty()) return logprobs;
  for (const Json& row : content[0].value("top_logprobs", Json::array())) {
    if (row.at("logprob").is_number())  // null stands for minus infinity
      logprobs.emplace_back(row.at("token").get<std::string>(), row.at("logprob").get<double>());
  }
  return logprobs;
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

std::string ChatRequestBody(const EndpointConfig& config, const ChatQuestion& question) {
  Json body = {{"model", config.model},
               {"messages", Json::array()},
               {"max_tokens", question.max_tokens},
               {"temperature", question.temperature},
               {"seed", question.seed % (uint64_t{1} << 31U)},
               {"stream", false}};
  for (const ChatMessage& message : MessagesOf(question.prompt))
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  if (question.wants_logprobs) {
    body["logprobs"] = true;
    body["top_logprobs"] = config.top_logprobs;
  }
  if (config.structure == "grammar" && !question.grammar.empty()) {
    body["grammar"] = question.grammar;
  } else if (config.structure == "json_schema" && !question.choices.empty()) {
    body["response_format"] = {
        {"type", "json_schema"},
        {"json_schema", {{"name", "plan"}, {"strict", true}, {"schema", ListSchema(question)}}}};
  }
  // Data in a prompt may not be UTF-8. Such bytes are replaced, and the prompt is never refused.
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

TokenCount EstimateTokens(const ChatQuestion& question) {
  return {std::ssize(question.prompt) + kTemplateTokens, question.max_tokens};
}

ChatAnswer ParseChatAnswer(const std::string& body) {
  ChatAnswer answer;
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  try {
    const Json& choice = json.at("choices").at(0);
    const Json& content = choice.at("message").at("content");
    if (content.is_string()) answer.text = content.get<std::string>();
    answer.logprobs = FirstLogprobs(choice);
    if (json.contains("usage") && json["usage"].is_object()) {
      answer.used.input = json["usage"].value("prompt_tokens", int64_t{0});
      answer.used.output = json["usage"].value("completion_tokens", int64_t{0});
    }
    const Json reason = choice.value("finish_reason", Json());
    if (reason == "length") answer.error = "longer than was allowed";
    if (reason == "content_filter") answer.error = "held back by the server's content filter";
  } catch (const Json::exception&) {
    answer = {};
    answer.answered = false;
    answer.error = "not an answer of the chat completions API";
  }
  return answer;
}

std::string ParseChatError(const std::string& body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  std::string text = body;
  if (json.is_object() && json.contains("error")) {
    const Json& error = json["error"];
    text = error.is_string()   ? error.get<std::string>()
           : error.is_object() ? error.value("message", std::string())
                               : error.dump();
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return text.size() <= kLongestReason ? text : text.substr(0, kLongestReason) + "...";
}

std::string PlainList(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("list") || !json["list"].is_array()) return text;
  std::string list;
  for (const Json& label : json["list"]) {
    if (label.is_string()) list += (list.empty() ? "" : ", ") + label.get<std::string>();
  }
  return list;
}

LabelScores ScoresFromLogprobs(const TokenLogprobs& logprobs, std::span<const std::string> labels) {
  double floor = std::numeric_limits<double>::max();
  for (const auto& [token, logprob] : logprobs) floor = std::min(floor, logprob);
  std::vector<double> scores;
  LabelScores result;
  for (const std::string& label : labels) {
    double probability = 0;
    for (const auto& [token, logprob] : logprobs) {
      if (WithoutSpace(token) == label) probability += std::exp(logprob);
    }
    result.unlisted.push_back(probability > 0 ? 0 : 1);
    scores.push_back(probability > 0 ? std::log(probability) : floor);
  }
  if (std::ranges::count(result.unlisted, 0) == 0) return {};
  result.scores = NormaliseScores(scores);
  return result;
}

LabelScores ScoresFromList(const std::string& text, std::span<const std::string> labels) {
  std::vector<double> scores(labels.size(), -static_cast<double>(labels.size()));
  LabelScores result{.unlisted = std::vector<uint8_t>(labels.size(), 1)};
  int place = 0;
  const std::string plain = PlainList(text);
  for (size_t begin = 0; begin < plain.size();) {
    const size_t end = std::min(plain.find_first_of(", \n\t", begin), plain.size());
    const auto found = std::find(labels.begin(), labels.end(), plain.substr(begin, end - begin));
    begin = end + 1;
    if (found == labels.end()) continue;
    const size_t label = At(found - labels.begin());
    if (result.unlisted[label] == 0) continue;
    result.unlisted[label] = 0;
    scores[label] = -place++;
  }
  if (place == 0) return {};
  result.scores = NormaliseScores(scores);
  return result;
}

}  // namespace lerl
