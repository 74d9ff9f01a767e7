#include "lerl/agents/learning/deterministic_actor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lerl/agents/ddpg.h"
#include "lerl/agents/td3.h"
#include "lerl/agents/user_models/imagined_sessions.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
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

// The values that seeds 1 to 5 learn, as published or corrected.
template <typename Make>
std::vector<double> ValuesOverSeeds(const Make& make, bool published) {
  std::vector<double> values;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    Bandit bandit;
    AgentContext context = bandit.Context();
    context.seed = seed;
    values.push_back(ValueAfterLearning(*make(context, published), bandit));
  }
  return values;
}

// Mean over seeds of |log(value as published / corrected value)|.
double MeanDistortion(const std::vector<double>& published, const std::vector<double>& corrected) {
  double sum = 0;
  for (size_t s = 0; s < published.size(); ++s)
    sum += std::abs(std::log(published[s] / corrected[s]));
  return sum / static_cast<double>(published.size());
}

// Without the setting both values of a seed are the same to the bit, so any distortion is its work.
// How large one is depends on seed and processor: means of .1 to .2 and of .8 have been seen.
TEST(DeterministicActor, BootstrapsAsPublishedWhenAsked) {
  const ReplayConfig replay{.critic_rate = 3e-3, .actor_rate = 3e-3, .minibatch = 16, .passes = 4};
  const auto ddpg = [&replay](const AgentContext& context, bool published) {
    return MakeDdpg(context, BanditLearner(), {.replay = replay, .published_bootstrap = published});
  };
  const auto td3 = [&replay](const AgentContext& context, bool published) {
    return MakeTd3(context, BanditLearner(), {.replay = replay, .published_bootstrap = published});
  };
  const std::vector<double> one = ValuesOverSeeds(ddpg, false), two = ValuesOverSeeds(td3, false);
  // Corrected values are no more than what the best policy earns in the three steps that are left,
  // or two, or one, but for the critic's error.
  const double g = replay.gamma, best = (1 + (1 + g) + (1 + g + g * g)) / 3;
  for (const std::vector<double>& values : {one, two})
    EXPECT_LT(*std::max_element(values.begin(), values.end()), 1.1 * best);
  // With ddpg's published bootstrap only the last of three steps counts a value after it. No data
  // ever shows that value, so it drifts to either side, as the seed has it.
  EXPECT_GT(MeanDistortion(ValuesOverSeeds(ddpg, true), one), 0.03);
  // With td3's no step is the last, so values grow beyond what three steps can earn.
  const std::vector<double> grown = ValuesOverSeeds(td3, true);
  EXPECT_GT(MeanDistortion(grown, two), 0.2);
  EXPECT_GT(*std::min_element(grown.begin(), grown.end()),
            *std::max_element(two.begin(), two.end()));
}

// Opens what the target does with a virtual item.
class Smoothing : public DeterministicActor {
 public:
  Smoothing(const AgentContext& context, const Variant& variant)
      : DeterministicActor("smoothing", context, BanditLearner(), {}, variant) {}
  using DeterministicActor::Smoothed;
};

TEST(DeterministicActor, SmoothsTargetsByNoiseThatIsCut) {
  const Bandit bandit;
  const auto smoothed = [&](double noise, double clip) {
    return Smoothing(bandit.Context(), {.target_noise = noise, .target_noise_clip = clip})
        .Smoothed(torch::zeros({200, 100}));
  };
  EXPECT_TRUE(smoothed(0, 0.5).equal(torch::zeros({200, 100})));
  EXPECT_TRUE(smoothed(0.2, 0).abs().max().item<float>() == 0);
  const torch::Tensor free = smoothed(0.1, 0.9), cut = smoothed(0.2, 0.1);
  EXPECT_NEAR(free.std().item<double>(), 0.1, 0.003);
  EXPECT_NEAR(free.mean().item<double>(), 0, 0.003);
  // A normal exceeds half of its standard deviation in 62% of the draws.
  EXPECT_EQ(cut.abs().max().item<float>(), 0.1f);
  EXPECT_NEAR((cut.abs() == 0.1f).to(torch::kFloat).mean().item<double>(), 0.617, 0.015);
}

TEST(DeterministicActor, JudgesTargetsInsideTheBox) {
  const Bandit bandit;
  Smoothing agent(bandit.Context(), {.target_noise = 0.2, .target_noise_clip = 0.5});
  EXPECT_EQ(agent.Smoothed(torch::full({200, 100}, 0.95)).max().item<float>(), 1);
  EXPECT_EQ(agent.Smoothed(torch::full({200, 100}, -0.95)).min().item<float>(), -1);
}

// The largest entry of a virtual item, of 50 draws with a sigma of 2 where the agent explores.
float LargestEntry(Agent& agent, const Bandit& bandit, bool explore) {
  const std::vector<uint8_t> plan{1};
  float largest = 0;
  agent.Prepare(1);
  agent.Start(0, 3);
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const Observation seen{.user = 3, .seed = seed, .plan = plan, .dominant = plan};
    std::vector<float> scores(bandit.dataset.item_ids.size()), z(At(agent.action_width()));
    agent.Act({&seen, 1}, explore, scores, z);
    for (const float entry : z) largest = std::max(largest, std::abs(entry));
  }
  return largest;
}

