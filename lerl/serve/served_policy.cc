#include "lerl/serve/served_policy.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "lerl/agents/slate_selector.h"
#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/math.h"
#include "lerl/base/rng.h"
#include "lerl/planner/fallback_planner.h"
#include "lerl/planner/finished_planner.h"
#include "lerl/planner/llm/make_backend.h"
#include "lerl/planner/registry.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

// The planner that steps in where a language model is late.
constexpr char kBelowAModel[] = "fatigue_aware";

constexpr double kNever = -std::numeric_limits<double>::infinity();  // log 0

// The items before the first one that is no candidate.
std::span<const int32_t> KnownPart(std::span<const int32_t> candidates,
                                   std::span<const int32_t> items) {
  return {items.begin(), std::ranges::find_if(items, [&](int32_t item) {
            return !std::ranges::binary_search(candidates, item);
          })};
}

template <typename T>
std::string HashOf(std::span<const T> values) {
  return HexText(Hash(std::as_bytes(values)));
}

}  // namespace

ServedPolicy::ServedPolicy(std::shared_ptr<const World> world, ServedRun run,
                           const ServedPolicyConfig& config, ServedItems items)
    : world_(std::move(world)),
      items_(std::move(items)),
      run_(std::move(run)),
      config_(config),
      slate_size_(static_cast<int>(run_.config.slate_size())),
      actors_(LoadRun(*world_, run_.config, run_.seed, run_.folder, Parts())),
      live_(world_->dataset, world_->split, *run_.config.env, config.show_again == "always",
            static_cast<int>(config.slots), items_.withdrawn),
      held_(At(config.slots)) {
  actors_.agent->Prepare(live_.slots());
  actors_.plans->Prepare(live_.slots());
  actors_.plans->planner().BeginIteration(
      DeriveSeed(static_cast<uint64_t>(run_.seed), "evaluation"), PlanMode::kEvaluation);
  for (int slot = 0; slot < live_.slots(); ++slot)
    held_[At(slot)].recent = recent_.insert(recent_.end(), slot);
}

ServedPolicy::~ServedPolicy() = default;

// A planner that asks a language model stands behind a deadline, with a rule for what is late, also
// while the model is being loaded. One that can do without the model never asks it.
ActorParts ServedPolicy::Parts() {
  ActorParts parts;
  parts.truth = items_.known.get();
  if (!AsksLanguageModel(run_.config.planner)) return parts;
  parts.wrap_planner = [this](MakePlannerCall make_slow) -> std::unique_ptr<Planner> {
    const PlannerContext context = {
        .dataset = world_->dataset, .split = world_->split, .policy_model = world_->factors.model};
    if (auto finished = MakeFinishedPlanner(run_.config.planner, context)) return finished;
    CheckBackend(run_.config.planner.llm);
    PlannerConfig below = run_.config.planner;
    below.name = kBelowAModel;
    std::unique_ptr<Planner> fast = MakePlanner(below, context);
    auto planner = std::make_unique<DeadlinePlanner>(
        run_.config.planner.name, std::move(make_slow),
        DeadlinePlanner::Options{.deadline = std::chrono::milliseconds(config_.plan_deadline_ms),
                                 .waits_until_made = config_.waits_for_planner,
                                 .wait = config_.plan_wait});
    deadline_planner_ = planner.get();
    return std::make_unique<FallbackPlanner>(std::move(planner), std::move(fast));
  };
  return parts;
}

int ServedPolicy::SlotFor(const LiveSession& session) {
  const auto found = slot_of_.find(session.id);
  if (found != slot_of_.end()) return found->second;
  const int slot = recent_.front();
  slot_of_.erase(held_[At(slot)].session);
  slot_of_.emplace(session.id, slot);
  held_[At(slot)].session.clear();
  return slot;
}

