#include "lerl/agents/user_models/imagined_sessions.h"

#include <algorithm>

#include "lerl/agents/agent_turn.h"
#include "lerl/agents/slate_selector.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {
namespace {

class Imagination {
 public:
  Imagination(const Dataset& dataset, const Split& split, Agent& agent, UserModel& model,
              std::span<const int32_t> users, int slate, const ImaginationConfig& config,
              uint64_t seed)
      : dataset_(dataset),
        agent_(agent),
        model_(model),
        config_(config),
        count_(users.size()),
        slate_(At(slate)),
        items_(At(dataset.num_items())),
        categories_(At(dataset.num_categories())),
        excluded_(count_ * items_, 0),
        inside_(items_),
        plan_(categories_, 1),
        turn_(dataset, agent) {
    // 1. An empty log, with every category in the plan.
    log_.Resize(static_cast<int64_t>(count_), config.steps, slate, dataset.num_categories(),
                agent.action_width());
    log_.exclude_history = !config.repeats;
    log_.allow_repeats = config.repeats;
    ItemsInPlan(dataset, plan_, inside_);
    // 2. A session for each user. Without repeats, the items of the user's training rows are
    // excluded.
    agent_.Prepare(static_cast<int>(count_));
    for (size_t s = 0; s < count_; ++s) {
      log_.user[s] = users[s];
      log_.seed[s] = DeriveSeed(seed, "imagined session", s);
      agent_.Start(static_cast<int>(s), users[s]);
      if (config.repeats) continue;
      for (const int64_t row : PastRows(dataset, split, users[s]))
        Excluded(s)[At(dataset.items[At(row)])] = 1;
    }
  }

  SessionLog Run(bool explore) {
    // Every session goes on while it has a slate left to show; then it is cut.
    for (int64_t step = 0; step < config_.steps && FindActive(step); ++step) {
      Act(step, explore);
      Respond(step);
    }
    for (size_t s = 0; s < count_; ++s) {
      log_.truncated[s] = 1;
      log_.budget_after[s] = BudgetAfter(log_.length[s]);
    }
    return std::move(log_);
  }

 private:
  // The share of the budget that is left after so many steps, as the rule max_steps has it.
  float BudgetAfter(int64_t steps) const {
    return static_cast<float>(config_.steps - steps) / static_cast<float>(config_.steps);
  }
  std::span<uint8_t> Excluded(size_t session) {
    return {excluded_.data() + session * items_, items_};
  }
  std::span<int32_t> Slate(size_t session, int64_t step) {
    return {log_.items.data() + log_.Cell(static_cast<int64_t>(session), step) * slate_, slate_};
  }

  // Whether any session can go on: active are those with at least K items left to show. A session
  // that has none at its first step is an error.
  bool FindActive(int64_t step) {
    active_.clear();
    for (size_t s = 0; s < count_; ++s) {
      if (log_.length[s] < step) continue;
      size_t left = 0;
      for (size_t i = 0; i < items_; ++i) left += inside_[i] != 0 && Excluded(s)[i] == 0;
      if (left >= slate_)
        active_.push_back(s);
      else if (step == 0)
        throw Error(ErrorKind::kConfig, "user " + std::to_string(log_.user[s]) +
                                            ": fewer items than a slate to imagine; set imagine."
                                            "repeats, or a smaller slate");
    }
    return !active_.empty();
  }

  void Act(int64_t step, bool explore) {
    // 1. What the agent sees of each active session.
    observations_.clear();
    for (const size_t s : active_) {
      const size_t cell = log_.Cell(static_cast<int64_t>(s), step);
      const std::span<uint8_t> dominant(log_.dominant.data() + cell * categories_, categories_);
      if (step > 0) MarkDominantCategories(dataset_, Slate(s, step - 1), dominant);
      std::fill_n(log_.plan.begin() + static_cast<std::ptrdiff_t>(cell * categories_), categories_,
                  uint8_t{1});
      log_.budget[cell] = BudgetAfter(step);
      observations_.push_back({.slot = static_cast<int>(s),
                               .step = static_cast<int>(step),
                               .user = log_.user[s],
                               .seed = log_.seed[s],
                               .budget_left = log_.budget[cell],
                               .plan = plan_,
                               .dominant = dominant,
                               .excluded = Excluded(s)});
    }
    // 2. Its scores and actions for all of them at once.
    turn_.Act(observations_, explore);
    // 3. The slate of each: the top K of the scores.
    for (size_t n = 0; n < active_.size(); ++n) {
      const size_t s = active_[n];
      turn_.Select(n, Slate(s, step));
      const size_t cell = log_.Cell(static_cast<int64_t>(s), step);
      const std::span<const float> action = turn_.action(n);
      std::ranges::copy(action, log_.action.data() + cell * action.size());
    }
  }

  void Respond(int64_t step) {
    // 1. What the model says about each slate, given what its session has shown.
    shown_slates_.clear();
    for (const size_t s : active_) {
      const std::span<const int32_t> first = Slate(s, 0);
      shown_slates_.push_back({.user = log_.user[s],
                               .before = {first.data(), At(step) * slate_},
                               .items = Slate(s, step)});
    }
    chances_.resize(active_.size() * slate_);
    rewards_.resize(active_.size());
    model_.Respond(shown_slates_, chances_, rewards_);
    // 2. Responses are drawn from each session's own stream; rewards are the model's.
    std::vector<Shown> shown;
    for (size_t n = 0; n < active_.size(); ++n) {
      const size_t s = active_[n], cell = log_.Cell(static_cast<int64_t>(s), step);
      Rng rng(log_.seed[s], "imagined responses", static_cast<uint64_t>(step));
      const std::span<uint32_t> responses(log_.responses.data() + cell * slate_, slate_);
      for (size_t k = 0; k < slate_; ++k)
        responses[k] = rng.Bernoulli(static_cast<double>(chances_[n * slate_ + k]));
      log_.reward[cell] = log_.expected[cell] = rewards_[n];
      log_.length[s] = static_cast<int32_t>(step + 1);
      shown.push_back({static_cast<int>(s), Slate(s, step), responses});
      if (config_.repeats) continue;
      for (const int32_t item : Slate(s, step)) Excluded(s)[At(item)] = 1;
    }
    // 3. The agent sees the responses, as it would in a real session.
    agent_.Observe(shown);
  }

  const Dataset& dataset_;
  Agent& agent_;
  UserModel& model_;
  const ImaginationConfig config_;
  const size_t count_, slate_, items_, categories_;
  SessionLog log_;
  std::vector<uint8_t> excluded_;  // [S, I]
  std::vector<uint8_t> inside_, plan_;
  std::vector<size_t> active_;
  std::vector<Observation> observations_;
  std::vector<ImaginedSlate> shown_slates_;
  AgentTurn turn_;
  std::vector<float> chances_, rewards_;
};

}  // namespace

SessionLog ImagineSessions(const Dataset& dataset, const Split& split, Agent& agent,
                           UserModel& model, std::span<const int32_t> users, int slate,
                           const ImaginationConfig& config, uint64_t seed, bool explore) {
  return Imagination(dataset, split, agent, model, users, slate, config, seed).Run(explore);
}

}  // namespace lerl
