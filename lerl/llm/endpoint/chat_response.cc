#include "lerl/llm/endpoint/chat_response.h"

#include "lerl/base/printable.h"
#include "lerl/llm/endpoint/failure_advice.h"
#include "lerl/llm/endpoint/request_form.h"
#include "lerl/llm/endpoint/secret.h"

namespace lerl {
namespace {

ChatAnswer CutOut(ChatAnswer answer, const std::string& key) {
  for (std::string* text : {&answer.text, &answer.error, &answer.words})
    *text = WithoutSecret(*text, key);
  for (auto& [token, logprob] : answer.logprobs) token = WithoutSecret(token, key);
  return answer;
}

}  // namespace

ChatAnswer ReadResponse(HttpResponse& response, const std::string& url, const std::string& key) {
  response.body = WithoutSecret(response.body, key);
  if (response.status >= 200 && response.status < 300) {
    ChatAnswer answer = ParseChatAnswer(response.body);
    if (!answer.answered) answer.status = StatusByWords(answer.status, response.body);
    response.status = answer.status;
    if (RefusesAll(answer.status)) answer.words += "; " + AdviceOnRefusal(answer.status, url);
    return CutOut(std::move(answer), key);
  }
  ChatAnswer answer{
      .error = response.status == 0 ? response.error : HttpReason(response.status),
      .answered = false,
      .words = response.status == 0 ? Printable(response.detail) : ParseChatError(response.body),
      .status = StatusByWords(response.status, response.body)};
  if (response.status >= 300 && response.status < 400)
    answer.words = "it redirects to " + Printable(response.location) + ", which is not followed";
  response.status = answer.status;
  if (RefusesAll(response.status))
    answer.words += (answer.words.empty() ? "" : "; ") + AdviceOnRefusal(response.status, url);
  return CutOut(std::move(answer), key);
}

}  // namespace lerl