int ServedPolicy::Hold(const LiveSession& session) {
  const int slot = SlotFor(session);
  Held& held = held_[At(slot)];
  recent_.splice(recent_.end(), recent_, held.recent);
  // What the state has taken in must be how the session began.
  const bool begins = held.session == session.id && held.steps.size() <= session.steps.size() &&
                      std::equal(held.steps.begin(), held.steps.end(), session.steps.begin());
  if (!begins) Begin(slot, session);
  for (size_t step = held.steps.size(); step < session.steps.size(); ++step) {
    TakeIn(slot, session.steps[step]);
    held.steps.push_back(session.steps[step]);
  }
  return slot;
}

void ServedPolicy::Begin(int slot, const LiveSession& session) {
  Held& held = held_[At(slot)];
  held.session = session.id;
  held.steps.clear();
  live_.Start(slot, session.user);
  actors_.agent->Start(slot, session.user);
  actors_.plans->Start(slot, session.user, session.seed);
  // Earlier sessions belong to the past that the agent encodes. The planner's state is of this
  // session alone: nobody is tired today of what last week showed.
  for (const LiveStep& step : session.past) {
    if (!Fits(step)) continue;
    if (config_.show_again == "never") live_.Exclude(slot, step.items);
    const Shown shown{.slot = slot, .items = step.items, .responses = step.responses};
    actors_.agent->Observe({&shown, 1});
  }
}

// Whether the policy can take a step in. Slates of another size are those of another policy.
bool ServedPolicy::Fits(const LiveStep& step) const {
  for (const int32_t item : step.items) LERL_CHECK(item >= 0 && item < world_->dataset.num_items());
  LERL_CHECK_EQ(step.responses.size(), step.items.size());
  return std::ssize(step.items) == slate_size_;
}

void ServedPolicy::TakeIn(int slot, const LiveStep& step) {
  if (!Fits(step)) return live_.Exclude(slot, step.items);
  live_.Take(slot, step.items, step.responses);
  actors_.plans->Observe(slot, step.items, step.responses);
  const Shown shown{.slot = slot, .items = step.items, .responses = step.responses};
  actors_.agent->Observe({&shown, 1});
}

struct ServedPolicy::Prospects {
  std::vector<SlotPlan> plans;  // [n]
  std::span<float> scores;      // [n, I] until the next Look
};

ServedPolicy::Prospects ServedPolicy::Look(std::span<const LiveSession* const> sessions,
                                           std::span<const int> slots) {
  Prospects found;
  std::vector<SlotInput> inputs;
  std::vector<SlotView> seen;
  for (size_t i = 0; i < slots.size(); ++i) {
    const SlotView view = seen.emplace_back(live_.Observe(slots[i]));
    inputs.push_back({slots[i], view.step, view.dominant, view.excluded, sessions[i]->wish});
  }
  actors_.plans->Plan(inputs, PlanMode::kEvaluation, found.plans);
  std::vector<Observation> observations;
  for (size_t i = 0; i < slots.size(); ++i)
    observations.push_back({slots[i], seen[i].step, seen[i].user,
                            DeriveSeed(sessions[i]->seed, "what the agent draws"),
                            seen[i].budget_left, found.plans[i].plan, seen[i].dominant,
                            seen[i].excluded});
  scores_.resize(slots.size() * At(world_->dataset.num_items()));
  found.scores = scores_;
  std::vector<float> actions(slots.size() * At(actors_.agent->action_width()));
  actors_.agent->Act(observations, /*explore=*/false, found.scores, actions);
  RequireFiniteScores(actors_.agent->name(), observations, found.scores);
  return found;
}

