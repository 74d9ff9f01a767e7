#include "lerl/lm_tuning/tuning_examples.h"

#include <algorithm>
#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/planner/llm/coarse_state.h"
#include "lerl/planner/llm/names_prompt.h"
#include "lerl/planner/profiles/past_slates.h"
#include "lerl/planner/profiles/profile_scores.h"
#include "lerl/planner/profiles/user_profiles.h"
#include "lerl/planner/session_state.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/train/hindsight.h"

namespace lerl {
namespace {

constexpr int64_t kTuningSlates = 2;      // of the past that a state may have
constexpr int64_t kTuningFewestNext = 5;  // likes that must follow a cut
constexpr double kEarliestCut = 0.3;      // of a user's training rows
constexpr size_t kUsersOfAPrompt = 16;    // whose drawn plans are asked for by one prompt
constexpr int64_t kRoundsInVain = 5;      // of cuts without one state
constexpr int64_t kMostRounds = 200;      // of cuts of every user

// Likes after a cut, per category; at most kNextLikes rows.
CategoryCounts LikesAfter(const Dataset& dataset, int32_t user, int64_t cut) {
  CategoryCounts next = CountRows(dataset, 0, 0);
  for (int64_t row = cut; row < dataset.RowsEnd(user) && next.total_liked < kNextLikes; ++row)
    if (dataset.responses[0][At(row)] != 0) AddRow(dataset, row, next);
  return next;
}

// The state of a user after so many slates of the past before the cut that `split` holds.
PlanState StateAfter(const Dataset& dataset, const Split& split, const RunConfig& config,
                     const LlmPlannerConfig& llm, UserProfiles& profiles, int32_t user,
                     int64_t slates) {
  const auto categories = At(dataset.num_categories());
  SessionState session(categories);
  std::vector<uint8_t> dominant(categories, 0);
  const std::vector<PastSlate> past =
      PastSlates(dataset, split, user, kTuningSlates, config.slate_size());
  for (int64_t n = 0; n < slates; ++n) {
    const PastSlate& slate = past[At(n)];
    session.Observe(dataset, slate.items, slate.responses, config.planner.decay);
    dominant = DominantCategories(dataset, slate.items);
    dominant.pop_back();  // the pseudo category of items without one
  }
  PlanRequest request = session.Request();
  request.user = user;
  request.step = static_cast<int>(slates);
  request.dominant = dominant;
  return CoarseState(llm, profiles, "", request);
}

std::vector<float> SharesOf(const std::vector<int32_t>& counts) {
  double sum = 0;
  for (const int32_t count : counts) sum += count;
  std::vector<float> shares;
  shares.reserve(counts.size());
  for (const int32_t count : counts) shares.push_back(static_cast<float>(count / sum));
  return shares;
}

// The template of a prompt: that of the settings, or at every third prompt another built-in one.
NamesTemplate TemplateOf(const LlmPlannerConfig& config, int64_t order) {
  const NamesTemplate own = LoadNamesTemplate(config.names_template);
  if (order % 3 != 2) return own;
  for (NamesTemplate& other : BuiltInNamesTemplates())
    if (other.name != own.name) return other;
  return own;
}

struct AskedForm {
  PlanPrompt prompt;
  std::vector<std::string> labels;  // [C]
};

AskedForm FormOf(const LlmPlannerConfig& config, const std::vector<std::string>& names,
                 LlmBackend& backend, int64_t order) {
  const auto seed = static_cast<uint64_t>(config.label_seed + order);
  const PromptTemplates templates = LoadPromptTemplates(config.prompt_dir);
  if (config.answer_mode() == "letters") {
    std::vector<std::string> labels = CategoryLabels(backend, /*as_list=*/false, seed, names);
    return {BuildPlanPrompt(backend, templates, /*as_list=*/false, 1, labels, names, {}), labels};
  }
  std::vector<std::string> continued = names;  // a name that continues a text has a space before it
  for (std::string& name : continued)
    if (config.form == "plain") name.insert(0, " ");
  return {BuildNamesPrompt(backend, TemplateOf(config, order), config.form == "chat",
                           templates.plan_system, seed, names, {}),
          backend.NameLabels(continued)};
}

}  // namespace

std::vector<TunedState> StatesFromLikes(const World& world, const RunConfig& config,
                                        const ExampleOptions& options) {
  const Dataset& dataset = world.dataset;
  const LlmPlannerConfig& own = config.planner.llm;
  LlmPlannerConfig pair = own;
  pair.state = "pair";
  std::vector<TunedState> states;
  for (int64_t round = 0; round < kMostRounds && std::ssize(states) < options.examples; ++round) {
    Rng rng(options.seed, "cuts of the log", static_cast<uint64_t>(round));
    std::vector<int32_t> users = world.split.train_users;
    rng.Shuffle(std::span<int32_t>(users));
    Split cut = world.split;
    UserProfiles profiles(dataset, cut);
    for (const int32_t user : users) {
      const double share = round == 0 ? 1 : kEarliestCut + (1 - kEarliestCut) * rng.Uniform();
      const auto slates = static_cast<int64_t>(rng.Below(kTuningSlates + 1));
      const auto rows = std::ranges::ssize(PastRows(dataset, world.split, user));
      const auto kept = static_cast<int64_t>(share * static_cast<double>(rows));
      const int64_t end = dataset.RowsBegin(user) + kept;
      const CategoryCounts next = LikesAfter(dataset, user, end);
      if (kept < kTuningSlates * config.slate_size() || next.total_liked < kTuningFewestNext)
        continue;
      cut.train_end[At(user)] = end;
      const LlmPlannerConfig& shown = states.size() % 2 == 0 ? own : pair;
      states.push_back(
          {StateAfter(dataset, cut, config, shown, profiles, user, slates), SharesOf(next.liked)});
      if (std::ssize(states) == options.examples) break;
    }
    if (states.empty() && round == kRoundsInVain)
      throw Error(ErrorKind::kData, dataset.name +
                                        ": no training user has two slates of rows and " +
                                        std::to_string(kTuningFewestNext) +
                                        " likes after them; use a larger data set");
  }
  return states;
}

namespace {

// Training users for that many states, in a random order.
std::vector<int32_t> UsersOfHindsight(const World& world, const ExampleOptions& options,
                                      const HindsightOptions& hindsight) {
  std::vector<int32_t> users = world.split.train_users;
  Rng rng(options.seed, "users of hindsight");
  rng.Shuffle(std::span<int32_t>(users));
  users.resize(std::min(users.size(), At(options.examples / hindsight.states + 1)));
  return users;
}

// A state with the plans that were drawn there; q is what the model said when they were.
TunedState DrawnState(HindsightExample example, int64_t question) {
  TunedState state{.state = std::move(example.state), .question = question};
  double sum = 0, mean = 0, square = 0;
  for (const float score : example.scores) sum += std::exp(static_cast<double>(score));
  for (const float score : example.scores)
    state.target.push_back(static_cast<float>(std::exp(static_cast<double>(score)) / sum));
  const auto count = static_cast<double>(example.returns.size());
  for (const double value : example.returns) mean += value / count;
  for (const double value : example.returns) square += (value - mean) * (value - mean) / count;
  for (size_t i = 0; i < example.plans.size(); ++i)
    state.plans.push_back(
        {std::move(example.plans[i]), (example.returns[i] - mean) / std::sqrt(square)});
  state.candidates = std::move(example.candidates);
  state.earned = mean;
  return state;
}

}  // namespace

std::vector<TunedState> StatesFromDraws(const World& world, const RunConfig& config,
                                        const ExampleOptions& options, const ScoreStates& score,
                                        const std::function<bool(int64_t)>& done) {
  RunConfig played = config;
  played.agent.name = "popularity";
  const Actors actors = MakeActors(world, played, options.seed);
  int64_t question = -1;  // that the states at hand are asked by
  HindsightOptions hindsight{.seed = options.seed};
  std::vector<TunedState> states;
  hindsight.scores = [&](const std::vector<PlanState>& shown) {
    question = (question + 1) % options.orders;
    return score(question, shown);
  };
  // One part after another, so that each state is known by the prompt that it was asked by.
  const std::vector<int32_t> users = UsersOfHindsight(world, options, hindsight);
  const auto plan_size = At(config.planner.plan_size);
  for (size_t begin = 0; begin < users.size(); begin += kUsersOfAPrompt) {
    const size_t count = std::min(kUsersOfAPrompt, users.size() - begin);
    for (HindsightExample& example : FindHindsight(
             world, played, *actors.agent, std::span(users).subspan(begin, count), hindsight))
      if (example.plans[0].size() == plan_size)
        states.push_back(DrawnState(std::move(example), question));
    if (done && !done(static_cast<int64_t>(begin + count))) break;
  }
  states.resize(std::min(states.size(), At(options.examples)));
  return states;
}

std::vector<TunedState> StatesFromReturns(const World& world, const RunConfig& config,
                                          const ExampleOptions& options,
                                          const std::function<bool(int64_t)>& done) {
  RunConfig played = config;
  played.agent.name = "popularity";
  const Actors actors = MakeActors(world, played, options.seed);
  const HindsightOptions hindsight{.seed = options.seed};
  const std::vector<int32_t> users = UsersOfHindsight(world, options, hindsight);
  std::vector<TunedState> states;
  for (HindsightExample& example :
       FindHindsight(world, played, *actors.agent, users, hindsight, done))
    states.push_back({std::move(example.state), std::move(example.target)});
  states.resize(std::min(states.size(), At(options.examples)));
  return states;
}

TuningSet MakeTuningSet(const LlmPlannerConfig& config, const Dataset& dataset, LlmBackend& backend,
                        const std::vector<TunedState>& states, const ExampleOptions& options) {
  if (config.answer_mode() == "generate")
    throw Error(ErrorKind::kConfig,
                "planner.llm.mode is generate, and the tuner wants an answer of one token; set it "
                "to names or letters");
  const std::vector<std::string> names = SafeNames(dataset.categories);
  TuningSet set;
  std::vector<PlanPrompt> prompts;
  for (int64_t order = 0; order < options.orders; ++order) {
    AskedForm form = FormOf(config, names, backend, order);
    set.questions.push_back({form.prompt.prefix, std::move(form.labels)});
    prompts.push_back(std::move(form.prompt));
  }
  for (size_t i = 0; i < states.size(); ++i) {
    const TunedState& state = states[i];
    const size_t question =
        state.question < 0 ? i / At(options.together) % prompts.size() : At(state.question);
    set.examples.push_back({.question = static_cast<int64_t>(question),
                            .suffix = prompts[question].Suffix(state.state, names),
                            .target = state.target,
                            .plans = state.plans,
                            .candidates = state.candidates});
  }
  return set;
}

}  // namespace lerl
