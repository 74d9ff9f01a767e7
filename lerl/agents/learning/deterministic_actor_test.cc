#include "lerl/agents/learning/deterministic_actor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "lerl/agents/ddpg.h"
#include "lerl/agents/td3.h"
#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/update_stats.h"

namespace lerl {
namespace {

// A world with the bandit's users, who leave after 5 steps. The reward of a step is the share of
// likes plus noise of standard deviation `noise`, which a critic that is fitted to few sessions
// takes for value. Items have 8 factors, of which only the first tells who likes them, so that
// there are many directions to be wrong in.
struct NoisyTastes : UserModel {
  static constexpr int kSteps = 5, kSlate = 2, kFactors = 8;
  Bandit base;
  Rng rng;
  double noise = 0;

  explicit NoisyTastes(uint64_t seed) : rng(seed, "noisy tastes") {
    std::vector<float> vectors;
    for (int32_t i = 0; i < base.dataset.num_items(); ++i) {
      vectors.push_back(i % 2 == 0 ? 1.0f : -1.0f);
      for (int k = 1; k < kFactors; ++k) vectors.push_back(static_cast<float>(rng.Normal()));
    }
    base.factors.vectors = std::move(vectors);
    base.factors.width = kFactors;
  }

  void Respond(std::span<const ImaginedSlate> slates, std::span<float> chances,
               std::span<float> rewards) override {
    for (size_t n = 0; n < slates.size(); ++n) {
      rewards[n] = static_cast<float>(noise * rng.Normal());
      for (size_t k = 0; k < kSlate; ++k) {
        const float like = Bandit::Likes(slates[n].user, slates[n].items[k]);
        chances[n * kSlate + k] = like;
        rewards[n] += like / kSlate;
      }
    }
  }

  // `times` sessions of each user.
  SessionLog Play(Agent& agent, int times, uint64_t seed, bool explore) {
    std::vector<int32_t> users;
    for (int n = 0; n < times; ++n)
      users.insert(users.end(), base.split.train_users.begin(), base.split.train_users.end());
    SessionLog log = ImagineSessions(base.dataset, base.split, agent, *this, users, kSlate,
                                     {.steps = kSteps, .repeats = true}, seed, explore);
    std::fill(log.terminated.begin(), log.terminated.end(), uint8_t{1});
    std::fill(log.truncated.begin(), log.truncated.end(), uint8_t{0});
    return log;
  }
};

// The mean over steps of sum_{u >= t} gamma^(u - t) r_u.
double MeanReturn(const SessionLog& log, double gamma) {
  double sum = 0;
  for (int64_t s = 0; s < log.sessions; ++s) {
    double value = 0;
    for (int64_t t = log.max_steps - 1; t >= 0; --t) {
      value = static_cast<double>(log.reward[log.Cell(s, t)]) + gamma * value;
      sum += value;
    }
  }
  return sum / static_cast<double>(log.sessions * log.max_steps);
}

// The critics of an agent that has learned.
class Critics : public DeterministicActor {
 public:
  Critics(const Agent& learned, int count, const AgentContext& context,
          const LearnerConfig& learner, const ReplayConfig& replay)
      : DeterministicActor("critics", context, learner, replay, {.critics = count}) {
    TensorFile file;
    learned.Save(file);
    Load(file);
  }

