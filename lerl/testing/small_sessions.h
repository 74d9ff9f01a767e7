#pragma once
// For tests of agents: a small generated data set, and whole sessions that an agent plays on it
// under plans that change from step to step. They show what play must respect: a plan, the user's
// past, what the session has shown, sessions of several lengths, left and cut.

#include <algorithm>
#include <string>
#include <vector>

#include "lerl/agents/agent.h"
#include "lerl/agents/agent_context.h"
#include "lerl/agents/slate_selector.h"
#include "lerl/base/hash.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/rules/leave_rules.h"

namespace lerl {

class SmallSessions {
 public:
  static constexpr int kSlate = 3, kSteps = 5;

  AgentContext Context(const ItemFactors& of_items, uint64_t seed = 3) const {
    return {.dataset = dataset,
            .split = split,
            .factors = of_items,
            .slate = kSlate,
            .seed = seed,
            .oracle = [](int slot, std::span<float> rewards) {
              for (size_t i = 0; i < rewards.size(); ++i)
                rewards[i] = static_cast<float>((i * 7 + At(slot)) % 11);
            }};
  }

  // Plays `sessions` sessions side by side. Everything that the agent said, bit by bit, enters
  // `said`, where given.
  SessionLog Play(Agent& agent, int sessions, uint64_t seed, bool explore,
                  std::string* said = nullptr) const {
    SessionLog log;
    log.Resize(sessions, kSteps, kSlate, dataset.num_categories(), agent.action_width());
    std::vector<std::vector<uint8_t>> excluded;
    agent.Prepare(sessions);
    for (int s = 0; s < sessions; ++s) {
      Rng rng(seed, "session", At(s));
      log.user[At(s)] = split.train_users[rng.Below(split.train_users.size())];
      log.length[At(s)] = static_cast<int32_t>(2 + s % (kSteps - 1));
      log.terminated[At(s)] = s % 2 == 0;
      log.truncated[At(s)] = s % 2 == 1;
      excluded.emplace_back(At(dataset.num_items()));
      for (const int64_t row : PastRows(dataset, split, log.user[At(s)]))
        excluded.back()[At(dataset.items[At(row)])] = 1;
      agent.Start(s, log.user[At(s)]);
    }
    for (int t = 0; t < kSteps; ++t) PlayStep(agent, t, seed, explore, log, excluded, said);
    return log;
  }

  // What an agent says after its warm start and some updates, bit by bit.
  std::string Learned(Agent& agent, int updates = 3) const {
    std::string said;
    if (agent.learns()) {
      agent.WarmStart();
      for (int n = 0; n < updates; ++n) {
        const SessionLog log = Play(agent, 8, 100 + At(n), true, &said);
        agent.SetProgress(static_cast<double>(n) / updates);
        agent.Update(log);
      }
    }
    Play(agent, 4, 7, true, &said);
    Play(agent, 4, 8, false, &said);
    return HashText(said);
  }

  const Dataset dataset = MakeSyntheticDataset(
      {.users = 30, .items = 90, .categories = 5, .rows_per_user = 14, .seed = 1});
  const Split split = MakeSplit(dataset, {});
  const ItemFactors factors = FitItemFactors(dataset, split, {.factors = 4, .epochs = 2});

 private:
  void PlayStep(Agent& agent, int t, uint64_t seed, bool explore, SessionLog& log,
                std::vector<std::vector<uint8_t>>& excluded, std::string* said) const {
    const auto categories = At(dataset.num_categories()), items = At(dataset.num_items());
    const auto width = At(agent.action_width());
    std::vector<Observation> seen;
    for (int s = 0; s < log.sessions; ++s) {
      if (t >= log.length[At(s)]) continue;
      const size_t cell = log.Cell(s, t);
      Rng rng(DeriveSeed(seed, "plan", At(s)), "step", At(t));
      const std::span<uint8_t> plan(&log.plan[cell * categories], categories);
      while (std::count(plan.begin(), plan.end(), 1) < 3) plan[rng.Below(categories)] = 1;
      if (t > 0)
        MarkDominantCategories(dataset, {&log.items[log.Cell(s, t - 1) * kSlate], kSlate},
                               {&log.dominant[cell * categories], categories});
      log.budget[cell] = 1 - static_cast<float>(t) / kSteps;
      seen.push_back({.slot = s,
                      .step = t,
                      .user = log.user[At(s)],
                      .seed = DeriveSeed(seed, "explore", At(s)),
                      .budget_left = log.budget[cell],
                      .plan = plan,
                      .dominant = {&log.dominant[cell * categories], categories},
                      .excluded = excluded[At(s)]});
    }
    std::vector<float> scores(seen.size() * items), actions(seen.size() * width);
    agent.Act(seen, explore, scores, actions);
    if (said != nullptr) {
      *said += HashText({reinterpret_cast<const char*>(scores.data()), scores.size() * 4});
      *said += HashText({reinterpret_cast<const char*>(actions.data()), actions.size() * 4});
    }
    std::vector<uint8_t> inside(items);
    std::vector<Shown> shown;
    for (size_t n = 0; n < seen.size(); ++n) {
      const Observation& of = seen[n];
      const size_t cell = log.Cell(of.slot, t);
      std::copy_n(actions.data() + n * width, width, log.action.data() + cell * width);
      ItemsInPlan(dataset, of.plan, inside);
      const std::span<int32_t> slate(&log.items[cell * kSlate], kSlate);
      SelectSlate({scores.data() + n * items, items}, inside, of.excluded, slate);
      Rng rng(DeriveSeed(seed, "response", At(of.slot)), "step", At(t));
      for (size_t k = 0; k < kSlate; ++k) {
        const bool likes = (At(of.user) + At(dataset.CategoriesOf(slate[k])[0])) % 2 == 0;
        log.responses[cell * kSlate + k] = rng.Bernoulli(likes ? 0.9 : 0.2);
        log.reward[cell] += static_cast<float>(log.responses[cell * kSlate + k]) / kSlate;
        excluded[At(of.slot)][At(slate[k])] = 1;
      }
      log.expected[cell] = log.reward[cell];
      shown.push_back({of.slot, slate, {&log.responses[cell * kSlate], kSlate}});
    }
    agent.Observe(shown);
  }
};

}  // namespace lerl
