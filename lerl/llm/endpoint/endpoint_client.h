#pragma once
// Questions to a pool of OpenAI-compatible servers, many in flight on the calling thread.
//
// A question is tried on whichever server has a free place, at most 1 + retries times within its
// deadline (llm/endpoint/retry.h, llm/endpoint/endpoint_pool.h). The deadline counts from when it is asked, sent or
// not; only while others of its call are answered does it wait in line without being late. So a
// call ends at the latest a deadline after the last answer to it. A server that asks for a pause
// longer than the deadline is taken for down. Whatever a server does, the result is a value: an
// answer, or the reason why there is none. The reasons are few and name neither times nor
// addresses, so that they can be counted; a warning says more, once per reason. While all servers
// are down, questions are given up at once. After a stop request (base/progress.h) what is in
// flight is waited for, and what would wait longer than a second for a pause, a rate or a retry is
// given up. The key stands in the request's header and nowhere else: it is cut out of everything
// that a server says, however it is escaped (llm/endpoint/secret.h), before and after it is parsed.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/llm/endpoint/endpoint_config.h"
#include "lerl/llm/endpoint/endpoint_pool.h"
#include "lerl/llm/endpoint/http_transfer.h"
#include "lerl/llm/endpoint/spending.h"

namespace lerl {

class EndpointClient {
 public:
  // Throws Error(kConfig) for a URL that is none or a variable of the environment that is not set.
  explicit EndpointClient(const EndpointConfig& config);

  // One answer per question, in order. Questions are made when they are sent, so that what lies in
  // memory is what is in flight.
  std::vector<ChatAnswer> Ask(size_t count, const std::function<ChatQuestion(size_t)>& question);

  // Of this client alone; the budget is shared (llm/endpoint/spending.h).
  const Spending& spending() const { return spending_; }
  // Why questions are not answered any more: the budget, or a stop request; else empty.
  std::string Exhausted() const;
  int64_t retries() const { return retries_; }

 private:
  struct Open;   // a question that was sent at least once and has no answer yet
  struct Batch;  // the questions of a call

  void GiveUpHopeless(Batch& batch, double now);
  void StartReady(Batch& batch);
  void Send(Batch& batch, Open open, int endpoint, double now);
  void Take(Batch& batch, Open open, HttpResponse response, double now);
  bool Reserve(TokenCount estimate);
  void Settle(TokenCount estimate, TokenCount used);
  void TellPool(const Open& open, const HttpResponse& response, double now);
  double NextSend(const Batch& batch, double now) const;
  double NextEvent(const Batch& batch, double now) const;
  void Warn(const std::string& reason, const std::string& text);
  ChatAnswer WithoutKey(ChatAnswer answer) const;

  const EndpointConfig config_;
  std::vector<std::string> urls_;  // of the questions
  std::string key_;
  HttpTransfer transfer_;
  EndpointPool pool_;
  const std::shared_ptr<Spending> budget_;  // of the process
  Spending spending_;
  Rng jitter_;
  std::string last_failure_;
  std::set<std::string> warned_;
  int64_t next_id_ = 0;
  int64_t retries_ = 0;
  bool stopped_ = false;  // a stop request ended questions
};

}  // namespace lerl
