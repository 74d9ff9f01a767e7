#include "lerl/llm/endpoint/openai_backend.h"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "lerl/base/error.h"
#include "lerl/base/log.h"
#include "lerl/llm/answer_text.h"
#include "lerl/llm/endpoint/chat_api.h"
#include "lerl/llm/endpoint/endpoint_client.h"
#include "lerl/llm/endpoint/request_form.h"
#include "lerl/llm/labels.h"

namespace lerl {
namespace {

constexpr int kLongestRankedList = 8;  // labels at most that a list in place of scores names
constexpr char kNoLogprobs[] = "the server gives no log-probabilities";
constexpr char kNoLabel[] = "no label";
constexpr double kLittle = 0.01;  // probability of labels below which a line says so

// The tokens that a list may take, with its quotes and brackets.
int ListTokens(int labels) { return 8 * labels + 32; }

ChatQuestion ListQuestion(const std::string& prompt, std::span<const std::string> labels) {
  const int longest = std::min(kLongestRankedList, static_cast<int>(labels.size()));
  return {.prompt = prompt,
          .max_tokens = ListTokens(longest),
          .choices = {labels.begin(), labels.end()},
          .longest_list = longest};
}

class OpenAiBackend : public LlmBackend {
 public:
  explicit OpenAiBackend(const EndpointConfig& config)
      : config_(config), client_(config), as_list_(config.scoring == "list") {}

  std::string name() const override { return config_.model + " (endpoint)"; }
  std::string fingerprint() const override {
    return "endpoint|" + config_.model + "|" + config_.scoring +
           (config_.body.empty() ? "" : "|" + config_.body);
  }

  std::vector<std::string> Labels(int count) override {
    std::vector<std::string> labels = LetterLabels(count);
    if (static_cast<int>(labels.size()) == count) return labels;
    throw Error(ErrorKind::kModel, "there are only " + std::to_string(labels.size()) +
                                       " labels for " + std::to_string(count) +
                                       " categories; use coarser categories");
  }

  std::vector<float> ScoreLabels(const std::string& prefix, std::span<const std::string> suffixes,
                                 std::span<const std::string> labels) override;
  std::vector<std::string> ScoreErrors() const override { return errors_; }
  std::vector<uint8_t> Unlisted() const override { return unlisted_; }
  std::vector<Completion> Complete(const CompletionRequest& request) override;
  std::string Exhausted() const override { return client_.Exhausted(); }
  std::string LatestFailure() const override { return client_.LatestFailure(); }
  bool Refuses() const override { return client_.GivenUp(); }
  std::string WithoutSecrets(const std::string& text) const override {
    return client_.WithoutKey(text);
  }

  int CountTokens(const std::string& text) override {
    return static_cast<int>(text.size() + 3) / 4;
  }
  std::string ApplyChatTemplate(const std::string& system, const std::string& user) override {
    return MarkedChat(system, user);
  }

  LlmUsage usage() const override {
    LlmUsage usage = usage_;
    usage.retries = client_.retries();
    usage.cost = client_.spending().cost();
    usage.endpoints = client_.Endpoints();
    return usage;
  }

 private:
  std::vector<ChatAnswer> Ask(size_t count, const std::function<ChatQuestion(size_t)>& question);
  bool MayTakeLists(const std::vector<ChatAnswer>& answers);
  std::vector<float> ScoreByLists(const std::string& prefix, std::span<const std::string> suffixes,
                                  std::span<const std::string> labels,
                                  const std::vector<ChatAnswer>& answers);
  bool GivesNoLogprobs(const std::vector<ChatAnswer>& answers) const;
  void WarnOfLittle(const ChatAnswer& answer, std::span<const std::string> labels);
  std::string WhyInvalid(const ChatAnswer& answer, bool as_list);

