#include "lerl/train/player.h"

#include <algorithm>
#include <utility>

#include "lerl/agents/agent_turn.h"
#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/sim/evolving/evolving_state.h"
#include "lerl/sim/rules/leave_rules.h"
#include "lerl/sim/rules/reorder.h"

namespace lerl {
namespace {

class Player {
 public:
  Player(const Dataset& dataset, Env& env, Agent& agent, PlanPolicy& plans,
         std::span<const SessionSpec> specs, PlayOptions options)
      : dataset_(dataset),
        env_(env),
        agent_(agent),
        plans_(plans),
        specs_(specs),
        options_(std::move(options)),
        slate_(At(env.slate_size())),
        session_of_(At(env.slots()), -1),
        agent_seed_(At(env.slots())),
        turn_(dataset, agent,
              {.published_mask = plans.config().published_mask,
               .scores = options_.scores,
               .threads = options_.threads}),
        slates_(At(env.slots()) * slate_, 0) {
    log_.Resize(std::ssize(specs), env.longest_session(), env.slate_size(),
                dataset.num_categories(), agent.action_width());
    env.Describe(log_);
    if (options_.record_truth && env.OracleState(0) != nullptr) log_.AddTruth();
    if (options_.reorder) category_of_ = RarestCategory(dataset);
  }

  SessionLog Run() {
    agent_.Prepare(env_.slots());
    plans_.Prepare(env_.slots());
    for (int slot = 0; slot < env_.slots(); ++slot) StartNext(slot);
    while (FindActive()) {
      PlanStep();                   // 1. plan
      ActStep();                    // 2. score, 3. select
      env_.Step(slates_, result_);  // 4. respond
      ObserveStep();                // 5. observe; the next sessions take the slots that are free
    }
    return std::move(log_);
  }

 private:
  void StartNext(int slot) {
    session_of_[At(slot)] = -1;
    if (next_ == specs_.size()) return;
    const SessionSpec& spec = specs_[next_];
    session_of_[At(slot)] = static_cast<int64_t>(next_);
    log_.user[next_] = spec.user;
    log_.seed[next_] = spec.seed;
    agent_seed_[At(slot)] = DeriveSeed(spec.seed, "what the agent draws");
    ++next_;
    env_.Start(slot, spec.user, spec.seed);
    agent_.Start(slot, spec.user);
    plans_.Start(slot, spec.user, spec.seed);
  }

  bool FindActive() {
    active_.clear();
    for (int slot = 0; slot < env_.slots(); ++slot)
      if (session_of_[At(slot)] >= 0) active_.push_back(slot);
    return !active_.empty();
  }

  // The cell of the log that the step of active_[i] fills.
  size_t CellOf(size_t i) const { return log_.Cell(SessionOf(active_[i]), seen_[i].step); }

  void PlanStep() {
    inputs_.clear();
    seen_.clear();
    for (const int slot : active_) {
      const SlotView& seen = seen_.emplace_back(env_.Observe(slot));
      inputs_.push_back({slot, seen.step, seen.dominant, seen.excluded, seen.wish});
    }
    plans_.Plan(inputs_, options_.mode, slot_plans_);
    const auto categories = At(dataset_.num_categories());
    for (size_t i = 0; i < active_.size(); ++i) {
      const SlotPlan& plan = slot_plans_[i];
      const size_t cell = CellOf(i);
      const auto at = static_cast<std::ptrdiff_t>(cell * categories);
      std::copy(plan.plan.begin(), plan.plan.end(), log_.plan.begin() + at);
      std::copy(inputs_[i].dominant.begin(), inputs_[i].dominant.end(), log_.dominant.begin() + at);
      std::fill_n(log_.ranking.begin() + at, categories, int16_t{-1});
      std::copy(plan.ranking.begin(), plan.ranking.end(), log_.ranking.begin() + at);
      log_.budget[cell] = seen_[i].budget_left;
      log_.origin[cell] = static_cast<uint8_t>(plan.origin);
      log_.widened[cell] = static_cast<uint8_t>(std::min(plan.widened, 255));
      if (!log_.truth.empty()) RecordTruth(active_[i], cell);
    }
  }

  void RecordTruth(int slot, size_t cell) {
    const EvolvingState& state = *env_.OracleState(slot);
    const size_t categories = state.theta.size(), first = cell * categories;
    for (size_t c = 0; c < categories; ++c) {
      log_.truth.interest[first + c] = static_cast<float>(state.Interest(c));
      log_.truth.fatigue_cost[first + c] = static_cast<float>(state.FatigueCost(c));
      log_.truth.latent[At(SessionOf(slot)) * categories + c] = state.start.latent[c];
    }
    env_.OracleCategoryRewards(slot, std::span(log_.truth.worth).subspan(first, categories));
  }

  void ActStep() {
    observations_.clear();
    for (size_t i = 0; i < active_.size(); ++i) {
      const int slot = active_[i];
      const SlotView& seen = seen_[i];
      observations_.push_back({slot, seen.step, seen.user, agent_seed_[At(slot)], seen.budget_left,
                               slot_plans_[i].plan, seen.dominant, seen.excluded});
    }
    // 2. A score for every item of every session.
    turn_.Act(observations_, options_.mode == PlanMode::kTraining);
    // 3. The top K inside the plan, or of the scores times its mask.
    for (size_t i = 0; i < active_.size(); ++i) {
      const size_t cell = CellOf(i);
      const std::span<int32_t> slate = SlateOf(active_[i]);
      turn_.Select(i, slate);
      if (options_.reorder && seen_[i].step > 0)
        ReorderSlate(PreviousSlate(cell), category_of_, slate);
      std::copy(slate.begin(), slate.end(),
                log_.items.begin() + static_cast<std::ptrdiff_t>(cell * slate_));
      const std::span<const float> action = turn_.action(i);
      std::ranges::copy(action, log_.action.data() + cell * action.size());
      if (options_.on_slate) Announce(i, slate);
    }
  }

