#include "lerl/llm/endpoint/endpoint_client.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/stop.h"
#include "lerl/llm/endpoint/retry.h"
#include "lerl/llm/endpoint/secret.h"

namespace lerl {
namespace {

// A shorter key is refused, since cutting it out of a server's words would garble them.
constexpr size_t kShortestKey = 4;
constexpr double kLongestWait = 1;  // seconds at most between two looks at the queue

std::vector<std::string> QuestionUrls(const EndpointConfig& config) {
  std::vector<std::string> urls;
  for (std::string url : config.urls) {
    const std::string fault = UrlFault(url);
    if (!fault.empty()) {
      throw Error(ErrorKind::kConfig, "planner.llm.endpoint.urls: entry " +
                                          std::to_string(urls.size() + 1) + ": " + fault +
                                          "; write it as http://localhost:8080/v1");
    }
    while (url.ends_with('/')) url.pop_back();
    urls.push_back(url + "/chat/completions");
  }
  LERL_CHECK(!urls.empty());
  return urls;
}

std::string ReadKey(const std::string& variable) {
  if (variable.empty()) return "";
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') {
    throw Error(ErrorKind::kConfig, "planner.llm.endpoint.api_key_env: the environment has no " +
                                        variable +
                                        "; set it to the key, or leave the setting "
                                        "empty for servers without one");
  }
  const std::string key = value;
  const bool printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 127; });
  if (!printable || key.size() < kShortestKey) {
    throw Error(ErrorKind::kConfig, "planner.llm.endpoint.api_key_env: what " + variable +
                                        " holds is no key (too short, or with blanks or control "
                                        "characters); set it anew");
  }
  return key;
}

}  // namespace

struct EndpointClient::Open {
  size_t index = 0;
  int attempt = 0;
  double deadline = 0, sent = 0;
  double not_before = 0;
  int endpoint = 0;
  TokenCount estimate = {};
  std::string failure = {};  // why the latest attempt failed
};

struct EndpointClient::Batch {
  const std::function<ChatQuestion(size_t)>& question;
  std::vector<ChatAnswer> answers;
  double heard = 0;               // when the latest answer came, or the call began
  size_t next = 0;                // from here on questions were never sent
  size_t done = 0;                // questions with a result
  std::deque<Open> waiting = {};  // questions that wait for their next attempt
  std::map<int64_t, Open> in_flight = {};

  void Finish(size_t index, ChatAnswer answer) {
    answers[index] = std::move(answer);
    ++done;
  }
  void GiveUp(size_t index, const std::string& reason) {
    Finish(index, {.error = reason, .answered = false});
  }
};

EndpointClient::EndpointClient(const EndpointConfig& config)
    : config_(config),
      urls_(QuestionUrls(config)),
      key_(ReadKey(config.api_key_env)),
      pool_(static_cast<int>(urls_.size()), {.concurrency = static_cast<int>(config.concurrency),
                                             .cool_down = config.cool_down,
                                             .requests_per_second = config.requests_per_second,
                                             .patience = config.deadline}),
      budget_(SpendingOf(config)),
      spending_({.price_input = config.price_input, .price_output = config.price_output}),
      jitter_(static_cast<uint64_t>(getpid()), "retries") {}  // differs between processes

std::vector<ChatAnswer> EndpointClient::Ask(size_t count,
                                            const std::function<ChatQuestion(size_t)>& question) {
  Batch batch = {
      .question = question, .answers = std::vector<ChatAnswer>(count), .heard = SteadySeconds()};
  while (true) {
    // 1. Give up what can't be answered, and send what may be sent.
    GiveUpHopeless(batch, SteadySeconds());
    StartReady(batch);
    if (batch.done == count) break;
    // 2. Wait for responses, at most until something else falls due, and take them.
    for (auto& [id, response] : transfer_.Run(NextEvent(batch, SteadySeconds()))) {
      auto open = batch.in_flight.extract(id);
      LERL_CHECK(!open.empty());
      Take(batch, std::move(open.mapped()), std::move(response), SteadySeconds());
    }
  }
  return std::move(batch.answers);
}