std::vector<std::optional<Choice>> ServedPolicy::Choose(
    std::span<const LiveSession* const> sessions) {
  LERL_CHECK_LE(std::ssize(sessions), live_.slots());
  // 1. The states of the sessions that can be shown another slate.
  std::vector<std::optional<Choice>> choices(sessions.size());
  std::vector<size_t> places;
  std::vector<const LiveSession*> asked;
  std::vector<int> slots;
  for (size_t n = 0; n < sessions.size(); ++n) {
    const int slot = Hold(*sessions[n]);
    if (live_.Observe(slot).items_left < slate_size_) continue;
    places.push_back(n);
    asked.push_back(sessions[n]);
    slots.push_back(slot);
  }
  if (asked.empty()) return choices;
  // 2. Plans and scores. 3. Slates.
  Prospects found = Look(asked, slots);
  const auto items = At(world_->dataset.num_items());
  for (size_t i = 0; i < asked.size(); ++i) {
    const std::span<float> scores = found.scores.subspan(i * items, items);
    choices[places[i]] = Draw(*asked[i], found.plans[i], scores,
                              CandidatesOf(slots[i], found.plans[i].plan, scores));
  }
  return choices;
}

std::optional<ShadowChoice> ServedPolicy::ChooseInPlaceOf(const LiveSession& session,
                                                          std::span<const int32_t> shown) {
  const int slot = Hold(session);
  if (live_.Observe(slot).items_left < slate_size_) return std::nullopt;
  const LiveSession* one = &session;
  Prospects found = Look({&one, 1}, {&slot, 1});
  const std::vector<int32_t> candidates = CandidatesOf(slot, found.plans[0].plan, found.scores);
  std::vector<double> shown_probabilities =
      Told(found.scores, Raised(found.scores, candidates), candidates, KnownPart(candidates, shown))
          .probabilities;
  shown_probabilities.resize(shown.size(), 0);
  return ShadowChoice{Draw(session, found.plans[0], found.scores, candidates),
                      std::move(shown_probabilities)};
}

Judgement ServedPolicy::Judge(const LiveSession& session, std::span<const int32_t> items) {
  const int slot = Hold(session);
  const LiveSession* one = &session;
  Prospects found = Look({&one, 1}, {&slot, 1});
  const std::vector<int32_t> candidates = CandidatesOf(slot, found.plans[0].plan, found.scores);
  Rng rng(session.seed, "judged slates", static_cast<uint64_t>(session.steps.size()));
  return JudgeScores(world_->factors.model, Scored(session, found.scores, candidates), items, rng);
}

Judgement JudgeScores(const MfModel& model, const ScoredStep& step, std::span<const int32_t> items,
                      Rng& rng) {
  Judgement judged;
  // 1. Probabilities.
  judged.log_probabilities = ProbabilitiesOf(step.scores, step.candidates,
                                             KnownPart(step.candidates, items), step.temperature)
                                 .log_probabilities;
  judged.log_probabilities.resize(items.size(), kNever);
  // 2. What the factorisation expects.
  const auto liked = [&model, user = step.user](std::span<const int32_t> slate) {
    double sum = 0;
    for (const int32_t item : slate) sum += static_cast<double>(Sigmoid(model.Logit(user, item)));
    return slate.empty() ? 0 : sum / static_cast<double>(slate.size());
  };
  judged.modelled = liked(items);
  if (std::ssize(step.candidates) < step.slate_size) return judged;
  for (int draw = 0; draw < kJudgedDraws; ++draw)
    judged.modelled_target +=
        liked(
            DrawSlate(step.scores, step.candidates, step.slate_size, step.temperature, rng).items) /
        kJudgedDraws;
  return judged;
}

Sight ServedPolicy::See(const LiveSession& session, std::span<const uint8_t> plan) {
  const int slot = Hold(session);
  const SlotView view = live_.Observe(slot);
  std::vector<float> scores(At(world_->dataset.num_items()));  // nobody reads them
  Sight sight{.dominant = {view.dominant.begin(), view.dominant.end()},
              .budget_left = view.budget_left,
              .candidates = CandidatesOf(slot, plan, scores)};
  sight.candidates_hash = HashOf(std::span<const int32_t>(sight.candidates));
  sight.plan_hash = HashOf(plan);
  return sight;
}

