#include "lerl/planner/llm/llm_planner.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/rng.h"
#include "lerl/base/stop.h"
#include "lerl/planner/llm/critic.h"
#include "lerl/planner/llm/make_backend.h"
#include "lerl/planner/llm/plan_parser.h"
#include "lerl/planner/ranking.h"
#include "lerl/planner/state_text.h"

namespace lerl {
namespace {

constexpr size_t kLongestList = 3;  // categories of each list in a prompt (last slate, too often)
constexpr float kTooOften = 1.0F;   // exposure from here on; a slate of one category alone adds 1
constexpr float kNotNamed = -std::numeric_limits<float>::infinity();

bool AreNumbers(std::span<const float> scores) {
  return std::all_of(scores.begin(), scores.end(),
                     [](float score) { return std::isfinite(score); });
}

}  // namespace

LlmPlanner::LlmPlanner(const PlannerConfig& config, const Dataset& dataset, const Split& split,
                       std::shared_ptr<LlmBackend> backend)
    : config_(config),
      dataset_(dataset),
      profiles_(dataset, split),
      backend_(std::move(backend)),
      templates_(LoadPromptTemplates(config.llm.prompt_dir)),
      cache_(config.llm.cache_capacity, dataset_.num_categories()),
      pool_(config.llm.pool_capacity) {
  for (const std::string& name : dataset_.categories)
    names_.push_back(SafeText(name, kLongestName));
  labels_ = CategoryLabels(*backend_, config_.llm.mode == "generate",
                           static_cast<uint64_t>(config_.llm.label_seed), names_);
  BuildPrompt();
  GrantBudget();
}

void LlmPlanner::BuildPrompt() {
  const auto plan_size = static_cast<int>(std::min(config_.plan_size, dataset_.num_categories()));
  prompt_ = BuildPlanPrompt(*backend_, templates_, config_.llm.mode == "generate", plan_size,
                            labels_, names_, drawn_);
  const std::string settings = config_.llm.mode + "|" + std::to_string(plan_size) + "|" +
                               backend_->fingerprint() + "|" + prompt_.tail + "|";
  prefix_hash_ = HashText(settings + prompt_.prefix);
  if (drawn_.empty()) prompt_hash_ = prefix_hash_;
  baseline_.clear();
}

void LlmPlanner::ShowReflections(std::vector<std::string> reflections) {
  drawn_ = std::move(reflections);
  BuildPrompt();
}

void LlmPlanner::GrantBudget() {
  const int64_t left = std::max<int64_t>(0, config_.llm.train_plans - asked_in_training_);
  granted_ = config_.llm.reflect ? (left + 1) / 2 : left;
}

int64_t LlmPlanner::Allowance() const {
  if (evaluation_) return std::numeric_limits<int64_t>::max();
  return std::min(granted_, std::max(config_.llm.batch, granted_ / 8));
}

PlanState LlmPlanner::StateOf(const PlanRequest& request) {
  PlanState state;
  if (config_.llm.name_user)
    state.user = SafeText(dataset_.user_ids[static_cast<size_t>(request.user)], kLongestName);
  const std::vector<int16_t>& order = profiles_.LikedOrder(request.user);
  const size_t favourites = std::min(static_cast<size_t>(config_.llm.favourites), order.size());
  state.favourites.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(favourites));

  std::vector<int16_t> by_exposure(names_.size());
  std::iota(by_exposure.begin(), by_exposure.end(), int16_t{0});
  std::stable_sort(by_exposure.begin(), by_exposure.end(), [&](int16_t a, int16_t b) {
    return request.exposure[static_cast<size_t>(a)] > request.exposure[static_cast<size_t>(b)];
  });
  for (const int16_t category : by_exposure) {
    const auto c = static_cast<size_t>(category);
    if (request.dominant[c] != 0) {
      if (state.last.size() < kLongestList) state.last.push_back(category);
    } else if (request.exposure[c] >= kTooOften && state.often.size() < kLongestList) {
      state.often.push_back(category);
    }
  }
  std::sort(state.last.begin(), state.last.end());
  const auto liked = std::count_if(request.last_responses.begin(), request.last_responses.end(),
                                   [](uint32_t response) { return (response & 1U) != 0; });
  state.last_liked = !state.last.empty() && 2 * liked >= std::ssize(request.last_responses);
  return state;
}

std::string LlmPlanner::SuffixOf(const PlanRequest& request) {
  return prompt_.Suffix(StateText(StateOf(request), names_));
}