TEST(DeterministicActor, ProposesInsideTheBoxAndExploresAroundIt) {
  Bandit bandit;
  const ReplayConfig replay{.critic_rate = 0.1, .actor_rate = 0.1, .explore_sigma = 2};
  for (const auto& agent : {MakeDdpg(bandit.Context(), BanditLearner(), {replay}),
                            MakeTd3(bandit.Context(), BanditLearner(), {.replay = replay})}) {
    for (uint64_t i = 0; i < 5; ++i) bandit.PlayAndLearn(*agent, i, true);
    EXPECT_LE(LargestEntry(*agent, bandit, /*explore=*/false), 1);
    EXPECT_GT(LargestEntry(*agent, bandit, /*explore=*/true), 2);
  }
}

TEST(DeterministicActor, ExploresLessAndLessWhereItsScheduleSaysSo) {
  const Bandit bandit;
  const ReplayConfig replay{.explore_sigma = 2, .exploration = {.schedule = "linear", .end = 0.2}};
  const auto agent = MakeTd3(bandit.Context(), BanditLearner(), {.replay = replay});
  const auto noise = [&](double progress) {
    const std::vector<uint8_t> plan{1};
    const Observation seen{.user = 3, .seed = 5, .plan = plan, .dominant = plan};
    std::vector<float> scores(40), calm(2), explored(2);
    agent->Prepare(1);
    agent->Start(0, 3);
    agent->SetProgress(progress);
    agent->Act({&seen, 1}, false, scores, calm);
    agent->Act({&seen, 1}, true, scores, explored);
    return explored[0] - calm[0];
  };
  EXPECT_NE(noise(0), 0);
  EXPECT_NEAR(noise(0.5), 0.6f * noise(0), 1e-5);
  EXPECT_NEAR(noise(1), 0.2f * noise(0), 1e-5);
}

TEST(DeterministicActor, LearnsTheSameValuesFromTheRewardsOfMoreSteps) {
  ReplayConfig replay{.critic_rate = 3e-3, .actor_rate = 3e-3, .minibatch = 16, .passes = 4};
  for (const int64_t n_step : {1, 2, 5}) {
    // Sessions of 3 steps: with a policy that is right, 1, 1 + gamma, 1 + gamma + gamma^2.
    replay.n_step = n_step;
    replay.gamma = 0.5;
    Bandit bandit;
    const auto agent = MakeDdpg(bandit.Context(), BanditLearner(), {.replay = replay});
    EXPECT_NEAR(ValueAfterLearning(*agent, bandit), (1 + 1.5 + 1.75) / 3, 0.1) << n_step;
  }
  EXPECT_THROW(MakeDdpg(Bandit().Context(), BanditLearner(),
                        {.replay = replay, .published_bootstrap = true}),
               Error);
}

// The arrays of one network of an agent's checkpoint.
Arrays NetworkOf(const Agent& agent, const std::string& network) {
  TensorFile file;
  agent.Save(file);
  std::erase_if(file.arrays, [&](const auto& entry) {
    return !entry.first.starts_with("agent." + network + ".");
  });
  return file.arrays;
}

bool SameArrays(const Arrays& a, const Arrays& b) {
  return !a.empty() && std::ranges::equal(a, b, [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.bytes == y.second.bytes;
  });
}

// One critic step an iteration.
Td3Config OneStepAnIteration() {
  Td3Config config;
  config.replay.minibatch = 64;
  config.replay.passes = 1;
  return config;
}

TEST(DeterministicActor, MovesActorAndTargetsOnlyAtEveryNthCriticStep) {
  Bandit bandit;
  Td3Config config = OneStepAnIteration();
  config.actor_every = 3;
  const auto agent = MakeTd3(bandit.Context(), BanditLearner(), config);
  for (uint64_t step = 1; step <= 7; ++step) {
    const Arrays actor = NetworkOf(*agent, "actor"), critic = NetworkOf(*agent, "critic1"),
                 target_actor = NetworkOf(*agent, "target_actor"),
                 target_critic = NetworkOf(*agent, "target_critic0");
    const UpdateStats stats = bandit.LastStats(*agent, step);
    const bool moves = step % 3 == 0;
    EXPECT_EQ(stats.size(), moves ? 3u : 2u);  // critic_loss, q, actor_loss
    EXPECT_FALSE(SameArrays(critic, NetworkOf(*agent, "critic1")));
    EXPECT_EQ(SameArrays(actor, NetworkOf(*agent, "actor")), !moves) << step;
    EXPECT_EQ(SameArrays(target_actor, NetworkOf(*agent, "target_actor")), !moves) << step;
    EXPECT_EQ(SameArrays(target_critic, NetworkOf(*agent, "target_critic0")), !moves) << step;
  }
}

TEST(DeterministicActor, LearnsFromTargetsWithTheirNoise) {
  const auto critic = [](double noise, double clip) {
    Bandit bandit;
    Td3Config config = OneStepAnIteration();
    config.target_noise = noise, config.target_noise_clip = clip;
    const auto agent = MakeTd3(bandit.Context(), BanditLearner(), config);
    bandit.LastStats(*agent, 1);
    return NetworkOf(*agent, "critic0");
  };
  EXPECT_TRUE(SameArrays(critic(0, 0.5), critic(0.5, 0)));
  EXPECT_FALSE(SameArrays(critic(0, 0.5), critic(0.5, 0.5)));
  EXPECT_FALSE(SameArrays(critic(0.5, 0.1), critic(0.5, 0.5)));
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
