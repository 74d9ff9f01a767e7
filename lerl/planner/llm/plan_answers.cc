#include "lerl/planner/llm/plan_answers.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/planner/llm/plan_parser.h"
#include "lerl/planner/llm/unlisted_labels.h"

namespace lerl {
namespace {

constexpr char kNoBaseline[] = "no answer to the prompt without history";
constexpr int64_t kBaselineStates = 32;
constexpr int64_t kQuestionsInVain = 24;
constexpr size_t kMostBaselines = 256;  // of prompts that are kept

bool AreNumbers(std::span<const float> scores) {
  return std::all_of(scores.begin(), scores.end(),
                     [](float score) { return std::isfinite(score); });
}

std::string BudgetOf(PlanMode mode) {
  return mode == PlanMode::kValidation ? "budget of validation" : "budget of training";
}

// What stands for the categories in prompts and answers.
std::vector<std::string> LabelsOf(const LlmPlannerConfig& config, LlmBackend& backend,
                                  const std::vector<std::string>& names) {
  const std::string mode = config.answer_mode();
  if (mode == "names") return names;
  return CategoryLabels(backend, mode == "generate", static_cast<uint64_t>(config.label_seed),
                        names);
}

// What is scored for each label. A name that continues a text has a space before it.
std::vector<std::string> ScoredOf(const LlmPlannerConfig& config, LlmBackend& backend,
                                  std::vector<std::string> labels) {
  if (config.answer_mode() != "names") return labels;
  for (std::string& name : labels)
    if (config.form == "plain") name.insert(0, " ");
  return backend.NameLabels(labels);
}

}  // namespace

PlanAnswers::PlanAnswers(const PlannerConfig& config, std::vector<std::string> names,
                         std::shared_ptr<LlmBackend> backend,
                         std::map<std::string, int64_t>& counts)
    : config_(config),
      names_(std::move(names)),
      backend_(std::move(backend)),
      labels_(LabelsOf(config_.llm, *backend_, names_)),
      scored_(ScoredOf(config_.llm, *backend_, labels_)),
      counts_(counts),
      cache_(config_.llm.cache_capacity, std::ssize(names_)),
      invalid_(config_.llm.tries, config_.llm.cache_capacity) {
  Grant();
}

int PlanAnswers::plan_size() const {
  return static_cast<int>(std::min<int64_t>(config_.plan_size, std::ssize(names_)));
}

void PlanAnswers::SetPrompt(PlanPrompt prompt) {
  prompt_ = std::move(prompt);
  const std::string settings = config_.llm.answer_mode() + "|" + std::to_string(plan_size()) + "|" +
                               backend_->fingerprint() + "|" + config_.llm.calibrate + "|" +
                               prompt_.state + "|" + prompt_.tail + "|";
  prefix_hash_ = HashText(settings + prompt_.prefix);
  if (!config_.llm.published_draws || baselines_.size() > kMostBaselines) baselines_.clear();
}

void PlanAnswers::Grant() {
  const int64_t left = std::max<int64_t>(0, config_.llm.train_plans - asked_in_training_);
  granted_ = config_.llm.reflect ? (left + 1) / 2 : left;
}

int64_t PlanAnswers::Allowance(PlanMode mode) const {
  if (IsExact(mode)) return std::numeric_limits<int64_t>::max();
  const int64_t left = mode == PlanMode::kTraining
                           ? granted_
                           : std::max<int64_t>(0, config_.llm.valid_plans - asked_in_validation_);
  return std::min(left, std::max(config_.llm.batch, left / 8));
}

bool PlanAnswers::Known(const PlanState& state, PlanAnswer& answer) const {
  const PlanAnswer* cached = config_.llm.fresh_samples() ? nullptr : Cached(state);
  if (cached != nullptr) {
    answer = *cached;
    return true;
  }
  const std::string* reason = invalid_.GivenUp(PlanCache::Key(prefix_hash_, state));
  if (reason != nullptr) answer.error = *reason;
  return reason != nullptr;
}

// An answer for each state: 1. from the cache; 2. from the model, which is asked once for equal
// states, as far as the budget goes; 3. beyond the budget from the nearest cached state.
std::vector<PlanAnswers::Source> PlanAnswers::Find(const std::vector<PlanState>& states,
                                                   PlanMode mode,
                                                   const std::vector<uint64_t>& seeds) {
  const bool share = !config_.llm.fresh_samples();  // equal states one answer
  std::vector<Source> sources(states.size());
  std::vector<size_t> first_of;  // place in `states` of each state to ask for
  const int64_t allowance = Allowance(mode);
  constexpr size_t kFound = At(-1), kUnanswered = At(-2);
  std::vector<size_t> asked_as(states.size(), kFound);
  for (size_t i = 0; i < states.size(); ++i) {
    if (Known(states[i], sources[i].answer)) continue;  // 1.
    size_t place = share ? 0 : first_of.size();
    while (place < first_of.size() && states[first_of[place]] != states[i]) ++place;
    if (place == first_of.size()) {
      if (std::ssize(first_of) >= allowance) {
        asked_as[i] = kUnanswered;
        continue;
      }
      first_of.push_back(i);
    }
    asked_as[i] = place;
  }
  // 2. `first_of` holds the first of equal states; the others share its answer (origin kCached).
  std::vector<PlanState> asked;
  std::vector<uint64_t> asked_seeds;
  for (const size_t i : first_of) {
    asked.push_back(states[i]);
    if (!share && !seeds.empty()) asked_seeds.push_back(seeds[i]);
  }
  const std::vector<PlanAnswer> answers = Ask(asked, asked_seeds, mode);
  for (size_t i = 0; i < states.size(); ++i) {
    if (asked_as[i] >= answers.size()) continue;
    sources[i].answer = answers[asked_as[i]];
    if (first_of[asked_as[i]] == i) sources[i].origin = PlanOrigin::kFresh;
  }
  for (size_t i = 0; i < states.size(); ++i) {
    if (asked_as[i] != kUnanswered) continue;  // 3. what is left is beyond the budget
    if (const auto nearest = cache_.FindNearest(prefix_hash_, states[i])) {
      sources[i] = {*nearest->answer, PlanOrigin::kNearest,
                    BudgetOf(mode) + " used up: nearest cached state"};
    } else {
      sources[i].answer.error = BudgetOf(mode) + " used up: nothing cached";
    }
  }
  return sources;
}

void PlanAnswers::Keep(const PlanState& state, const PlanAnswer& answer) {
  const std::string key = PlanCache::Key(prefix_hash_, state);
  if (!answer.error.empty()) {
    invalid_.Add(key, answer.error);
    return;
  }
  invalid_.Forget(key);
  cache_.Insert(prefix_hash_, state, answer);
}

std::vector<PlanAnswer> PlanAnswers::Ask(const std::vector<PlanState>& states,
                                         const std::vector<uint64_t>& seeds, PlanMode mode) {
  if (states.empty()) return {};
  std::vector<std::string> suffixes;
  for (const PlanState& state : states) suffixes.push_back(prompt_.Suffix(state, names_));
  const std::vector<PlanAnswer> answers = config_.llm.answer_mode() == "generate"
                                              ? AskForLists(suffixes, seeds)
                                              : AskForScores(suffixes);
  int64_t count = 0;
  for (size_t i = 0; i < states.size(); ++i) {
    (answers[i].error.empty() ? valid_ : in_vain_) += 1;
    if (!answers[i].answered) continue;
    Keep(states[i], answers[i]);
    ++count;
  }
  HeedBudget(mode);
  const auto failed = std::ranges::find_if_not(answers, &std::string::empty, &PlanAnswer::error);
  if (failed != answers.end()) RequireSomeAnswer(failed->error);
  if (mode == PlanMode::kTraining) {
    counts_["answers in training"] += count;
    asked_in_training_ += count;
    granted_ -= count;
  } else if (mode == PlanMode::kValidation) {
    counts_["answers in validation"] += count;
    asked_in_validation_ += count;
  } else {
    counts_["answers in evaluation"] += count;
  }
  return answers;
}

void PlanAnswers::HeedBudget(PlanMode mode) {
  const std::string exhausted = backend_->Exhausted();
  if (exhausted.empty()) return;
  const bool never = valid_ == 0 && backend_->Refuses();
  if (mode == PlanMode::kEvaluation || never)
    throw Error(never ? ErrorKind::kModel : ErrorKind::kUnusable,
                backend_->name() + ": " + exhausted);
  stop_reason_ = exhausted;
}

// What is made without one valid answer is the fallback's, so it ends before it costs time.
void PlanAnswers::RequireSomeAnswer(const std::string& reason) const {
  if (valid_ > 0 || in_vain_ < kQuestionsInVain || !backend_->Exhausted().empty()) return;
  // Where the backend knows of no failure, its answers came and can't be read.
  const bool unreadable = reason.starts_with(kInvalidAnswer) || reason == kNoBaseline;
  std::string advice = backend_->LatestFailure();
  if (advice.empty())
    advice = unreadable ? "a model that thinks before it answers must be told not to "
                          "(planner.llm.endpoint.body), and planner.llm.mode and "
                          "endpoint.scoring say what form of answer is read"
                        : "start the server, or name another by planner.llm.endpoint.urls";
  if (advice.find(reason) == std::string::npos) advice.insert(0, reason + "; ");
  throw Error(ErrorKind::kModel, backend_->name() + " has answered none of its first " +
                                     std::to_string(in_vain_) + " questions: " + advice);
}

std::vector<PlanAnswer> PlanAnswers::AskForScores(const std::vector<std::string>& suffixes) {
  const std::vector<float> scores = backend_->ScoreLabels(prompt_.prefix, suffixes, scored_);
  const std::vector<std::string> errors = backend_->ScoreErrors();
  const std::vector<uint8_t> unlisted = backend_->Unlisted();
  const size_t width = labels_.size();
  std::vector<PlanAnswer> answers(suffixes.size());
  for (size_t i = 0; i < suffixes.size(); ++i) {
    answers[i].scores.assign(scores.begin() + static_cast<std::ptrdiff_t>(i * width),
                             scores.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
    if (!errors.empty() && !errors[i].empty()) {
      answers[i].error = errors[i];
      answers[i].answered = errors[i].starts_with(kInvalidAnswer);
    } else if (!AreNumbers(answers[i].scores)) {
      answers[i].error = "invalid answer: scores that are not numbers";
    }
    if (answers[i].error.empty()) Calibrate(answers[i]);
    if (answers[i].error.empty() && !unlisted.empty())
      answers[i].unlisted =
          PutUnlistedLast(answers[i].scores, std::span(unlisted).subspan(i * width, width));
  }
  return answers;
}

void PlanAnswers::Calibrate(PlanAnswer& answer) {
  if (config_.llm.calibrate == "off") return;
  const std::vector<float>& baseline = Baseline();
  if (baseline.empty()) {
    answer.error = kNoBaseline;
    answer.answered = invalid_.GivenUp(BaselineKey()) != nullptr;
    return;
  }
  for (size_t c = 0; c < baseline.size(); ++c) answer.scores[c] -= baseline[c];
}

// The states whose mean score is b: the one without history, or those with one favourite alone. Of
// many categories kBaselineStates are taken, spread over all.
std::vector<PlanState> PlanAnswers::StatesOfBaseline() const {
  if (config_.llm.calibrate == "neutral") return {PlanState{}};
  const int64_t count = std::ssize(names_), taken = std::min(count, kBaselineStates);
  std::vector<PlanState> states;
  for (int64_t i = 0; i < taken; ++i)
    states.push_back({.favourites = {static_cast<int16_t>(i * count / taken)}});
  return states;
}

// b [C]; empty if one of its states got no answer, or no valid one in so many tries that they were
// given up.
const std::vector<float>& PlanAnswers::Baseline() {
  std::vector<float>& baseline = baselines_[prefix_hash_];
  if (!baseline.empty() || invalid_.GivenUp(BaselineKey()) != nullptr) return baseline;
  std::vector<std::string> suffixes;
  for (const PlanState& state : StatesOfBaseline())
    suffixes.push_back(prompt_.Suffix(state, names_));
  const std::vector<float> scores = backend_->ScoreLabels(prompt_.prefix, suffixes, scored_);
  if (!AreNumbers(scores)) {
    const std::vector<std::string> errors = backend_->ScoreErrors();
    const bool unanswered = std::ranges::any_of(errors, [](const std::string& error) {
      return !error.empty() && !error.starts_with(kInvalidAnswer);
    });
    if (!unanswered) invalid_.Add(BaselineKey(), "invalid answer");
    return baseline;
  }
  baseline.assign(scored_.size(), 0);
  for (size_t i = 0; i < scores.size(); ++i)
    baseline[i % scored_.size()] += scores[i] / static_cast<float>(suffixes.size());
  return baseline;
}

std::vector<PlanAnswer> PlanAnswers::AskForLists(const std::vector<std::string>& suffixes,
                                                 const std::vector<uint64_t>& seeds) {
  const auto longest = static_cast<int>(std::min(config_.plan_size + 2, std::ssize(labels_)));
  CompletionRequest request;
  request.prefix = prompt_.prefix;
  request.suffixes = suffixes;
  request.grammar = PlanGrammar(labels_, longest);
  request.choices = labels_;
  request.longest_list = longest;
  request.max_tokens = 3 * longest + 4;
  request.temperature = config_.llm.temperature;
  request.seed = static_cast<uint64_t>(config_.llm.label_seed);
  request.seeds = seeds;
  std::vector<PlanAnswer> answers;
  for (const Completion& completion : backend_->Complete(request)) {
    PlanAnswer answer{std::vector<float>(labels_.size(), kNotNamed), ""};
    const ParsedPlan plan = ParsePlan(completion.text, labels_);
    answer.error = completion.error.empty() ? plan.error : "invalid answer: " + completion.error;
    if (!completion.answered) answer.error = completion.error;
    answer.answered = completion.answered;
    for (size_t place = 0; place < plan.labels.size(); ++place) {
      answer.scores[At(plan.labels[place])] = -static_cast<float>(place);
    }
    counts_["labels repeated in an answer"] += plan.repeated;
    answers.push_back(std::move(answer));
  }
  return answers;
}

void PlanAnswers::Add(const std::vector<PlanState>& states, std::vector<PlanAnswer> answers) {
  LERL_CHECK_EQ(states.size(), answers.size());
  for (size_t i = 0; i < states.size(); ++i)
    if (cache_.Find(prefix_hash_, states[i]) == nullptr)
      cache_.Insert(prefix_hash_, states[i], std::move(answers[i]));
}

void PlanAnswers::Save(TensorFile& file, nlohmann::json& state) const {
  state["asked_in_training"] = asked_in_training_;
  state["granted"] = granted_;
  state["asked_in_validation"] = asked_in_validation_;
  if (!invalid_.empty()) state["invalid_answers"] = invalid_.ToJson();
  cache_.Save(file, kSavedAnswers);
}

void PlanAnswers::Load(const TensorFile& file, const nlohmann::json& state) {
  asked_in_training_ = state.at("asked_in_training");
  granted_ = state.at("granted");
  asked_in_validation_ = state.value("asked_in_validation", int64_t{0});
  invalid_.FromJson(state.value("invalid_answers", nlohmann::json::array()));
  cache_.Load(file, kSavedAnswers);
}

}  // namespace lerl