std::vector<float> LlmPlanner::ScoresOf(const PlanRequest& request) {
  return FindSources({StateOf(request)}).at(0).answer.scores;
}

std::vector<LlmPlanner::Source> LlmPlanner::Sources(std::span<const PlanRequest> requests) {
  std::vector<PlanState> states;
  states.reserve(requests.size());
  for (const PlanRequest& request : requests) states.push_back(StateOf(request));
  return FindSources(states);
}

std::vector<Plan> LlmPlanner::Rank(std::span<const PlanRequest> requests) {
  const std::vector<Source> sources = Sources(requests);
  std::vector<Plan> plans;
  plans.reserve(requests.size());
  for (size_t i = 0; i < requests.size(); ++i) plans.push_back(MakePlan(requests[i], sources[i]));
  return plans;
}

// An answer for each state: 1. from the cache; 2. from the model, which is asked once for equal
// states, as far as the budget goes; 3. beyond the budget from the nearest cached state.
std::vector<LlmPlanner::Source> LlmPlanner::FindSources(const std::vector<PlanState>& states) {
  std::vector<Source> sources(states.size());
  std::vector<size_t> first_of;  // place in `states` of each state to ask for
  const int64_t allowance = Allowance();
  constexpr size_t kFound = static_cast<size_t>(-1), kUnanswered = static_cast<size_t>(-2);
  std::vector<size_t> asked_as(states.size(), kFound);
  for (size_t i = 0; i < states.size(); ++i) {
    if (const PlanAnswer* answer = cache_.Find(prefix_hash_, states[i])) {  // 1.
      sources[i].answer = *answer;
      continue;
    }
    size_t place = 0;
    while (place < first_of.size() && states[first_of[place]] != states[i]) ++place;
    if (place == first_of.size()) {
      if (static_cast<int64_t>(first_of.size()) >= allowance) {
        asked_as[i] = kUnanswered;
        continue;
      }
      first_of.push_back(i);
    }
    asked_as[i] = place;
  }
  // 2. `first_of` holds the first of equal states; the others share its answer (origin kCached).
  std::vector<PlanState> asked;
  for (const size_t i : first_of) asked.push_back(states[i]);
  const std::vector<PlanAnswer> answers = Ask(asked);
  for (size_t i = 0; i < states.size(); ++i) {
    if (asked_as[i] >= answers.size()) continue;
    sources[i].answer = answers[asked_as[i]];
    if (first_of[asked_as[i]] == i) sources[i].origin = PlanOrigin::kFresh;
  }
  for (size_t i = 0; i < states.size(); ++i) {
    if (asked_as[i] != kUnanswered) continue;  // 3. what is left is beyond the budget
    if (const auto nearest = cache_.FindNearest(prefix_hash_, states[i])) {
      sources[i] = {*nearest->answer, PlanOrigin::kNearest,
                    "budget of training used up: nearest cached state"};
    } else {
      sources[i].answer.error = "budget of training used up: nothing cached";
    }
  }
  return sources;
}

std::vector<PlanAnswer> LlmPlanner::Ask(const std::vector<PlanState>& states) {
  if (states.empty()) return {};
  std::vector<std::string> suffixes;
  for (const PlanState& state : states)
    suffixes.push_back(prompt_.Suffix(StateText(state, names_)));
  const std::vector<PlanAnswer> answers =
      config_.llm.mode == "generate" ? AskForLists(suffixes) : AskForScores(suffixes);
  int64_t count = 0;
  for (size_t i = 0; i < states.size(); ++i) {
    if (!answers[i].answered) continue;
    cache_.Insert(prefix_hash_, states[i], answers[i]);
    ++count;
  }
  HeedBudget();
  counts_[evaluation_ ? "answers in evaluation" : "answers in training"] += count;
  if (!evaluation_) {
    asked_in_training_ += count;
    granted_ -= count;
  }
  return answers;
}

std::vector<Plan> LlmPlanner::RankForStudent(std::span<const PlanRequest> requests) {
  SetLabelling(true);
  std::vector<Plan> plans = Rank(requests);
  SetLabelling(false);
  return plans;
}

void LlmPlanner::HeedBudget() {
  const std::string exhausted = backend_->Exhausted();
  if (exhausted.empty()) return;
  if (evaluation_ && !labelling_)
    throw Error(ErrorKind::kUnusable, backend_->name() + ": " + exhausted);
  RequestStop();
}

