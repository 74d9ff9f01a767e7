#include "lerl/train/rank_play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/testing/small_world.h"
#include "lerl/testing/thread_ranks.h"
#include "lerl/train/run_folder.h"
#include "lerl/train/trainer.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

RunConfig WithSettings(const std::vector<std::string>& sets) {
  RunConfig config = TinyRun();
  SetFields(config, sets);
  return config;
}

void NoProgress(int64_t, const std::string&) {}

// Trains seed 1 by so many ranks, or by one process.
TrainResult TrainBy(int ranks, const World& world, const RunConfig& config, const fs::path& out,
                    Resume resume = Resume::kNever, const ShouldStop& should_stop = StopRequested) {
  if (ranks == 1) return Train(world, config, 1, out, resume, NoProgress, should_stop);
  TrainResult first;
  ThreadRanks::Run(ranks, [&](Ranks& own) {
    const TrainResult result = Train(world, config, 1, out, resume, NoProgress, should_stop, own);
    if (own.first()) first = result;
  });
  return first;
}

// The largest difference between the agents of two runs, array by array, over the array's largest
// entry.
double Difference(const fs::path& a, const fs::path& b) {
  const TensorFile one = ReadTensorFile(a / "checkpoint.safetensors", "checkpoint");
  const TensorFile two = ReadTensorFile(b / "checkpoint.safetensors", "checkpoint");
  double most = 0;
  EXPECT_EQ(one.arrays.size(), two.arrays.size());
  for (const auto& [name, array] : one.arrays) {
    if (array.type != Array::Type::kF32 || !name.starts_with("agent.")) continue;
    const std::vector<float> x = array.Values<float>(), y = two.at(name).Values<float>();
    double largest = 1e-30, apart = 0;
    for (size_t i = 0; i < x.size(); ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(x[i])));
      apart = std::max(apart, std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])));
    }
    most = std::max(most, apart / largest);
  }
  return most;
}

// What must be equal in two lines of metrics.jsonl: all but what is a float.
void ExpectSameMetrics(const fs::path& a, const fs::path& b) {
  const auto one = ReadMetrics(a), two = ReadMetrics(b);
  ASSERT_EQ(one.size(), two.size());
  for (size_t n = 0; n < one.size(); ++n) {
    for (const auto& [key, value] : one[n].items()) {
      if (value.is_number_float()) {
        EXPECT_NEAR(value.get<double>(), two[n].at(key).get<double>(),
                    1e-4 * (1 + std::abs(value.get<double>())))
            << key;
      } else {
        EXPECT_EQ(value, two[n].at(key)) << key;
      }
    }
    EXPECT_EQ(one[n].size(), two[n].size());
  }
}

class RankPlay : public ::testing::Test {
 protected:
  // Trains by 1, 2 and 4 ranks and holds the results against each other.
  void ExpectSameByRanks(const RunConfig& config) {
    const std::unique_ptr<World> world = TinyWorld(config);
    const TestFolder folder;
    const fs::path alone = folder.path() / "1";
    const TrainResult expected = TrainBy(1, *world, config, alone);
    for (const int ranks : {2, 4}) {
      const fs::path out = folder.path() / std::to_string(ranks);
      const TrainResult result = TrainBy(ranks, *world, config, out);
      EXPECT_TRUE(result.finished);
      EXPECT_EQ(result.user_steps, expected.user_steps);
      EXPECT_LT(Difference(alone, out), 1e-5) << ranks << " ranks";
      ExpectSameMetrics(alone, out);
      EXPECT_EQ(ReadRunFile(out)->at("cost").at("ranks"), ranks);
      EXPECT_EQ(ReadRunFile(out)->at("training_plans"), ReadRunFile(alone)->at("training_plans"));
    }
  }
};

TEST_F(RankPlay, TrainsPpoAsOneProcessDoes) { ExpectSameByRanks(TinyRun()); }

TEST_F(RankPlay, TrainsPpoThatDrawsItemsAsOneProcessDoes) {
  ExpectSameByRanks(WithSettings({"agent.policy.kind=items", "planner.name=none"}));
}