  const EndpointConfig config_;
  EndpointClient client_;
  bool as_list_;             // whether scores come from lists
  bool tried_list_ = false;  // whether a list was asked for, since a refusal named nothing
  bool warned_of_little_ = false;
  bool gives_logprobs_ = false;  // whether an answer has had log-probabilities
  std::vector<std::string> errors_;
  std::set<std::string> shown_;  // reasons of invalid answers that a line has shown
  std::vector<uint8_t> unlisted_;
  LlmUsage usage_;
};

std::vector<ChatAnswer> OpenAiBackend::Ask(size_t count,
                                           const std::function<ChatQuestion(size_t)>& question) {
  const double start = SteadySeconds();
  std::vector<ChatAnswer> answers = client_.Ask(count, question);
  usage_.seconds += SteadySeconds() - start;
  usage_.prompts += static_cast<int64_t>(count);
  for (const ChatAnswer& answer : answers) {
    usage_.suffix_tokens += answer.used.input;
    usage_.output_tokens += answer.used.output;
    usage_.unanswered += answer.answered ? 0 : 1;
  }
  return answers;
}

// Returns whether the server, asked for log-probabilities, leaves them out or refuses them by name.
bool OpenAiBackend::GivesNoLogprobs(const std::vector<ChatAnswer>& answers) const {
  bool any = false;
  for (const ChatAnswer& answer : answers) {
    if (!answer.logprobs.empty()) return false;
    any |= answer.answered || (answer.refused && NamesLogprobs(answer.words));
  }
  return any && !gives_logprobs_;
}

// Returns whether the server refuses questions and does not say why, so that a list may be taken.
// That is tried once.
bool OpenAiBackend::MayTakeLists(const std::vector<ChatAnswer>& answers) {
  const bool refused = std::ranges::any_of(answers, &ChatAnswer::refused);
  return refused && !gives_logprobs_ && !std::exchange(tried_list_, true);
}

// Asks for lists after these answers to questions for log-probabilities, and goes on with lists if
// any is answered.
std::vector<float> OpenAiBackend::ScoreByLists(const std::string& prefix,
                                               std::span<const std::string> suffixes,
                                               std::span<const std::string> labels,
                                               const std::vector<ChatAnswer>& answers) {
  const bool none = GivesNoLogprobs(answers);
  const auto refused = std::ranges::find_if(
      answers, [](const ChatAnswer& answer) { return !answer.answered && answer.refused; });
  as_list_ = true;
  std::vector<float> scores = ScoreLabels(prefix, suffixes, labels);
  as_list_ = none || std::ranges::any_of(errors_, [](const std::string& error) {
               return error.empty() || error.starts_with(kInvalidAnswer);
             });
  if (as_list_)
    LogWarning(config_.model + ": " + kNoLogprobs +
               (refused == answers.end() ? "" : " (" + refused->words + ")") +
               "; scores come from ranked lists");
  return scores;
}

// Labels that are unlikely altogether are ranked as they stand, with a line, once.
void OpenAiBackend::WarnOfLittle(const ChatAnswer& answer, std::span<const std::string> labels) {
  const double probability = ProbabilityOfLabels(answer.logprobs, labels);
  if (warned_of_little_ || probability >= kLittle) return;
  warned_of_little_ = true;
  LogWarning(config_.model + ": an answer begins with a label with a probability of only " +
             DescribeNumber(probability) + ", so the model would rather write something else (" +
             answer.words +
             "); its ranking may mean little, and planner.llm.endpoint.scoring=\"list\" or another "
             "model may mean more");
}

// Why an answer has no scores. The first time of each reason a line shows how such an answer
// begins.
std::string OpenAiBackend::WhyInvalid(const ChatAnswer& answer, bool as_list) {
  std::string reason = kNoLabel;
  if (as_list && !answer.error.empty()) reason = answer.error;
  if (!as_list && answer.logprobs.empty()) reason = kNoLogprobs;
  if (shown_.insert(reason).second)
    LogWarning(config_.model + ": an answer can't be read, " + reason +
               (answer.words.empty() ? "" : "; it begins with: " + answer.words));
  return kInvalidAnswer + reason;
}

std::vector<float> OpenAiBackend::ScoreLabels(const std::string& prefix,
                                              std::span<const std::string> suffixes,
                                              std::span<const std::string> labels) {
  // 1. The questions. A label of two letters may be several tokens, so only a list can name it.
  const bool as_list = as_list_ || (config_.scoring == "auto" && labels[0].size() > 1);
  const auto question = [&](size_t i) {
    return as_list ? ListQuestion(prefix + suffixes[i], labels)
                   : ChatQuestion{.prompt = prefix + suffixes[i], .wants_logprobs = true};
  };
  // 2. The answers. If they show that there are no log-probabilities, lists are asked for instead.
  const std::vector<ChatAnswer> answers = Ask(suffixes.size(), question);
  if (!as_list && config_.scoring == "auto" && (GivesNoLogprobs(answers) || MayTakeLists(answers)))
    return ScoreByLists(prefix, suffixes, labels, answers);
  // 3. The scores, or the reason why there are none.
  std::vector<float> scores;
  errors_.assign(answers.size(), "");
  unlisted_.clear();
  for (size_t i = 0; i < answers.size(); ++i) {
    const ChatAnswer& answer = answers[i];
    gives_logprobs_ |= !answer.logprobs.empty();
    LabelScores row =
        as_list ? ScoresFromList(answer.text, labels) : ScoresFromLogprobs(answer.logprobs, labels);
    if (!as_list && !row.scores.empty()) WarnOfLittle(answer, labels);
    if (row.scores.empty()) {
      errors_[i] = answer.answered ? WhyInvalid(answer, as_list) : answer.error;
      row = {std::vector<float>(labels.size(), std::numeric_limits<float>::quiet_NaN()),
             std::vector<uint8_t>(labels.size(), 0)};
    }
    scores.insert(scores.end(), row.scores.begin(), row.scores.end());
    unlisted_.insert(unlisted_.end(), row.unlisted.begin(), row.unlisted.end());
  }
  return scores;
}

std::vector<Completion> OpenAiBackend::Complete(const CompletionRequest& request) {
  const bool as_list = !request.choices.empty();
  const auto question = [&](size_t i) {
    return ChatQuestion{.prompt = request.prefix + request.suffixes[i],
                        .max_tokens = as_list && config_.structure == "json_schema"
                                          ? ListTokens(request.longest_list)
                                          : request.max_tokens,
                        .temperature = request.temperature,
                        .seed = request.SeedOf(i),
                        .grammar = request.grammar,
                        .choices = request.choices,
                        .longest_list = request.longest_list};
  };
  std::vector<Completion> completions;
  for (ChatAnswer& answer : Ask(request.suffixes.size(), question)) {
    completions.push_back(
        {client_.WithoutKey(as_list ? PlainList(answer.text) : WithoutThinking(answer.text)),
         std::move(answer.error), answer.answered});
  }
  return completions;
}

}  // namespace

std::unique_ptr<LlmBackend> MakeOpenAiBackend(const EndpointConfig& config) {
  return std::make_unique<OpenAiBackend>(config);
}

}  // namespace lerl