  void Announce(size_t i, std::span<const int32_t> slate) const {
    const auto items = At(dataset_.num_items());
    const auto scores = turn_.scores();
    options_.on_slate({.session = SessionOf(active_[i]),
                       .step = seen_[i].step,
                       .plan = slot_plans_[i],
                       .scores = options_.scores ? scores.subspan(i * items, items) : scores,
                       .excluded = seen_[i].excluded,
                       .items = slate});
  }

  void ObserveStep() {
    shown_.clear();
    ended_.clear();
    for (const int slot : active_) {
      const auto row = At(slot);
      const int64_t session = SessionOf(slot);
      const SlotView now = env_.Observe(slot);
      // The environment has counted the step already.
      const size_t cell = log_.Cell(session, now.step - 1);
      const std::span<const uint32_t> responses(result_.responses.data() + row * slate_, slate_);
      std::copy(responses.begin(), responses.end(),
                log_.responses.begin() + static_cast<std::ptrdiff_t>(cell * slate_));
      log_.reward[cell] = result_.rewards[row];
      log_.expected[cell] = result_.expected[row];
      log_.return_days[cell] = result_.return_days[row];
      const auto s = At(session);
      log_.length[s] = now.step;
      log_.terminated[s] = result_.terminated[row];
      log_.truncated[s] = result_.truncated[row];
      log_.budget_after[s] = now.budget_left;
      plans_.Observe(slot, SlateOf(slot), responses);
      const bool left = options_.steps > 0 && now.step >= options_.steps;
      if (now.active && !left) {
        shown_.push_back({slot, SlateOf(slot), responses});
      } else {
        env_.Stop(slot);
        ended_.push_back(slot);
      }
    }
    if (!shown_.empty()) agent_.Observe(shown_);
    for (const int slot : ended_) StartNext(slot);
  }

  int64_t SessionOf(int slot) const { return session_of_[At(slot)]; }
  std::span<int32_t> SlateOf(int slot) { return {slates_.data() + At(slot) * slate_, slate_}; }
  std::span<const int32_t> PreviousSlate(size_t cell) const {
    return {log_.items.data() + (cell - 1) * slate_, slate_};
  }

  const Dataset& dataset_;
  Env& env_;
  Agent& agent_;
  PlanPolicy& plans_;
  const std::span<const SessionSpec> specs_;
  const PlayOptions options_;
  const size_t slate_;
  size_t next_ = 0;
  SessionLog log_;
  std::vector<int64_t> session_of_;  // [slots] index into specs, -1 for an idle slot
  // [slots] What agents draw from. The environment draws from the session's own seed, so that with
  // it an agent could foretell the answers.
  std::vector<uint64_t> agent_seed_;
  std::vector<int> active_, ended_;
  std::vector<SlotView> seen_;  // of active_, before the step
  std::vector<SlotInput> inputs_;
  std::vector<SlotPlan> slot_plans_;
  std::vector<Observation> observations_;
  std::vector<Shown> shown_;
  AgentTurn turn_;
  std::vector<int32_t> slates_;       // [slots, K]
  std::vector<int32_t> category_of_;  // [I] for reorder
  StepResult result_;
};

}  // namespace

SessionLog PlaySessions(const Dataset& dataset, Env& env, Agent& agent, PlanPolicy& plans,
                        std::span<const SessionSpec> sessions, PlayOptions options) {
  return Player(dataset, env, agent, plans, sessions, std::move(options)).Run();
}

std::vector<SessionSpec> DrawSessions(std::span<const int32_t> users, int64_t count, Rng& rng) {
  std::vector<SessionSpec> specs(At(count));
  for (SessionSpec& spec : specs) spec = {users[rng.Below(users.size())], rng.Next()};
  return specs;
}

std::vector<EndedSession> EndedSessions(const SessionLog& log) {
  std::vector<EndedSession> ended;
  const auto k = static_cast<size_t>(log.slate), c = static_cast<size_t>(log.categories);
  for (int64_t s = 0; s < log.sessions; ++s) {
    const auto length = static_cast<size_t>(log.length[At(s)]);
    const size_t cell = log.Cell(s, 0);
    EndedSession session{.slot = 0,
                         .user = log.user[At(s)],
                         .seed = log.seed[At(s)],
                         .items = {log.items.data() + cell * k, length * k},
                         .responses = {log.responses.data() + cell * k, length * k},
                         .rewards = {log.reward.data() + cell, length},
                         .plans = {log.plan.data() + cell * c, length * c},
                         .dominant = {log.dominant.data() + cell * c, length * c},
                         .rankings = {log.ranking.data() + cell * c, length * c}};
    for (const float reward : session.rewards) session.total_reward += static_cast<double>(reward);
    ended.push_back(session);
  }
  return ended;
}

}  // namespace lerl
