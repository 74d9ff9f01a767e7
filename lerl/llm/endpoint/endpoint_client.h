#pragma once
// Questions to a pool of OpenAI-compatible servers, many in flight on the calling thread.
//
// Attempts. A question goes to the server that the pool chooses, at most 1 + retries times within
// its deadline (llm/endpoint/retry.h, llm/endpoint/endpoint_pool.h), and after a failure to
// another one where there is one. A server that asks for a pause longer than the deadline is taken
// for down. While all servers that may take a question are down, it is given up at once.
//
// Length. A question that a server refuses as longer than its context goes to a server with a
// longer one, which is no further attempt. Where there is none, or where even its least number of
// tokens is more than every context that is known, the result is kFitsNowhere.
//
// Deadline. It counts from when the question is asked, whether it has been sent or not. A question
// that waits in line is not late, however, while others of its call are still being answered. So a
// call ends at the latest one deadline after the last answer to it.
//
// Results. Whatever a server does, the result is a value: an answer, or the reason why there is
// none. There are few reasons, and they name neither times nor addresses, so that they can be
// counted. A warning says more, once per reason.
//
// Stop requests (base/stop.h). What is in flight is waited for. What would have to wait longer
// than a second, for a pause, a rate or a retry, is given up.
//
// Refusals. What a server does not take of a request is left out or lowered, one thing after the
// other (llm/endpoint/request_form.h), with a warning. Where every server refuses all requests (401
// to 405 or a redirect, by status or by words: StatusByWords), none is sent any more: at once where
// no server has ever answered, and otherwise after kRefusalsInARow of them in a row.
//
// The key stands in the header or the query of the request and nowhere else. It is cut out of
// everything that a server says, however it is escaped (llm/endpoint/secret.h), before and after
// parsing. Whoever changes such a text afterwards cuts again, last of all (WithoutKey).

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "lerl/base/rng.h"
#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/llm/endpoint/endpoint_access.h"
#include "lerl/llm/endpoint/endpoint_accounts.h"
#include "lerl/llm/endpoint/endpoint_config.h"
#include "lerl/llm/endpoint/endpoint_pool.h"
#include "lerl/llm/endpoint/endpoint_probes.h"
#include "lerl/llm/endpoint/http_transfer.h"

namespace lerl {

class EndpointClient {
 public:
  // Throws Error(kConfig) when a text is no URL, or when the variable of the environment holds no
  // key.
  explicit EndpointClient(const EndpointConfig& config);

  // Returns one answer per question, in order. A question is made when it is sent, so that no more
  // questions lie in memory than are in flight.
  std::vector<ChatAnswer> Ask(size_t count, const std::function<ChatQuestion(size_t)>& question);

  // What this client alone has spent; the budget is shared (llm/endpoint/spending.h).
  const Spending& spending() const { return accounts_.own(); }
  // What this client knows of each server and has asked of it, in the order of the URLs.
  std::vector<EndpointUsage> Endpoints() const;
  // Why questions are not answered any more: the budget, a stop request, or servers that refuse all
  // of them; "" if they are.
  std::string Exhausted() const;
  // What was said in place of the latest answer, if that is missing, and what to do; "" if it came.
  const std::string& LatestFailure() const { return failure_; }
  // Whether every server refuses all requests.
  bool GivenUp() const;
  // The text without the key, and without what a prompt would leave of it.
  std::string WithoutKey(const std::string& text) const;
  int64_t retries() const { return retries_; }

 private:
  struct Open;   // a question that was sent at least once and has no answer yet
  struct Batch;  // the questions of a call

  void GiveUpHopeless(Batch& batch, double now);
  void StartReady(Batch& batch);
  Open LookAt(const ChatQuestion& question, size_t index) const;
  bool StartOrGiveUp(Batch& batch, Open& open, double now);
  void Send(Batch& batch, Open open, int endpoint, double now);
  void Take(Batch& batch, Open open, HttpResponse response, double now);
  bool AskOtherwise(Batch& batch, Open& open, const std::string& body, const std::string& words);
  void AskElsewhere(Batch& batch, Open open, int64_t context, double now);
  void GiveUpAsTooLong(Batch& batch, const Open& open);
  void CountRefusals(const Open& open, const ChatAnswer& answer);
  void TellPool(const Open& open, const HttpResponse& response, bool refusal, double now);
  double NextSend(const Batch& batch, double now) const;
  double NextEvent(const Batch& batch, double now) const;
  void Warn(const std::string& reason, const std::string& text);

  const EndpointConfig config_;
  const EndpointAccess access_;
  HttpTransfer transfer_;
  EndpointPool pool_;
  EndpointProbes probes_;
  EndpointAccounts accounts_;
  RequestForm form_;        // that requests are sent in from here on
  std::set<int> refusing_;  // servers that have refused all since the latest answer of any
  int refusals_ = 0;        // since then
  std::string refusal_;     // the latest
  std::string failure_;     // of the latest answer, "" where it came
  bool heard_ = false;      // whether any server has ever answered
  Rng jitter_;
  std::string last_failure_;
  std::set<std::string> warned_;
  int64_t next_id_ = 0;
  int64_t retries_ = 0;
  bool stopped_ = false;  // a stop request made the client give up questions
};

}  // namespace lerl