std::optional<PlanSnapshot> ServedPolicy::Foresee(const LiveSession& session) {
  const int slot = Hold(session);
  const SlotView view = live_.Observe(slot);
  if (view.items_left < slate_size_) return std::nullopt;
  const auto request =
      actors_.plans->Foresee({slot, view.step, view.dominant, view.excluded, session.wish});
  if (!request) return std::nullopt;
  return PlanSnapshot(*request);
}

// The items inside the plan that may be shown, ascending.
std::vector<int32_t> ServedPolicy::CandidatesOf(int slot, std::span<const uint8_t> plan,
                                                std::span<float> scores) const {
  std::vector<uint8_t> inside(scores.size());
  ItemsInPlan(world_->dataset, plan, inside);
  if (run_.config.planner.published_mask) ApplyProductMask(scores, inside);
  const std::span<const uint8_t> excluded = live_.Observe(slot).excluded;
  // Each item is written, and stays where it is one of them: there is nothing to foretell.
  std::vector<int32_t> candidates(inside.size());
  size_t count = 0;
  for (size_t i = 0; i < inside.size(); ++i) {
    candidates[count] = static_cast<int32_t>(i);
    count += inside[i] != 0 && excluded[i] == 0 ? 1 : 0;
  }
  candidates.resize(count);
  return candidates;
}

Choice ServedPolicy::Draw(const LiveSession& session, const SlotPlan& plan,
                          std::span<const float> scores,
                          std::span<const int32_t> candidates) const {
  Rng rng(session.seed, "slate", session.steps.size());
  const std::vector<float> raised = Raised(scores, candidates);
  Rng coin(session.seed, "optimism about new items", session.steps.size());
  const bool optimistic = !raised.empty() && coin.Bernoulli(config_.new_items);
  const std::span<const float> drawn_by = optimistic ? std::span<const float>(raised) : scores;
  DrawnSlate slate = DrawSlate(drawn_by, candidates, slate_size_, config_.temperature, rng);
  if (!raised.empty()) slate = Told(scores, raised, candidates, slate.items);
  return {.slate = std::move(slate),
          .plan = plan,
          .candidates = std::ssize(candidates),
          .candidates_hash = HashOf(candidates),
          .plan_hash = HashOf(std::span<const uint8_t>(plan.plan))};
}

std::vector<float> ServedPolicy::Raised(std::span<const float> scores,
                                        std::span<const int32_t> candidates) const {
  if (items_.shown == nullptr || config_.new_items == 0) return {};
  return OptimisticScores(scores, candidates, *items_.shown);
}

DrawnSlate ServedPolicy::Told(std::span<const float> scores, std::span<const float> raised,
                              std::span<const int32_t> candidates,
                              std::span<const int32_t> slate) const {
  const DrawnSlate usual = ProbabilitiesOf(scores, candidates, slate, config_.temperature);
  if (raised.empty()) return usual;
  return Mixed(usual, ProbabilitiesOf(raised, candidates, slate, config_.temperature),
               config_.new_items);
}

void ServedPolicy::SelfTest() {
  const auto fail = [&](const std::string& what) {
    throw Error(ErrorKind::kUnusable, run_.folder.string() + ": the policy fails its self-test: " +
                                          what + "; train it anew");
  };
  const auto guest = static_cast<int32_t>(world_->dataset.num_users() - 1);
  for (const int32_t user : {guest, 0}) {
    LiveSession session{.id = "self-test of " + std::to_string(user), .user = user, .seed = 1};
    for (int step = 0; step < 2; ++step) {
      const LiveSession* one = &session;
      const std::optional<Choice> choice = Choose({&one, 1})[0];
      if (!choice) break;  // somebody who has seen nearly everything
      const std::vector<int32_t>& items = choice->slate.items;
      if (std::set(items.begin(), items.end()).size() != At(slate_size_))
        fail("a slate has repeated items");
      if (!std::isfinite(choice->slate.log_probability)) fail("a probability is no number");
      session.steps.push_back({items, std::vector<uint32_t>(items.size(), 1)});
    }
  }
  if (deadline_planner_ != nullptr) deadline_planner_->ForgetHealth();
}

}  // namespace lerl