std::vector<PlanAnswer> LlmPlanner::AskForScores(const std::vector<std::string>& suffixes) {
  const std::vector<float> scores = backend_->ScoreLabels(prompt_.prefix, suffixes, labels_);
  const std::vector<std::string> errors = backend_->ScoreErrors();
  const size_t width = labels_.size();
  std::vector<PlanAnswer> answers(suffixes.size());
  for (size_t i = 0; i < suffixes.size(); ++i) {
    answers[i].scores.assign(scores.begin() + static_cast<std::ptrdiff_t>(i * width),
                             scores.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
    if (!errors.empty() && !errors[i].empty()) {
      answers[i].error = errors[i];
      answers[i].answered = false;
    } else if (!AreNumbers(answers[i].scores)) {
      answers[i].error = "invalid answer: scores that are not numbers";
    }
    if (!answers[i].error.empty() || !config_.llm.calibrate) continue;
    const std::vector<float>& baseline = Baseline();
    if (baseline.empty()) {
      answers[i].error = "no answer to the prompt without history";
      answers[i].answered = false;
      continue;
    }
    for (size_t c = 0; c < width; ++c) answers[i].scores[c] -= baseline[c];
  }
  return answers;
}

// The scores [C] of the prompt without history; empty if nobody answered.
const std::vector<float>& LlmPlanner::Baseline() {
  if (baseline_.empty()) {
    const std::vector<std::string> suffix = {prompt_.Suffix(StateText({}, names_))};
    baseline_ = backend_->ScoreLabels(prompt_.prefix, suffix, labels_);
    if (!AreNumbers(baseline_)) baseline_.clear();
  }
  return baseline_;
}

std::vector<PlanAnswer> LlmPlanner::AskForLists(const std::vector<std::string>& suffixes) {
  const auto longest = static_cast<int>(std::min(config_.plan_size + 2, dataset_.num_categories()));
  CompletionRequest request;
  request.prefix = prompt_.prefix;
  request.suffixes = suffixes;
  request.grammar = PlanGrammar(labels_, longest);
  request.choices = labels_;
  request.longest_list = longest;
  request.max_tokens = 3 * longest + 4;
  request.temperature = config_.llm.temperature;
  request.seed = static_cast<uint64_t>(config_.llm.label_seed);
  std::vector<PlanAnswer> answers;
  for (const Completion& completion : backend_->Complete(request)) {
    PlanAnswer answer{std::vector<float>(labels_.size(), kNotNamed), ""};
    const ParsedPlan plan = ParsePlan(completion.text, labels_);
    answer.error = completion.error.empty() ? plan.error : "invalid answer: " + completion.error;
    if (!completion.answered) answer.error = completion.error;
    answer.answered = completion.answered;
    for (size_t place = 0; place < plan.labels.size(); ++place) {
      answer.scores[static_cast<size_t>(plan.labels[place])] = -static_cast<float>(place);
    }
    counts_["labels repeated in an answer"] += plan.repeated;
    answers.push_back(std::move(answer));
  }
  return answers;
}

Plan LlmPlanner::MakePlan(const PlanRequest& request, const Source& source) {
  std::string reason = source.answer.error;
  if (reason.empty()) {
    std::vector<double> scores(source.answer.scores.begin(), source.answer.scores.end());
    if (config_.llm.temperature > 0 && config_.llm.mode == "scores") {
      // Gumbel noise: the ranking is drawn from softmax(score / temperature) without replacement.
      Rng rng(request.seed, "llm planner", static_cast<uint64_t>(request.step));
      for (double& score : scores) {
        score -= config_.llm.temperature * std::log(-std::log(rng.Uniform() + 1e-300) + 1e-300);
      }
    }
    std::vector<uint8_t> named(request.candidates.begin(), request.candidates.end());
    for (size_t c = 0; c < named.size(); ++c) {
      if (scores[c] == kNotNamed) named[c] = 0;
    }
    Plan plan = RankByScores(scores, named);
    plan.origin = source.origin;
    plan.reason = source.reason;
    if (!plan.ranking.empty()) return plan;
    reason = "no candidate in the answer";
  }
  Plan plan = RankByOrder(profiles_.LikedOrder(request.user), request.candidates);
  plan.origin = PlanOrigin::kFallback;
  plan.reason = reason;
  return plan;
}

void LlmPlanner::BeginIteration(uint64_t seed) {
  const bool due = evaluation_ ? drawn_.empty() : iterations_ % config_.llm.refresh_every == 0;
  iteration_seed_ = seed;
  if (!evaluation_) ++iterations_;
  if (!due) return;
  Rng rng(seed, "reflections");
  drawn_.clear();
  for (const Reflection& reflection : pool_.Sample(config_.llm.sampled_reflections, rng)) {
    drawn_.push_back(reflection.text);
  }
  BuildPrompt();
  if (!evaluation_) GrantBudget();
}

void LlmPlanner::Reflect(std::span<const EndedSession> sessions) {
  if (!config_.llm.reflect || evaluation_) return;
  const int64_t budget = std::min({config_.llm.reflections_per_iteration,
                                   config_.llm.max_reflections - reflections_written_,
                                   static_cast<int64_t>(sessions.size())});
  if (budget <= 0) return;
  std::vector<size_t> order(sessions.size());
  std::iota(order.begin(), order.end(), size_t{0});
  Rng rng(iteration_seed_, "sessions to reflect on");
  rng.Shuffle(std::span<size_t>(order));
  std::vector<EndedSession> chosen;
  for (int64_t i = 0; i < budget; ++i) chosen.push_back(sessions[order[static_cast<size_t>(i)]]);
  reflections_written_ += budget;
  counts_["reflections written"] += budget;
  Reflections reflections = WriteReflections(*backend_, templates_, dataset_, names_, chosen,
                                             static_cast<int>(config_.llm.reflection_tokens));
  for (const std::string& reason : reflections.dropped) ++counts_["dropped: " + reason];
  for (Reflection& reflection : reflections.kept) {
    if (pool_.Contains(reflection.text)) {
      ++counts_["dropped: repeated reflection"];
    } else if (!pool_.Add(std::move(reflection))) {
      ++counts_["dropped: lowest return of a full pool"];
    }
  }
}

PlannerCounts LlmPlanner::Counts() const {
  PlannerCounts counts(counts_.begin(), counts_.end());
  counts.emplace_back("answers cached", cache_.size());
  const LlmUsage usage = backend_->usage();
  if (usage.cost > 0) {
    counts.emplace_back("cost in millionths", static_cast<int64_t>(usage.cost * 1e6));
  }
  if (usage.unanswered > 0) counts.emplace_back("prompts without an answer", usage.unanswered);
  counts.emplace_back("reflections in the pool", std::ssize(pool_.reflections()));
  return counts;
}

void LlmPlanner::Save(TensorFile& file) const {
  nlohmann::json pool = nlohmann::json::array();
  for (const Reflection& reflection : pool_.reflections()) {
    pool.push_back({reflection.text, reflection.score});
  }
  const nlohmann::json state = {{"pool", pool},
                                {"drawn", drawn_},
                                {"iteration_seed", iteration_seed_},
                                {"iterations", iterations_},
                                {"asked_in_training", asked_in_training_},
                                {"granted", granted_},
                                {"reflections_written", reflections_written_},
                                {"counts", counts_},
                                {"model", backend_->fingerprint()}};
  SaveText(file, "llm_planner/state", state.dump());
  cache_.Save(file, "llm_planner/cache");
}

void LlmPlanner::Load(const TensorFile& file) {
  const nlohmann::json state = nlohmann::json::parse(LoadText(file, "llm_planner/state"));
  std::vector<Reflection> pool;
  for (const nlohmann::json& row : state.at("pool")) pool.push_back({row[0], row[1]});
  pool_.set_reflections(std::move(pool));
  drawn_ = state.at("drawn").get<std::vector<std::string>>();
  BuildPrompt();
  iteration_seed_ = state.at("iteration_seed");
  iterations_ = state.at("iterations");
  asked_in_training_ = state.at("asked_in_training");
  granted_ = state.at("granted");
  reflections_written_ = state.at("reflections_written");
  counts_ = state.at("counts").get<std::map<std::string, int64_t>>();
  cache_.Load(file, "llm_planner/cache");
}

std::shared_ptr<LlmBackend> LlmBackendOf(const PlannerConfig& config,
                                         std::shared_ptr<LlmBackend> given) {
  return given != nullptr ? given : MakeBackend(config.llm);
}

std::unique_ptr<Planner> MakeLlmPlanner(const PlannerConfig& config,
                                        const PlannerContext& context) {
  return std::make_unique<LlmPlanner>(config, context.dataset, context.split,
                                      LlmBackendOf(config, context.backend));
}

}  // namespace lerl