std::string EndpointClient::Exhausted() const {
  return stopped_ ? "a stop was requested while no endpoint was free" : budget_->exhausted();
}

// Gives up questions that are not in flight: all of them if all servers are down, or if a stop was
// requested and none can be sent soon; otherwise those that are late.
void EndpointClient::GiveUpHopeless(Batch& batch, double now) {
  // 1. A reason to give up all of them.
  std::string reason;
  if (pool_.AllDown(now)) {
    reason = "no endpoint answers: " + last_failure_;
  } else if (StopRequested() && batch.in_flight.empty() && NextSend(batch, now) > kLongestWait) {
    reason = "stopped by request";
    stopped_ |= batch.done < batch.answers.size();
  }
  // 2. Questions that wait for a retry.
  std::deque<Open> waiting;
  for (Open& open : batch.waiting) {
    if (reason.empty() && now < open.deadline) {
      waiting.push_back(std::move(open));
    } else {
      batch.GiveUp(open.index, reason.empty() ? "deadline: " + open.failure : reason);
    }
  }
  batch.waiting = std::move(waiting);
  // 3. Questions that were never sent.
  if (reason.empty() && now < batch.heard + config_.deadline) return;
  if (reason.empty()) reason = "deadline: no endpoint was free";
  while (batch.next < batch.answers.size()) batch.GiveUp(batch.next++, reason);
}

// Sends what may be sent now: first the retries that are due, then new questions.
void EndpointClient::StartReady(Batch& batch) {
  while (batch.next < batch.answers.size() || !batch.waiting.empty()) {
    const double now = SteadySeconds();
    const auto due = std::find_if(batch.waiting.begin(), batch.waiting.end(),
                                  [&](const Open& open) { return open.not_before <= now; });
    if (due == batch.waiting.end() && batch.next == batch.answers.size()) return;
    const std::optional<int> endpoint = pool_.Take(now);
    if (!endpoint) return;
    Open open = {.index = batch.next, .deadline = batch.heard + config_.deadline};
    if (due != batch.waiting.end()) {
      open = std::move(*due);
      batch.waiting.erase(due);
    } else {
      ++batch.next;
    }
    Send(batch, std::move(open), *endpoint, now);
  }
}

void EndpointClient::Send(Batch& batch, Open open, int endpoint, double now) {
  // 1. The budget.
  const ChatQuestion question = batch.question(open.index);
  open.estimate = EstimateTokens(question);
  if (!Reserve(open.estimate)) {
    pool_.Answered(endpoint, now);
    Warn("budget", budget_->exhausted());
    batch.GiveUp(open.index, "the budget is used up");
    return;
  }
  // 2. The request, whose timeout ends with the deadline.
  open.sent = now;
  open.endpoint = endpoint;
  const double left = open.deadline - now;
  HttpRequest request = {.url = urls_[At(endpoint)],
                         .headers = {},
                         .body = ChatRequestBody(config_, question),
                         .timeout = std::max(0.001, std::min(config_.timeout, left))};
  if (!key_.empty()) request.headers.push_back("Authorization: Bearer " + key_);
  transfer_.Start(next_id_, std::move(request));
  batch.in_flight.emplace(next_id_++, std::move(open));
}

