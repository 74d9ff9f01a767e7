#include "lerl/llm/endpoint/failure_advice.h"

#include "lerl/llm/endpoint/retry.h"

namespace lerl {

bool RefusesAll(int status) {
  return (status >= 300 && status < 400) || (status >= 401 && status <= 405);
}

std::string AdviceOnRefusal(int status, const std::string& url) {
  if (status == 402) return "the account has nothing left to pay with";
  if (status == 401 || status == 403)
    return "check the key (planner.llm.endpoint.api_key_env, headers) and what it may use";
  if (status < 400) return "name that address in planner.llm.endpoint.urls";
  const bool versioned = url.find("/v1/") != std::string::npos;
  return std::string("check planner.llm.endpoint.model and urls") +
         (versioned ? "" : ": the base URL of most servers ends in /v1");
}

std::string RemedyFor(int status) {
  if (status == 0)
    return "start the server, or name another by planner.llm.endpoint.urls, up to /v1";
  if (status == 429)
    return "ask less at once (planner.llm.endpoint.concurrency, requests_per_second), or later";
  if (MayPass(status)) return "look into the server's log";
  return "change what it refuses (planner.llm.endpoint.body, model), or name another server";
}

std::string AdviceOnLength(int64_t tokens, int64_t context) {
  return "a prompt of about " + std::to_string(tokens) + " tokens with its answer" +
         (context > 0 ? ", where a request may have at most " + std::to_string(context) : "") +
         "; start a server with a longer context (llama-server: --ctx-size is divided by "
         "--parallel; vLLM: --max-model-len; SGLang: --context-length), or show less in prompts "
         "(planner.llm.favourites, sampled_reflections)";
}

}  // namespace lerl
