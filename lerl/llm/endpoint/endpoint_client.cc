#include "lerl/llm/endpoint/endpoint_client.h"

#include <unistd.h>

#include <algorithm>
#include <limits>
#include <map>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/base/log.h"
#include "lerl/base/stop.h"
#include "lerl/llm/endpoint/chat_response.h"
#include "lerl/llm/endpoint/failure_advice.h"
#include "lerl/llm/endpoint/retry.h"
#include "lerl/llm/endpoint/secret.h"

namespace lerl {
namespace {

constexpr size_t kShortestSecret = 4;  // that is cut out of a text
constexpr double kLongestWait = 1;     // seconds at most between two looks at the queue
constexpr int kRefusalsInARow = 8;     // after which a server that has answered is given up
constexpr double kLongestProbe = 2;    // seconds that a page may take
constexpr char kBudgetUsedUp[] = "the budget is used up";

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
  std::vector<uint64_t> blocks = {};
  std::vector<int> too_small = {};  // servers that said that it is too long for them
  int64_t tokens = 0, least_tokens = 0;
  int failed_at = -1;

  RouteOf Route() const {
    return {.blocks = blocks, .tokens = tokens, .too_small = too_small, .failed_at = failed_at};
  }
};

struct EndpointClient::Batch {
  const std::function<ChatQuestion(size_t)>& question;
  std::vector<ChatAnswer> answers;
  double heard = 0;               // when the latest answer came, or the call began
  size_t next = 0;                // from here on questions were never sent
  std::optional<Open> made = {};  // the next one, once its prompt was looked at
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
             .patience = config.deadline,
             .imbalance = static_cast<int>(config.imbalance),
             .probes = config.probe}),
      probes_(access_, config.model,
              std::min({kLongestProbe, config.timeout, 0.5 * config.deadline}), pool_, transfer_),
      accounts_(config),
      form_({.top_logprobs = config.top_logprobs}),
      jitter_(static_cast<uint64_t>(getpid()), "retries") {}  // differs between processes

std::vector<ChatAnswer> EndpointClient::Ask(size_t count,
                                            const std::function<ChatQuestion(size_t)>& question) {
  Batch batch = {
      .question = question, .answers = std::vector<ChatAnswer>(count), .heard = SteadySeconds()};
  while (true) {
    // 1. Give up what can't be answered, and send what may be sent.
    probes_.Begin(next_id_, SteadySeconds());
    GiveUpHopeless(batch, SteadySeconds());
    StartReady(batch);
    if (batch.done == count) break;
    // 2. Wait for responses, at most until something else falls due, and take them.
    for (auto& [id, response] : transfer_.Run(NextEvent(batch, SteadySeconds()))) {
      if (probes_.Take(id, response, next_id_, SteadySeconds())) continue;
      auto open = batch.in_flight.extract(id);
      LERL_CHECK(!open.empty());
      Take(batch, std::move(open.mapped()), std::move(response), SteadySeconds());
    }
  }
  probes_.Cancel();
  return std::move(batch.answers);
}

std::string EndpointClient::Exhausted() const {
  if (stopped_) return "a stop was requested while no endpoint was free";
  const std::string budget = accounts_.exhausted();
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
  } else if (StopRequested() && batch.in_flight.empty() && !probes_.under_way() &&
             NextSend(batch, now) > kLongestWait) {
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
  batch.made.reset();
  while (batch.next < batch.answers.size()) batch.GiveUp(batch.next++, reason);
}

// Sends what may be sent now: first the retries that are due, then new questions.
void EndpointClient::StartReady(Batch& batch) {
  if (GivenUp()) return;
  const double now = SteadySeconds();
  std::deque<Open> waiting = std::exchange(batch.waiting, {});
  for (Open& open : waiting)
    if (open.not_before > now || !StartOrGiveUp(batch, open, now))
      batch.waiting.push_back(std::move(open));
  while (!GivenUp() && batch.next < batch.answers.size()) {
    if (!batch.made) batch.made = LookAt(batch.question(batch.next), batch.next);
    batch.made->deadline = batch.heard + config_.deadline;
    if (!StartOrGiveUp(batch, *batch.made, SteadySeconds())) return;
    batch.made.reset();
    ++batch.next;
  }
}

// A question that was not sent yet, with what the choice of a server depends on.
EndpointClient::Open EndpointClient::LookAt(const ChatQuestion& question, size_t index) const {
  Open open{
      .index = index, .tokens = LikelyTokens(question), .least_tokens = LeastTokens(question)};
  if (access_.urls.size() > 1 && config_.routing == "prefix")
    open.blocks = PrefixBlocks(question.prompt);
  return open;
}