  // Each critic's mean over steps of Q(s_t, z_t), z what was played.
  std::vector<double> MeanValues(const SessionLog& log) {
    const torch::NoGradGuard no_grad;
    const SessionBatch batch = MakeSessionBatch(tokens(), log);
    const torch::Tensor at = States(batch).narrow(1, 0, batch.steps());
    std::vector<double> means;
    for (size_t k = 0; k < critics(); ++k)
      means.push_back(
          MeanOver(critic(k)->forward(torch::cat({at, batch.actions}, -1)).squeeze(-1), batch.valid)
              .item<double>());
    return means;
  }
};

// Adds to `sums`, critic by critic, by how much Q exceeds the true discounted return in the
// sessions that the deterministic policy plays. The agent learns from the same 160 sessions, played
// while exploring, again and again, so that no new session corrects what it believes of its policy.
// Then users are played without noise in their rewards, so that one session of each gives the
// return exactly.
void AddOverestimation(uint64_t seed, std::vector<double>& sums) {
  constexpr int kTimes = 4;
  NoisyTastes world(seed);
  const AgentContext context = world.base.Context(seed);
  LearnerConfig learner = BanditLearner();
  learner.state.encoder = "average";
  learner.policy.hidden = 32;
  ReplayConfig replay{
      .critic_rate = 3e-3, .actor_rate = 3e-3, .tau = 0.05, .explore_sigma = 2, .minibatch = 16};
  replay.sessions = kTimes * world.base.dataset.num_users();
  replay.passes = 60;
  const int count = static_cast<int>(sums.size());
  const auto agent = count == 2 ? MakeTd3(context, learner, {.replay = replay})
                                : MakeDdpg(context, learner, {replay});
  world.noise = 1;
  agent->Update(world.Play(*agent, kTimes, seed, /*explore=*/true));
  world.noise = 0;
  const SessionLog log = world.Play(*agent, 1, 1000 + seed, /*explore=*/false);
  const double value = MeanReturn(log, replay.gamma);
  Critics critics(*agent, count, context, learner, replay);
  for (size_t k = 0; k < sums.size(); ++k) sums[k] += critics.MeanValues(log)[k] - value;
}

TEST(DeterministicActor, TwinCriticsOverestimateTheReturnLessThanOne) {
  constexpr uint64_t kSeeds = 8;
  std::vector<double> ddpg(1), td3(2);
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    AddOverestimation(seed, ddpg);
    AddOverestimation(seed, td3);
  }
  RecordProperty("ddpg", std::to_string(ddpg[0] / kSeeds));
  RecordProperty("td3", std::to_string(std::max(td3[0], td3[1]) / kSeeds));
  EXPECT_GT(ddpg[0], 0);
  EXPECT_LT(td3[0], ddpg[0]);
  EXPECT_LT(td3[1], ddpg[0]);
}

// Returns the critic's mean value of what was played, in the last of 60 iterations on the bandit.
double ValueAfterLearning(Agent& agent, Bandit& bandit) {
  double q = 0;
  for (uint64_t i = 0; i < 60; ++i) q = StatOf(bandit.LastStats(agent, i), "q");
  return q;
}

// How much larger the value is that is learned with the published bootstrap, as the geometric mean
// over seeds. One seed alone differs by more than a processor does.
template <typename Make>
double GrowthAsPublished(const Make& make) {
  constexpr uint64_t kSeeds = 5;
  double log_growth = 0;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    double value[2];
    for (const bool published : {false, true}) {
      Bandit bandit;
      AgentContext context = bandit.Context();
      context.seed = seed;
      value[published] = ValueAfterLearning(*make(context, published), bandit);
    }
    log_growth += std::log(value[true] / value[false]);
    std::printf("seed %d: %.3f as published, %.3f corrected\n", static_cast<int>(seed), value[true],
                value[false]);
  }
  return std::exp(log_growth / kSeeds);
}

TEST(DeterministicActor, BootstrapsAsPublishedWhenAsked) {
  const ReplayConfig replay{.critic_rate = 3e-3, .actor_rate = 3e-3, .minibatch = 16, .passes = 4};
  // With ddpg's published bootstrap only the last of three steps counts a value after it. No data
  // ever shows that value, so it grows beyond what is left to earn.
  const double ddpg = GrowthAsPublished([&replay](const AgentContext& context, bool published) {
    return MakeDdpg(context, BanditLearner(), {.replay = replay, .published_bootstrap = published});
  });
  // With td3's no step is the last, so values grow beyond what three steps can earn.
  const double td3 = GrowthAsPublished([&replay](const AgentContext& context, bool published) {
    return MakeTd3(context, BanditLearner(), {.replay = replay, .published_bootstrap = published});
  });
  EXPECT_GT(ddpg, 1.1);
  EXPECT_GT(td3, 1.5);
}

TEST(DeterministicActor, StartsFromTheLogsWhenItIsWarm) {
  Bandit bandit;
  LearnerConfig learner = BanditLearner();
  learner.warm_start = {.steps = 150, .batch = 32};
  const auto agent = MakeDdpg(bandit.Context(), learner, {});
  const UpdateStats stats = agent->WarmStart();
  EXPECT_LT(stats[1].second, stats[0].second);
  EXPECT_GT(bandit.PlayAndLearn(*agent, 1000, false), 0.6);
}

}  // namespace
}  // namespace lerl
