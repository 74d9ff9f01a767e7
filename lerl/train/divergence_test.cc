#include "lerl/train/divergence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "lerl/agents/control_agents.h"
#include "lerl/base/error.h"
#include "lerl/planner/ranking.h"
#include "lerl/testing/small_world.h"
#include "lerl/train/player.h"

namespace lerl {
namespace {

std::string MessageOf(int64_t iteration, const std::function<UpdateStats()>& work) {
  const auto agent = MakeRandomAgent();
  try {
    InIteration(iteration, *agent, work);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Divergence, IsToldWithTheIterationAndThePartThatBroke) {
  EXPECT_EQ(MessageOf(3,
                      []() -> UpdateStats {
                        throw Error(ErrorKind::kUnusable, "agent 'ppo' diverged: ...");
                      }),
            "iteration 3: agent 'ppo' diverged: ...");
}

TEST(Divergence, IsAlsoAStatisticThatIsNotFinite) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(MessageOf(0,
                        [nan] {
                          return UpdateStats{{"loss", 1}, {"value_loss", nan}};
                        }),
              ::testing::StartsWith(
                  "iteration 0 (warm start): agent 'random' diverged: its value_loss is not"));
  EXPECT_EQ(MessageOf(0, [] { return UpdateStats{{"loss", 1}}; }), "");
}

// An agent one of whose scores is no number from the third step on.
class BrokenAgent : public Agent {
 public:
  std::string name() const override { return "broken"; }
  void Prepare(int) override {}
  void Start(int, int32_t) override {}
  void Act(std::span<const Observation> seen, bool, std::span<float> scores,
           std::span<float>) override {
    std::fill(scores.begin(), scores.end(), 0.0f);
    if (seen[0].step >= 2) scores[5] = std::numeric_limits<float>::quiet_NaN();
  }
  void Observe(std::span<const Shown>) override {}
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}
};

TEST(Divergence, OfAScoreStopsPlay) {
  const RunConfig config = TinyRun();
  const auto world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, /*seed=*/1);
  actors.plans->planner().BeginIteration(4, PlanMode::kTraining);
  BrokenAgent agent;
  const std::vector<SessionSpec> specs = {{.user = world->split.train_users[0], .seed = 1}};
  const auto play = [&]() -> UpdateStats {
    PlaySessions(world->dataset, *actors.env, agent, *actors.plans, specs, {});
    return {};
  };
  EXPECT_THAT(MessageOf(7, play),
              ::testing::StartsWith("iteration 7: agent 'broken' diverged: its score of item 5"));
}

// A planner whose score of one category is no number.
class BrokenPlanner : public Planner {
 public:
  std::string name() const override { return "broken"; }
  std::vector<Plan> Rank(std::span<const PlanRequest> requests, PlanMode) override {
    std::vector<Plan> plans;
    for (const PlanRequest& request : requests) {
      std::vector<double> scores(request.candidates.size(), 1);
      scores[1] = std::numeric_limits<double>::quiet_NaN();
      plans.push_back(RankByScores(name(), scores, request.candidates));
    }
    return plans;
  }
};

TEST(Divergence, OfAPlannersScoreStopsPlay) {
  RunConfig config = TinyRun();
  config.planner.name = "random";  // any that ranks
  const auto world = TinyWorld(config);
  const Actors actors = MakeActors(*world, config, /*seed=*/1);
  PlanPolicy plans(world->dataset, config.planner, std::make_unique<BrokenPlanner>(),
                   static_cast<int>(config.slate_size()));
  const std::vector<SessionSpec> specs = {{.user = world->split.train_users[0], .seed = 1}};
  const auto play = [&]() -> UpdateStats {
    PlaySessions(world->dataset, *actors.env, *actors.agent, plans, specs, {});
    return {};
  };
  EXPECT_EQ(MessageOf(7, play),
            "iteration 7: planner 'broken' diverged: its score of category 1 is nan");
}

TEST(Divergence, LeavesOtherErrorsAsTheyAre) {
  EXPECT_EQ(MessageOf(3, []() -> UpdateStats { throw Error(ErrorKind::kIo, "full disk"); }),
            "full disk");
}

}  // namespace
}  // namespace lerl