// Sends a question, or gives it up where no server will take it. Returns false where it must wait.
bool EndpointClient::StartOrGiveUp(Batch& batch, Open& open, double now) {
  const int64_t longest = pool_.LongestContext();
  if (pool_.AllClosed()) {
    batch.GiveUp(open.index, kBudgetUsedUp);
  } else if (pool_.FitsNowhere(open.Route()) || (longest > 0 && open.least_tokens > longest)) {
    GiveUpAsTooLong(batch, open);
  } else if (pool_.AllDown(now, open.Route())) {
    batch.GiveUp(open.index, "no endpoint answers: " + last_failure_);
  } else if (const std::optional<int> endpoint = pool_.Take(now, open.Route())) {
    Send(batch, std::move(open), *endpoint, now);
  } else {
    return false;
  }
  return true;
}

void EndpointClient::GiveUpAsTooLong(Batch& batch, const Open& open) {
  last_failure_ = kFitsNowhere;
  failure_ = config_.model + ": " + kFitsNowhere + ": " +
             AdviceOnLength(open.tokens, pool_.LongestContext());
  Warn(kFitsNowhere, failure_);
  batch.GiveUp(open.index, kFitsNowhere);
}

void EndpointClient::Send(Batch& batch, Open open, int endpoint, double now) {
  // 1. The budgets. A server whose own is used up is closed, and the question goes to another.
  const ChatQuestion question = batch.question(open.index);
  open.estimate = EstimateTokens(question);
  const EndpointAccounts::Result reserved = accounts_.Reserve(endpoint, open.estimate);
  if (reserved != EndpointAccounts::Result::kReserved) {
    pool_.GiveBack(endpoint);
    const bool of_server = reserved == EndpointAccounts::Result::kServerUsedUp;
    if (of_server) pool_.Close(endpoint);
    const std::string reason = of_server ? accounts_.exhausted(endpoint) : accounts_.exhausted();
    Warn(reason, reason);
    if (!of_server) return batch.GiveUp(open.index, kBudgetUsedUp);
    if (!StartOrGiveUp(batch, open, now)) batch.waiting.push_back(std::move(open));
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

void EndpointClient::Take(Batch& batch, Open open, HttpResponse response, double now) {
  // 1. What the response says, and what it has cost. Where a server counts no tokens, what was
  //    reserved counts as used.
  const std::string& url = access_.urls[At(open.endpoint)];
  ChatAnswer answer = ReadResponse(response, url, access_.key);
  if (answer.answered) {
    if (answer.used.input > 0) accounts_.Settle(open.endpoint, open.estimate, answer.used);
  } else if (response.status != 0) {
    accounts_.Settle(open.endpoint, open.estimate, {});
  }
  // 2. The pool learns how the server did.
  const bool refusal = !answer.answered && IsRefusal(response.status, response.body);
  answer.refused = refusal;
  TellPool(open, response, refusal, now);
  CountRefusals(open, answer);
  if (refusal || !MayPass(response.status)) batch.heard = now;
  if (answer.answered) return batch.Finish(open.index, std::move(answer));

  // 3. A question that is too long for the server, or a parameter that it does not take: the
  //    request is sent again, to another server or without the parameter.
  if (const auto context = ContextOfRefusal(response.status, response.body))
    return AskElsewhere(batch, std::move(open), *context, now);
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
  open.failed_at = open.endpoint;
  batch.waiting.push_back(std::move(open));
}

// Sends a question to a server with a longer context than that of the one that refused it.
void EndpointClient::AskElsewhere(Batch& batch, Open open, int64_t context, double now) {
  pool_.LearnContext(open.endpoint, context);
  open.too_small.push_back(open.endpoint);
  open.failure = kFitsNowhere;
  if (!StartOrGiveUp(batch, open, now)) batch.waiting.push_back(std::move(open));
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
                    : " is taken for down; it is tried again in " +
                          DescribeNumber(config_.cool_down) + " s, later less often"));
  } else if (was_down && !pool_.down(open.endpoint)) {
    LogInfo(url + " answers again");
    warned_.clear();
  }
}

// Seconds until a question may be sent even if no answer comes in.
double EndpointClient::NextSend(const Batch& batch, double now) const {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  double wait = kNever;
  if (batch.next < batch.answers.size())
    wait = pool_.Wait(now, batch.made ? batch.made->Route() : RouteOf{}).value_or(kNever);
  for (const Open& open : batch.waiting)
    wait = std::min(
        wait, std::max(pool_.Wait(now, open.Route()).value_or(kNever), open.not_before - now));
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

std::vector<EndpointUsage> EndpointClient::Endpoints() const {
  std::vector<EndpointUsage> endpoints;
  for (int i = 0; i < static_cast<int>(access_.urls.size()); ++i) {
    const EndpointPool::Figures& figures = pool_.figures(i);
    const TokenCount used = accounts_.own(i).used();
    endpoints.push_back({.context = pool_.facts(i).context,
                         .slots = pool_.facts(i).slots,
                         .requests = figures.requests,
                         .answers = figures.answers,
                         .failures = figures.failures,
                         .ejections = figures.ejections,
                         .returns = figures.returns,
                         .blocks = figures.blocks,
                         .blocks_known = figures.blocks_known,
                         .tokens = used.input + used.output,
                         .cost = accounts_.own(i).cost()});
  }
  return endpoints;
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

}  // namespace lerl
