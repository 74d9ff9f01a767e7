#include "lerl/llm/endpoint/endpoint_client.h"

#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/base/stop.h"
#include "lerl/llm/endpoint/retry.h"
#include "lerl/llm/endpoint/secret.h"

namespace lerl {
namespace {

constexpr size_t kShortestSecret = 4;  // that is cut out of a text
constexpr double kLongestWait = 1;     // seconds at most between two looks at the queue
constexpr int kRefusalsInARow = 8;     // after which a server that has answered is given up

// Whether an answer says that no request will be answered: no key, no money, no such place or
// model, or another address.
bool RefusesAll(int status) {
  return (status >= 300 && status < 400) || (status >= 401 && status <= 405);
}

// What can be done about such an answer.
std::string AdviceOn(int status, const std::string& url) {
  if (status == 402) return "the account has nothing left to pay with";
  if (status == 401 || status == 403)
    return "check the key (planner.llm.endpoint.api_key_env, headers) and what it may use";
  if (status < 400) return "name that address in planner.llm.endpoint.urls";
  const bool versioned = url.find("/v1/") != std::string::npos;
  return std::string("check planner.llm.endpoint.model and urls") +
         (versioned ? "" : ": the base URL of most servers ends in /v1");
}

// What can be done about a question that got no answer.
std::string RemedyFor(int status) {
  if (status == 0)
    return "start the server, or name another by planner.llm.endpoint.urls, up to /v1";
  if (status == 429)
    return "ask less at once (planner.llm.endpoint.concurrency, requests_per_second), or later";
  if (MayPass(status)) return "look into the server's log";
  return "change what it refuses (planner.llm.endpoint.body, model), or name another server";
}

}  // namespace

struct EndpointClient::Open {
  size_t index = 0;
  int attempt = 0;
  double deadline = 0, sent = 0;
  double not_before = 0;
  int endpoint = 0;
  TokenCount estimate = {};
  RequestParts parts = {};
  RequestForm form = {};     // that it was sent in
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
      access_(ReadAccess(config)),
      transfer_(config.ca_file),
      pool_(static_cast<int>(access_.urls.size()),
            {.concurrency = static_cast<int>(config.concurrency),
             .cool_down = config.cool_down,
             .requests_per_second = config.requests_per_second,
             .patience = config.deadline}),
      budget_(SpendingOf(config)),
      spending_({.price_input = config.price_input, .price_output = config.price_output}),
      form_({.top_logprobs = config.top_logprobs}),
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
  if (stopped_) return "a stop was requested while no endpoint was free";
  const std::string budget = budget_->exhausted();
  return budget.empty() && GivenUp() ? refusal_ : budget;
}

// A server that never answered is given up by its first refusal.
bool EndpointClient::GivenUp() const {
  return refusing_.size() == access_.urls.size() && (!heard_ || refusals_ >= kRefusalsInARow);
}

// Gives up questions that are not in flight: all of them if all servers are down, or if a stop was
// requested and none can be sent soon; otherwise those that are late.
void EndpointClient::GiveUpHopeless(Batch& batch, double now) {
  // 1. A reason to give up all of them.
  std::string reason;
  if (pool_.AllDown(now)) {
    reason = "no endpoint answers: " + last_failure_;
  } else if (GivenUp() && batch.in_flight.empty()) {
    reason = last_failure_;
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
  while (!GivenUp() && (batch.next < batch.answers.size() || !batch.waiting.empty())) {
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
  open.parts = PartsOf(config_, question);
  open.form = form_;
  HttpRequest request = {.url = access_.urls[At(endpoint)] + access_.query,
                         .headers = access_.headers,
                         .body = ChatRequestBody(config_, question, form_),
                         .timeout = std::max(0.001, std::min(config_.timeout, left))};
  transfer_.Start(next_id_, std::move(request));
  batch.in_flight.emplace(next_id_++, std::move(open));
}

// What a response says, without the key.
ChatAnswer EndpointClient::Read(HttpResponse& response, const std::string& url) const {
  response.body = WithoutSecret(response.body, access_.key);
  if (response.status >= 200 && response.status < 300) {
    ChatAnswer answer = ParseChatAnswer(response.body);
    if (!answer.answered) answer.status = StatusByWords(answer.status, response.body);
    response.status = answer.status;
    if (RefusesAll(answer.status)) answer.words += "; " + AdviceOn(answer.status, url);
    return WithoutKey(std::move(answer));
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
    answer.words += (answer.words.empty() ? "" : "; ") + AdviceOn(response.status, url);
  return WithoutKey(std::move(answer));
}

void EndpointClient::Take(Batch& batch, Open open, HttpResponse response, double now) {
  // 1. What the response says, and what it has cost. Where a server counts no tokens, what was
  //    reserved counts as used.
  const std::string& url = access_.urls[At(open.endpoint)];
  ChatAnswer answer = Read(response, url);
  if (answer.answered) {
    if (answer.used.input > 0) Settle(open.estimate, answer.used);
  } else if (response.status != 0) {
    Settle(open.estimate, {});
  }
  // 2. The pool learns how the server did.
  const bool refusal = !answer.answered && IsRefusal(response.status, response.body);
  answer.refused = refusal;
  TellPool(open, response, refusal, now);
  CountRefusals(open, answer);
  if (refusal || !MayPass(response.status)) batch.heard = now;
  if (answer.answered) return batch.Finish(open.index, std::move(answer));

  // 3. A parameter that the server does not take: the request is sent again without it.
  if (refusal && AskOtherwise(batch, open, response.body, answer.words)) return;

  // 4. After a failure: one warning, and a retry if it may pass within the deadline.
  last_failure_ = answer.error;
  failure_ = url + ": " + answer.error + (answer.words.empty() ? "" : ", " + answer.words);
  Warn(answer.error, failure_);
  if (!RefusesAll(response.status)) failure_ += "; " + RemedyFor(response.status);
  // No question waits for a server that is down, since another server may take it.
  if (pool_.down(open.endpoint)) response.retry_after.reset();
  const double delay = RetryDelay(open.attempt, config_.backoff, response.retry_after, jitter_);
  if (refusal || !MayPass(response.status) || open.attempt >= config_.retries)
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

// Changes the form of requests by what a server refuses, unless another refusal has changed it
// since the question was sent, and has the question sent again. Returns whether it did.
bool EndpointClient::AskOtherwise(Batch& batch, Open& open, const std::string& body,
                                  const std::string& words) {
  if (open.form == form_) {
    const std::string change = Adapt(form_, open.parts, body);
    if (change.empty()) return false;
    LogWarning(config_.model + ": the server refuses a request (" + words + "); " + change +
               " from here on");
  }
  open.failure = "HTTP 400";
  batch.waiting.push_back(std::move(open));
  return true;
}

void EndpointClient::CountRefusals(const Open& open, const ChatAnswer& answer) {
  if (answer.answered) {
    heard_ = true;
    failure_.clear();
    refusing_.clear();
    refusals_ = 0;
  } else if (RefusesAll(answer.status)) {
    refusing_.insert(open.endpoint);
    ++refusals_;
    refusal_ = access_.urls[At(open.endpoint)] + ": " + answer.error + ", " + answer.words;
  }
}

bool EndpointClient::Reserve(TokenCount estimate) {
  return budget_->Reserve(estimate) && spending_.Reserve(estimate);
}

void EndpointClient::Settle(TokenCount estimate, TokenCount used) {
  const bool answered = used.input > 0;
  budget_->Settle(estimate, {answered ? std::max(used.input, estimate.input) : 0,
                             answered ? std::max(used.output, estimate.output) : 0});
  spending_.Settle(estimate, used);
}

void EndpointClient::TellPool(const Open& open, const HttpResponse& response, bool refusal,
                              double now) {
  const bool was_down = pool_.down(open.endpoint);
  const bool busy = response.status == 429 || response.status == 503;
  if (busy && response.retry_after) {
    pool_.Pause(open.endpoint, now, *response.retry_after);
  } else if (!refusal && response.status != 429 && MayPass(response.status)) {
    pool_.Failed(open.endpoint, open.sent, now);
  } else {
    pool_.Answered(open.endpoint, now);
  }
  const std::string& url = access_.urls[At(open.endpoint)];
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

std::string EndpointClient::WithoutKey(const std::string& text) const {
  std::string rest = WithoutSecret(text, access_.key);
  // Prompts take some characters away, of a key as of other text.
  std::string safe = access_.key;
  std::erase_if(safe, [](char c) { return kLeftOutOfPrompts.find(c) != std::string_view::npos; });
  return safe.size() < kShortestSecret || safe == access_.key ? rest : WithoutSecret(rest, safe);
}

// Cuts the key out of the parsed answer, which may spell it where the body did not.
ChatAnswer EndpointClient::WithoutKey(ChatAnswer answer) const {
  for (std::string* text : {&answer.text, &answer.error, &answer.words})
    *text = WithoutSecret(*text, access_.key);
  for (auto& [token, logprob] : answer.logprobs) token = WithoutSecret(token, access_.key);
  return answer;
}

}  // namespace lerl
