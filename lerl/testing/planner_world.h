#pragma once
// For tests of planners that learn: people whose taste is known, played without agent or simulator.
//
// A step shows three items of each of the first two categories of the ranking. Candidates leave out
// the categories that were just shown. An item of category c is liked with the probability
//
//   p = sigmoid(worth_c + taste_uc - tiring e_c)
//
//   worth_c    the same for all users
//   taste_uc   the user's own, drawn as taste N(0, 1); nothing in the log tells it
//   e_c        how much of c the session has shown lately: decays by .8 a step

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lerl/base/check.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/registry.h"
#include "lerl/planner/session_state.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {

class PlannerWorld {
 public:
  static constexpr size_t kSteps = 10, kPlanned = 2, kItems = 3;

  PlannerWorld()
      : dataset(MakeSyntheticDataset({.users = 80, .items = 120})),
        split(MakeSplit(dataset, {})),
        categories(static_cast<size_t>(dataset.num_categories())),
        item_of(categories) {
    model.users = static_cast<int>(dataset.num_users());
    model.items = static_cast<int>(dataset.num_items());
    model.factors = 1;
    model.user_factors.assign(static_cast<size_t>(model.users), 0);
    model.user_bias.assign(static_cast<size_t>(model.users), 0);
    model.item_factors.assign(static_cast<size_t>(model.items), 0);
    model.item_bias.assign(static_cast<size_t>(model.items), 0);
    for (int32_t item = 0; item < dataset.num_items(); ++item) {
      const auto of_item = dataset.CategoriesOf(item);
      if (of_item.size() == 1) item_of[static_cast<size_t>(of_item[0])].push_back(item);
    }
    for (size_t c = 0; c < categories; ++c) {
      worth.push_back(0);
      LERL_CHECK(item_of[c].size() >= kItems);
    }
  }

  PlannerContext Context() const {
    return {.dataset = dataset, .split = split, .policy_model = model};
  }

  double Taste(int32_t user, size_t c) const {
    Rng rng(3, "taste", static_cast<uint64_t>(user) * categories + c);
    return taste * rng.Normal();
  }
  double Chance(int32_t user, size_t c, double exposure) const {
    return 1 / (1 + std::exp(-(worth[c] + Taste(user, c) - tiring * exposure)));
  }

  // Plays sessions one after the other and returns the mean chance of a like.
  double Play(Planner& planner, uint64_t seed, int sessions, PlanMode mode = PlanMode::kValidation,
              std::vector<OwnedSession>* ended = nullptr) const {
    double sum = 0;
    for (int s = 0; s < sessions; ++s) {
      Rng rng(seed, "session", static_cast<uint64_t>(s));
      const auto user = static_cast<int32_t>(rng.Below(static_cast<uint64_t>(model.users)));
      OwnedSession session({}, {}, {}, categories);
      session.user = user;
      session.seed = rng.Next();
      SessionState state(categories);
      std::vector<uint8_t> dominant(categories, 0);
      for (size_t step = 0; step < kSteps; ++step)
        sum += PlayStep(planner, mode, static_cast<int>(step), rng, state, dominant, session);
      if (ended != nullptr) ended->push_back(std::move(session));
    }
    return sum / (sessions * static_cast<double>(kSteps));
  }

  void Train(Planner& planner, int iterations, int sessions) const {
    for (int n = 0; n < iterations; ++n) {
      planner.BeginIteration(static_cast<uint64_t>(n), PlanMode::kTraining);
      std::vector<OwnedSession> ended;
      Play(planner, 100 + static_cast<uint64_t>(n), sessions, PlanMode::kTraining, &ended);
      std::vector<EndedSession> views;
      for (const OwnedSession& session : ended) views.push_back(session.View());
      planner.Reflect(views);
    }
  }

  const Dataset dataset;
  const Split split;
  const size_t categories;
  std::vector<std::vector<int32_t>> item_of;  // [C]
  MfModel model;
  std::vector<double> worth;  // [C]
  double taste = 0, tiring = 0;

 private:
  double PlayStep(Planner& planner, PlanMode mode, int step, Rng& rng, SessionState& state,
                  std::vector<uint8_t>& dominant, OwnedSession& session) const {
    std::vector<uint8_t> candidates(categories);
    for (size_t c = 0; c < categories; ++c) candidates[c] = dominant[c] == 0 ? 1 : 0;
    PlanRequest request = state.Request();
    request.step = step;
    request.user = session.user;
    request.seed = session.seed;
    request.candidates = candidates;
    request.dominant = dominant;
    const Plan plan = planner.Rank({&request, 1}, mode).at(0);
    session.dominant.insert(session.dominant.end(), dominant.begin(), dominant.end());
    session.rankings.insert(session.rankings.end(), plan.ranking.begin(), plan.ranking.end());
    session.rankings.resize(static_cast<size_t>(step + 1) * categories, -1);
    std::fill(dominant.begin(), dominant.end(), uint8_t{0});
    std::vector<int32_t> items;
    std::vector<uint32_t> responses;
    double chance = 0;
    for (size_t place = 0; place < kPlanned; ++place) {
      const auto c = static_cast<size_t>(plan.ranking.at(place));
      dominant[c] = 1;
      const double p = Chance(session.user, c, static_cast<double>(state.exposure[c]));
      chance += p / kPlanned;
      for (size_t k = 0; k < kItems; ++k) {
        items.push_back(item_of[c][k]);
        responses.push_back(rng.Bernoulli(p) ? 1 : 0);
      }
    }
    session.plans.insert(session.plans.end(), dominant.begin(), dominant.end());
    session.items.insert(session.items.end(), items.begin(), items.end());
    session.responses.insert(session.responses.end(), responses.begin(), responses.end());
    session.rewards.push_back(
        static_cast<float>(std::count(responses.begin(), responses.end(), 1U)) /
        static_cast<float>(responses.size()));
    state.Observe(dataset, items, responses, 0.8);
    return chance;
  }
};

}  // namespace lerl