TEST_F(RankPlay, TrainsWithEverythingThatIsOfAWholeBatchAsOneProcessDoes) {
  ExpectSameByRanks(WithSettings({"agent.ppo.normalise_returns=0.3", "agent.ppo.target_kl=0.001",
                                  "agent.ppo.epochs=4", "agent.ppo.entropy_weight=0.01",
                                  "agent.ppo.value_clip=0.2", "agent.policy.state_sigma=true",
                                  "agent.ppo.learning_rate_schedule=linear"}));
}

// 8 sessions in minibatches of 3: the last has 2, so that of 4 ranks two have none of it.
TEST_F(RankPlay, TrainsWithMinibatchesThatAreSmallerThanTheRanksAsOneProcessDoes) {
  ExpectSameByRanks(WithSettings({"agent.ppo.minibatch=3"}));
}

TEST_F(RankPlay, TrainsA2cAsOneProcessDoes) {
  ExpectSameByRanks(WithSettings({"agent.name=a2c", "agent.a2c.minibatch=4"}));
}

TEST_F(RankPlay, TrainsReinforceAsOneProcessDoes) {
  for (const std::string baseline : {"value", "mean", "none"})
    ExpectSameByRanks(WithSettings({"agent.name=reinforce", "agent.reinforce.minibatch=4",
                                    "agent.reinforce.baseline=" + baseline}));
}

TEST_F(RankPlay, LetsAPlannerLearnFromTheSessionsOfAllRanks) {
  ExpectSameByRanks(WithSettings({"planner.name=learned"}));
}

TEST_F(RankPlay, KeepsTheBestCheckpointAsOneProcessDoes) {
  ExpectSameByRanks(WithSettings({"train.keep=best"}));
}

TEST_F(RankPlay, GivesAllRanksTheLogOfAllSessionsAndTheCountsOfAllPlans) {
  const RunConfig config = TinyRun();
  const std::unique_ptr<World> world = TinyWorld(config);
  Rng rng(1, "sessions");
  const std::vector<SessionSpec> sessions = DrawSessions(world->split.train_users, 7, rng);
  const Actors alone = MakeActors(*world, config, 1);
  const PlayOptions options{.mode = PlanMode::kTraining};
  const SessionLog expected = PlayOverRanks(Alone(), world->dataset, alone, sessions, options);
  ThreadRanks::Run(3, [&](Ranks& ranks) {
    RunConfig of_rank = ConfigOfRank(config, ranks);
    EXPECT_EQ(of_rank.train.slots, 1);
    const Actors actors = MakeActors(*world, of_rank, 1, {.ranks = &ranks});
    for (int times = 1; times <= 2; ++times) {
      const SessionLog log = PlayOverRanks(ranks, world->dataset, actors, sessions, options);
      EXPECT_TRUE(SameSessions(log, expected));
      EXPECT_EQ(actors.plans->counts().plans, times * alone.plans->counts().plans);
      EXPECT_EQ(actors.plans->counts().rankings.at("first"), times * 7);
    }
    // Fewer sessions than ranks.
    const SessionLog two =
        PlayOverRanks(ranks, world->dataset, actors, std::span(sessions).first(2), options);
    EXPECT_EQ(two.sessions, 2);
    EXPECT_EQ(two.length[1], expected.length[1]);
  });
}

TEST_F(RankPlay, GoesOnAfterAStopWithAsManyRanksOrWithOthers) {
  RunConfig config = TinyRun();
  config.train.iterations = 6;
  const std::unique_ptr<World> world = TinyWorld(config);
  const TestFolder folder;
  const fs::path whole = folder.path() / "whole";
  TrainBy(1, *world, config, whole);
  for (const int ranks : {2, 4, 1}) {
    const fs::path out = folder.path() / std::to_string(ranks);
    // One rank alone is asked to stop; all do.
    std::atomic<int> asked = 0;
    const TrainResult stopped =
        TrainBy(2, *world, config, out, Resume::kNever, [&] { return ++asked > 9; });
    EXPECT_FALSE(stopped.finished);
    EXPECT_GT(stopped.iterations, 0);
    const TrainResult result = TrainBy(ranks, *world, config, out, Resume::kContinue);
    EXPECT_TRUE(result.finished);
    EXPECT_LT(Difference(whole, out), 1e-5);
    ExpectSameMetrics(whole, out);
  }
}

