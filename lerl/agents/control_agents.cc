#include "lerl/agents/control_agents.h"

#include <algorithm>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"

namespace lerl {
namespace {

class Random : public Control {
 public:
  Random() : Control("random") {}

 private:
  void ScoreItems(const Observation& seen, std::span<float> scores) override {
    Rng rng(seen.seed, "random agent", static_cast<uint64_t>(seen.step));
    for (float& score : scores) score = static_cast<float>(rng.Uniform());
  }
};

class Popularity : public Control {
 public:
  Popularity(const Dataset& dataset, const Split& split)
      : Control("popularity"), likes_(At(dataset.num_items())) {
    for (int64_t user = 0; user < dataset.num_users(); ++user) {
      for (const int64_t row : PastRows(dataset, split, user))
        likes_[At(dataset.items[At(row)])] += static_cast<float>(dataset.responses[0][At(row)]);
    }
  }

 private:
  void ScoreItems(const Observation&, std::span<float> scores) override {
    std::copy(likes_.begin(), likes_.end(), scores.begin());
  }
  std::vector<float> likes_;  // [I]
};

class Greedy : public Control {
 public:
  explicit Greedy(OracleRewards oracle) : Control("greedy"), oracle_(std::move(oracle)) {}

 private:
  void ScoreItems(const Observation& seen, std::span<float> scores) override {
    oracle_(seen.slot, scores);
  }
  const OracleRewards oracle_;
};

}  // namespace

void Control::Act(std::span<const Observation> observations, bool, std::span<float> scores,
                  std::span<float>) {
  const size_t items = observations.empty() ? 0 : scores.size() / observations.size();
  for (size_t i = 0; i < observations.size(); ++i)
    ScoreItems(observations[i], scores.subspan(i * items, items));
}

std::unique_ptr<Agent> MakeRandomAgent() { return std::make_unique<Random>(); }

std::unique_ptr<Agent> MakePopularityAgent(const Dataset& dataset, const Split& split) {
  return std::make_unique<Popularity>(dataset, split);
}

std::unique_ptr<Agent> MakeGreedyAgent(OracleRewards oracle) {
  return std::make_unique<Greedy>(std::move(oracle));
}

}  // namespace lerl
