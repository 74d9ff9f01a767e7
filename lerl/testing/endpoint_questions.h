#pragma once
// Questions to stub endpoints, for tests of clients.

#include <string>
#include <vector>

#include "lerl/llm/endpoint/endpoint_client.h"
#include "lerl/llm/endpoint/stub_endpoint.h"

namespace lerl {

// Settings for servers on the loopback, which answer at once or never.
inline EndpointConfig ImpatientConfig(const std::vector<std::string>& urls) {
  EndpointConfig config;
  config.urls = urls;
  config.timeout = 1;
  config.deadline = 5;
  config.backoff = 0.01;
  config.cool_down = 0.3;
  return config;
}

inline ChatQuestion NumberedQuestion(size_t i) {
  return {.prompt = MarkedChat("Plan.", "question " + std::to_string(i)), .max_tokens = 2};
}

inline StubReply GoodReply() { return {.body = StubAnswer("A")}; }

}  // namespace lerl