void EndpointClient::Take(Batch& batch, Open open, HttpResponse response, double now) {
  // 1. What the response says, without the key, and what it has cost.
  ChatAnswer answer;
  response.body = WithoutSecret(response.body, key_);
  if (response.status == 200) {
    answer = WithoutKey(ParseChatAnswer(response.body));
    if (answer.answered) {
      // Where a server counts no tokens, what was reserved counts as used.
      if (answer.used.input > 0) Settle(open.estimate, answer.used);
    } else {
      response.status = 0;
      response.error = answer.error;
    }
  } else {
    if (response.status != 0) Settle(open.estimate, {});
    answer.answered = false;
    answer.error =
        response.status == 0 ? response.error : "HTTP " + std::to_string(response.status);
  }
  // 2. The pool learns how the server did.
  answer.status = response.status;
  TellPool(open, response, now);
  if (!MayPass(response.status)) batch.heard = now;
  if (answer.answered) return batch.Finish(open.index, std::move(answer));

  // 3. After a failure: one warning, and a retry if it may pass within the deadline.
  last_failure_ = answer.error;
  Warn(answer.error,
       urls_[At(open.endpoint)] + ": " + answer.error +
           (response.status == 0 ? "" : ", " + WithoutSecret(ParseChatError(response.body), key_)));
  // No question waits for a server that is down, since another server may take it.
  if (pool_.down(open.endpoint)) response.retry_after.reset();
  const double delay = RetryDelay(open.attempt, config_.backoff, response.retry_after, jitter_);
  if (!MayPass(response.status) || open.attempt >= config_.retries)
    return batch.Finish(open.index, std::move(answer));
  if (now + delay >= open.deadline) {
    answer.error = "deadline: " + answer.error;
    return batch.Finish(open.index, std::move(answer));
  }
  ++open.attempt;
  ++retries_;
  open.not_before = now + delay;
  open.failure = answer.error;
  batch.waiting.push_back(std::move(open));
}

bool EndpointClient::Reserve(TokenCount estimate) {
  return budget_->Reserve(estimate) && spending_.Reserve(estimate);
}

void EndpointClient::Settle(TokenCount estimate, TokenCount used) {
  budget_->Settle(estimate, used);
  spending_.Settle(estimate, used);
}

void EndpointClient::TellPool(const Open& open, const HttpResponse& response, double now) {
  const bool was_down = pool_.down(open.endpoint);
  const bool busy = response.status == 429 || response.status == 503;
  if (busy && response.retry_after) {
    pool_.Pause(open.endpoint, now, *response.retry_after);
  } else if (response.status != 429 && MayPass(response.status)) {
    pool_.Failed(open.endpoint, open.sent, now);
  } else {
    pool_.Answered(open.endpoint, now);
  }
  const std::string& url = urls_[At(open.endpoint)];
  if (!was_down && pool_.down(open.endpoint)) {
    LogWarning(url +
               (busy && response.retry_after
                    ? " asks for a pause of " + DescribeNumber(*response.retry_after) +
                          " s, longer than the deadline, and is taken for down; it is tried "
                          "again in " +
                          DescribeNumber(std::min(*response.retry_after, kLongestPause)) + " s"
                    : " is taken for down; it is tried again every " +
                          DescribeNumber(config_.cool_down) + " s"));
  } else if (was_down && !pool_.down(open.endpoint)) {
    LogInfo(url + " answers again");
    warned_.clear();
  }
}

// Seconds until a question may be sent even if no answer comes in.
double EndpointClient::NextSend(const Batch& batch, double now) const {
  double wait = std::numeric_limits<double>::infinity();
  const std::optional<double> place = pool_.Wait(now);
  if (!place) return wait;
  if (batch.next < batch.answers.size()) wait = *place;
  for (const Open& open : batch.waiting)
    wait = std::min(wait, std::max(*place, open.not_before - now));
  return wait;
}

// Seconds until a question may be sent or is late, at most kLongestWait.
double EndpointClient::NextEvent(const Batch& batch, double now) const {
  double wait = std::min(kLongestWait, NextSend(batch, now));
  if (batch.next < batch.answers.size())
    wait = std::min(wait, batch.heard + config_.deadline - now);
  for (const Open& open : batch.waiting) wait = std::min(wait, open.deadline - now);
  return std::max(wait, 0.001);
}

void EndpointClient::Warn(const std::string& reason, const std::string& text) {
  if (warned_.insert(reason).second) LogWarning("language model: " + text);
}

// Cuts the key out of the parsed answer, which may spell it where the body did not.
ChatAnswer EndpointClient::WithoutKey(ChatAnswer answer) const {
  answer.text = WithoutSecret(answer.text, key_);
  answer.error = WithoutSecret(answer.error, key_);
  for (auto& [token, logprob] : answer.logprobs) token = WithoutSecret(token, key_);
  return answer;
}

}  // namespace lerl
