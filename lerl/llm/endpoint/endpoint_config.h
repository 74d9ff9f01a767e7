#pragma once
// Settings of a language model behind an OpenAI-compatible HTTP endpoint
// (llm/endpoint/openai_backend.h).

#include <cstdint>
#include <string>
#include <vector>

#include "lerl/base/config.h"

namespace lerl {

struct EndpointConfig {
  std::vector<std::string> urls;
  std::string model = "default";
  std::string api_key_env;
  std::vector<std::string> headers;
  std::string query;
  std::string body;
  std::string ca_file;
  std::string scoring = "auto";
  std::string structure = "json_schema";
  int64_t top_logprobs = 20;
  int64_t concurrency = 8;
  double timeout = 20;
  double deadline = 60;
  int64_t retries = 3;
  double backoff = 0.25;
  double cool_down = 5;
  double requests_per_second = 0;
  double price_input = 0;
  double price_output = 0;
  double budget = 0;
  int64_t budget_tokens = 0;
  bool probe = true;
  std::string routing = "prefix";
  int64_t imbalance = 4;
  std::vector<int64_t> url_requests;
  std::vector<int64_t> url_tokens;
  std::vector<double> url_budgets;
  std::vector<double> url_prices_input;
  std::vector<double> url_prices_output;

  void VisitFields(FieldVisitor& visit) {
    visit("urls", urls,
          "base URLs (http or https, up to /v1) of servers of the same model; empty: in process");
    visit("model", model, "the model, as the servers name it");
    visit("api_key_env", api_key_env, "environment variable that holds the key; empty: none");
    VisitRequests(visit);
    VisitLimits(visit);
    VisitPool(visit);
  }

 private:
  // What requests carry beside the question, and what is asked for.
  void VisitRequests(FieldVisitor& visit) {
    visit("headers", headers,
          "further headers, \"Name: value\"; {key} stands for the key, which then stands nowhere "
          "else");
    visit("query", query,
          "what follows the ? of a URL, such as api-version=2024-10-21; {key} stands for the key");
    visit("body", body,
          "JSON object laid over each request, such as "
          "{\"chat_template_kwargs\": {\"enable_thinking\": false}}; null takes a member away");
    visit("ca_file", ca_file,
          "certificates (PEM) that https servers are checked by; empty: SSL_CERT_FILE, or the "
          "system's");
    visit("scoring", scoring,
          "scores of labels: from the log-probabilities of one token, from a ranked list, or the "
          "first as far as the server gives them",
          {"auto", "logprobs", "list"});
    visit("structure", structure, "what holds a generated list to its form",
          {"json_schema", "grammar", "none"});
    visit("top_logprobs", top_logprobs,
          "tokens whose log-probability is asked for; OpenAI and vLLM allow 20", Range{1, 1000});
  }

  // How much is asked at once and in all, and how long one waits.
  void VisitLimits(FieldVisitor& visit) {
    visit("concurrency", concurrency, "requests in flight at one URL", Range{1, 1024});
    visit("timeout", timeout, "seconds that one attempt may take", Range{0.01, 3600});
    visit("deadline", deadline,
          "seconds that an answer may take with all its attempts, from when it is asked; a URL "
          "that asks for a longer pause is taken for down",
          Range{0.01, 36000});
    visit("retries", retries, "further attempts after a failure that may pass", Range{0, 100});
    visit("backoff", backoff, "seconds before the first retry, doubled each time, with jitter",
          Range{0, 60});
    visit("cool_down", cool_down,
          "seconds that a URL without answers is left alone; doubled each time that it is tried in "
          "vain, up to 30",
          Range{0, 3600});
    visit("requests_per_second", requests_per_second, "limit of each URL; 0: none", Range{0, 1e6});
    visit("price_input", price_input, "of a million prompt tokens", Range{0, 1e6});
    visit("price_output", price_output, "of a million answer tokens", Range{0, 1e6});
    visit("budget", budget, "what a process may spend, in the currency of the prices; 0: no limit",
          Range{0, 1e9});
    visit("budget_tokens", budget_tokens, "tokens that a process may use; 0: no limit",
          Range{0, 1e15});
  }

  // What is of several URLs, or of each of them.
  void VisitPool(FieldVisitor& visit) {
    visit(
        "probe", probe,
        "ask each URL for the context of a request (/props, /v1/models, /slots, /get_model_info), "
        "and one that was down whether it is there before a question tries it");
    visit("routing", routing,
          "which URL gets a prompt: the one that had the same beginning, unless its queue is much "
          "longer, or the one with the shortest queue",
          {"prefix", "queue"});
    visit("imbalance", imbalance,
          "requests by which the queue of the URL that had the same beginning may be longer",
          Range{0, 1024});
    visit("url_requests", url_requests,
          "requests that a process may send to each URL, in the order of urls; 0: no limit; empty: "
          "none has one",
          Range{0, 1e15});
    visit("url_tokens", url_tokens, "tokens that a process may use at each URL; 0: no limit",
          Range{0, 1e15});
    visit("url_budgets", url_budgets, "what a process may spend at each URL; 0: no limit",
          Range{0, 1e9});
    visit("url_prices_input", url_prices_input,
          "of a million prompt tokens at each URL; empty: price_input", Range{0, 1e6});
    visit("url_prices_output", url_prices_output,
          "of a million answer tokens at each URL; empty: price_output", Range{0, 1e6});
  }
};

}  // namespace lerl