TEST_F(RankPlay, FindsARunThatWasFinishedBefore) {
  const RunConfig config = TinyRun();
  const std::unique_ptr<World> world = TinyWorld(config);
  const TestFolder folder;
  TrainBy(2, *world, config, folder.path() / "run");
  const TrainResult again = TrainBy(2, *world, config, folder.path() / "run");
  EXPECT_TRUE(again.finished);
  EXPECT_EQ(again.iterations, 3);
}

std::string RefusedOverRanks(const std::vector<std::string>& sets, int ranks) {
  try {
    RequireOverRanks(WithSettings(sets), ranks);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    return error.what();
  }
  return "";
}

TEST(RequireOverRanks, RefusesWhatRanksCannotShare) {
  EXPECT_EQ(RefusedOverRanks({}, 2), "");
  EXPECT_EQ(RefusedOverRanks({"agent.name=dqn"}, 1), "");
  EXPECT_THAT(RefusedOverRanks({"agent.name=dqn"}, 2),
              HasSubstr("agent.name: 'dqn' does not learn over ranks; train it in one process. "
                        "These do: reinforce, a2c, ppo"));
  EXPECT_EQ(RefusedOverRanks({"agent.name=popularity", "planner.name=learned"}, 2), "");
  for (const std::string planner : {"llm", "llm_grounded", "student"})
    EXPECT_THAT(RefusedOverRanks({"planner.name=" + planner}, 2),
                HasSubstr("planner.name: '" + planner + "' keeps answers of its own"));
  EXPECT_EQ(RefusedOverRanks({"planner.name=llm_table"}, 2), "");
  EXPECT_THAT(RefusedOverRanks({}, 3),
              HasSubstr("train.sessions: 8 can't be dealt out evenly to 3 ranks"));
  EXPECT_THAT(RefusedOverRanks({}, 8), HasSubstr("train.slots: 4"));
}

TEST(RequireSameRun, NamesTheSettingInWhichARankDiffers) {
  const auto refused = [](const std::function<void(Ranks&)>& check) {
    try {
      ThreadRanks::Run(2, check);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused([](Ranks& ranks) {
              RunConfig config = TinyRun();
              config.train.threads = 1 + ranks.rank();
              RequireSameRun(ranks, config, "");
            }),
            "");
  EXPECT_THAT(refused([](Ranks& ranks) {
                RunConfig config = TinyRun();
                if (!ranks.first()) config.agent.ppo.clip = 0.3;
                RequireSameRun(ranks, config, "");
              }),
              HasSubstr("agent.ppo.clip of rank 1 is not that of rank 0"));
  EXPECT_THAT(refused([](Ranks& ranks) {
                RequireSameRun(ranks, TinyRun(), ranks.first() ? "--resume" : "no --resume");
              }),
              HasSubstr("the command line differs between ranks: rank 1 has no --resume"));
}

TEST(RequireSameWorld, RefusesARankWithOtherData) {
  const std::unique_ptr<World> one = TinyWorld(TinyRun()), other = TinyWorld(TinyRun(), 2);
  EXPECT_NO_THROW(ThreadRanks::Run(2, [&](Ranks& ranks) { RequireSameWorld(ranks, *one); }));
  EXPECT_THROW(
      ThreadRanks::Run(
          2, [&](Ranks& ranks) { RequireSameWorld(ranks, ranks.first() ? *one : *other); }),
      Error);
}

TEST(RequireSameAgent, RefusesAgentsThatHaveComeApart) {
  const RunConfig config = TinyRun();
  const std::unique_ptr<World> world = TinyWorld(config);
  EXPECT_THROW(ThreadRanks::Run(2,
                                [&](Ranks& ranks) {
                                  const auto seed = static_cast<uint64_t>(1 + ranks.rank());
                                  RequireSameAgent(ranks, *MakeActors(*world, config, seed).agent);
                                }),
               Error);
}

}  // namespace
}  // namespace lerl
