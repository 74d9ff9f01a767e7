#include "lerl/sim/matrix/matrix_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/check.h"
#include "lerl/base/index.h"
#include "lerl/data/sources/coat_like.h"
#include "lerl/sim/env_config.h"
#include "lerl/sim/matrix/plain_matrix.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/given_responses.h"

namespace lerl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Two users, four items of categories 0, 0, 1 and none. Distances between columns: 0-1 is 1, 0-2 is
// 5, 0-3 is 4, 1-2 is sqrt(20), 1-3 is sqrt(17), 2-3 is 3.
class MatrixEnvTest : public testing::Test {
 protected:
  static Dataset TwoUsers() {
    Dataset data = HandMadeDataset({{0}, {0}, {1}, {}}, 2, {1}, /*behaviours=*/2);
    data.user_ids = {"u0", "u1"};
    data.user_offsets = std::vector<int64_t>{0, 1, 1};
    return data;
  }
  MatrixEnvTest() {
    config_.task = "matrix";
    config_.slate_size = 1;
    config_.rules = {"distance_window", "max_steps"};
    config_.window = 2;
    config_.window_distance = 3.5;
    config_.max_steps = 6;
    config_.exclude_history = false;
    config_.matrix.like_at_least = 4;
  }
  // The rewards of a session that shows these items in turn, to its end; then how it ended.
  std::vector<float> Play(const EnvConfig& config, const std::vector<std::vector<int32_t>>& slates,
                          std::string* end = nullptr) {
    MatrixEnv env(data_, split_, truth_, config, 2);
    env.Start(1, 0, 5);
    std::vector<float> rewards;
    for (const std::vector<int32_t>& slate : slates) {
      std::vector<int32_t> both(slate.size());
      both.insert(both.end(), slate.begin(), slate.end());
      env.Step(both, result_);
      rewards.push_back(result_.rewards[1]);
      EXPECT_EQ(result_.rewards[1], result_.expected[1]);
      if (!env.Observe(1).active) break;
    }
    if (end != nullptr)
      *end = result_.terminated[1] != 0 ? "left" : result_.truncated[1] != 0 ? "cut" : "runs";
    return rewards;
  }

  const Dataset data_ = TwoUsers();
  const Split split_ = AllIsTraining(data_);
  MatrixTruth truth_{{.source = "hand-made",
                      .rows = 2,
                      .columns = 4,
                      .values = {1, 2, 4, 1, 1, 1, 5, 5},
                      .user_ids = {},
                      .item_ids = {}},
                     data_};
  EnvConfig config_;
  StepResult result_;
  std::string end_;
};

TEST_F(MatrixEnvTest, ReadsRewardsFromTheMatrixAndLikesFromItsThreshold) {
  EXPECT_THAT(Play(config_, {{0}, {2}}, &end_), ElementsAre(1, 4));
  EXPECT_EQ(end_, "runs");
  EXPECT_EQ(result_.responses[1], 1u);
  EXPECT_THAT(result_.probabilities, ElementsAre(0, 0, 1, 0));  // of slot 1: the first behaviour
  config_.slate_size = 2;
  config_.window_distance = 0;
  EXPECT_THAT(Play(config_, {{0, 1}, {2, 3}}), ElementsAre(1.5, 2.5));
  EXPECT_THAT(result_.responses, ElementsAre(0, 0, 1, 0));
}

TEST_F(MatrixEnvTest, ScalesRewardsByTheMatrixRange) {
  EXPECT_EQ(MatrixEnv(data_, split_, truth_, config_, 1).highest_reward(), 5);
  config_.matrix.scale_reward = true;
  EXPECT_THAT(Play(config_, {{0}, {2}}), ElementsAre(0, 0.75));
  EXPECT_EQ(MatrixEnv(data_, split_, truth_, config_, 1).lowest_reward(), 0);
  EXPECT_EQ(MatrixEnv(data_, split_, truth_, config_, 1).highest_reward(), 1);
}

TEST_F(MatrixEnvTest, SessionsAreCutAtTheLimitAndThatIsNoLeave) {
  EXPECT_EQ(Play(config_, {{0}, {2}, {0}, {2}, {0}}, &end_).size(), 3u);  // 0 again within 2
  EXPECT_EQ(end_, "left");
  config_.window = 1;
  EXPECT_EQ(Play(config_, {{0}, {2}, {0}, {2}, {0}, {2}, {0}}, &end_).size(), 6u);
  EXPECT_EQ(end_, "cut");
  config_.max_steps = 2;  // leaving and the limit at one step: the user left
  EXPECT_EQ(Play(config_, {{0}, {0}}, &end_).size(), 2u);
  EXPECT_EQ(end_, "left");
}

TEST_F(MatrixEnvTest, UsersLeaveAtACategoryThatFillsTheWindow) {
  config_.rules = {"category_window", "max_steps"};
  config_.window_limit = 0;
  EXPECT_EQ(Play(config_, {{3}, {3}, {0}, {2}, {1}}, &end_).size(), 5u);  // none counts nowhere
  EXPECT_EQ(end_, "left");
  config_.window_limit = 1;
  EXPECT_EQ(Play(config_, {{0}, {1}, {0}}, &end_).size(), 3u);
  EXPECT_EQ(end_, "left");
}

TEST_F(MatrixEnvTest, ModesDecideRepeatsRulesAndSteps) {
  config_.matrix.mode = "NX_0";
  EXPECT_THROW(Play(config_, {{0}, {2}, {0}}), CheckFailure);
  EXPECT_EQ(Play(config_, {{0}, {1}}, &end_).size(), 2u);
  EXPECT_EQ(end_, "left");
  config_.window_distance = 0;
  EXPECT_EQ(Play(config_, {{0}, {1}, {2}, {3}}, &end_).size(), 4u);  // nothing is left to show
  EXPECT_EQ(end_, "cut");
  const EnvConfig ten = MatrixSettings([&] {
    EnvConfig config = config_;
    config.matrix.mode = "NX_10";
    return config;
  }());
  EXPECT_FALSE(ten.allow_repeats);
  EXPECT_THAT(ten.rules, ElementsAre("max_steps"));
  EXPECT_EQ(ten.max_steps, 10);
  config_.matrix.mode = "FB";
  EXPECT_TRUE(MatrixSettings(config_).allow_repeats);
}

// Independent of the data: sessions of random slates against the plain reference.
void CompareWithReference(EnvConfig config, const CoatLike& coat, const Dataset& data) {
  const Split split = AllIsTraining(data);
  const MatrixTruth truth(coat.matrix, data);
  constexpr int kSlots = 3;
  MatrixEnv env(data, split, truth, config, kSlots);
  config = env.config();
  Rng rng(3, "slates");
  StepResult result;
  const auto k = At(config.slate_size);
  std::vector<int32_t> slates(kSlots * k);
  int ended = 0;
  std::vector<std::vector<std::vector<int32_t>>> shown(kSlots);
  std::vector<std::vector<float>> rewards(kSlots);
  for (int slot = 0; slot < kSlots; ++slot) env.Start(slot, slot, 1);
  while (ended < 60) {
    for (int slot = 0; slot < kSlots; ++slot) {
      const auto slate = std::span(slates).subspan(At(slot) * k, k);
      for (size_t j = 0; j < k;) {
        slate[j] = static_cast<int32_t>(rng.Below(300));
        bool good = env.Observe(slot).excluded[At(slate[j])] == 0;
        for (size_t i = 0; i < j; ++i) good &= slate[i] != slate[j];
        j += good;
      }
      shown[At(slot)].emplace_back(slate.begin(), slate.end());
    }
    env.Step(slates, result);
    for (int slot = 0; slot < kSlots; ++slot) {
      const auto s = At(slot);
      rewards[s].push_back(result.rewards[s]);
      if (env.Observe(slot).active) continue;
      const ReferenceSession expected =
          PlayReference(coat.matrix, data, config, env.Observe(slot).user, shown[s]);
      ASSERT_EQ(expected.rewards.size(), rewards[s].size());
      for (size_t t = 0; t < rewards[s].size(); ++t)
        ASSERT_FLOAT_EQ(static_cast<float>(expected.rewards[t]), rewards[s][t]);
      ASSERT_EQ(expected.terminated, result.terminated[s] != 0);
      ASSERT_EQ(expected.truncated, result.truncated[s] != 0);
      shown[s].clear();
      rewards[s].clear();
      ++ended;
      env.Start(slot, static_cast<int32_t>(ended * 4 % 290), static_cast<uint64_t>(ended));
    }
  }
}

TEST(MatrixEnv, AgreesWithThePlainReferenceUnderEveryRuleModeAndSlateSize) {
  const CoatLike coat = MakeCoatLike();
  const Dataset data = LoadCoatLike("coat-like", {}, {});
  for (const std::string mode : {"FB", "NX_0", "NX_10"}) {
    for (const std::string rule : {"distance_window", "category_window"}) {
      for (const bool compat : {false, true}) {
        for (const int64_t slate : {1, 2}) {
          SCOPED_TRACE(mode + " " + rule + (compat ? " compat " : " ") + std::to_string(slate));
          EnvConfig config;
          config.slate_size = slate;
          config.rules = {rule, "max_steps"};
          config.window = 7;
          config.window_limit = 2;
          config.max_steps = 30;
          config.compat_window = compat;
          config.exclude_history = false;
          config.matrix.mode = mode;
          CompareWithReference(config, coat, data);
        }
      }
    }
  }
}

TEST(MatrixEnv, CompatWindowLooksBackAsThePublishedSliceDoes) {
  const std::vector<int32_t> seven = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const std::vector<size_t> looked_at = {0, 1, 2, 3, 3, 2, 1, 7, 7, 7};
  for (int64_t t = 1; t < 10; ++t) {
    const std::vector<int32_t> shown(seven.begin(), seven.begin() + t);
    EXPECT_EQ(Slice(shown, t - 7, t).size(), looked_at[At(t)]) << t;
  }
}

TEST_F(MatrixEnvTest, GivesTheOracleTheRowOfTheUser) {
  MatrixEnv env(data_, split_, truth_, config_, 1);
  env.Start(0, 1, 5);
  std::vector<float> rewards(4);
  env.OracleRewards(0, rewards);
  EXPECT_THAT(rewards, ElementsAre(1, 1, 5, 5));
  EXPECT_EQ(env.longest_session(), 6);
  EXPECT_EQ(env.Observe(0).budget_left, 1);
  env.Step(std::vector<int32_t>{0}, result_);
  EXPECT_FLOAT_EQ(env.Observe(0).budget_left, 5.0f / 6);
}

TEST_F(MatrixEnvTest, NeverShowsAnItemWithoutAColumnNorPlaysAUserWithoutARow) {
  const MatrixTruth part({.source = "part",
                          .rows = 1,
                          .columns = 3,
                          .values = {1, 5, 2},
                          .user_ids = {"u1"},
                          .item_ids = {"i0", "i2", "i3"}},
                         data_);
  MatrixEnv env(data_, split_, part, config_, 1);
  env.Start(0, 1, 5);
  EXPECT_EQ(env.Observe(0).items_left, 3);
  EXPECT_THAT(env.Observe(0).excluded, ElementsAre(0, 1, 0, 0));
  std::vector<float> rewards(4);
  env.OracleRewards(0, rewards);
  EXPECT_THAT(rewards, ElementsAre(1, 0, 5, 2));
  EXPECT_THROW(env.Step(std::vector<int32_t>{1}, result_), CheckFailure);
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { env.Start(0, 0, 5); }),
              HasSubstr("part: it has no row for user u0 of hand-made"));
}

TEST_F(MatrixEnvTest, ImpossibleSettingsAreErrorsInOneLine) {
  const auto fault = [&](const std::function<void(EnvConfig&)>& change) {
    EnvConfig config = config_;
    change(config);
    return ErrorOf(ErrorKind::kConfig, [&] { MatrixEnv(data_, split_, truth_, config, 1); });
  };
  EXPECT_THAT(fault([](EnvConfig& c) { c.rules = {"distance_window"}; }), HasSubstr("max_steps"));
  EXPECT_THAT(fault([](EnvConfig& c) { c.matrix.like_at_least = 6; }),
              HasSubstr("env.matrix.like_at_least: no cell of hand-made is a like"));
  EXPECT_THAT(fault([](EnvConfig& c) { c.matrix.like_at_least = 0; }), HasSubstr("every cell"));
  EXPECT_THAT(fault([](EnvConfig& c) { c.slate_size = 5; }), HasSubstr("env.slate_size: 5"));
  EnvConfig read;
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig,
                      [&] { ConfigSource::FromText("", "run.toml", {"window=0"}).Read(read); }),
              HasSubstr("window = 0 is out of range"));
  config_.window = 0;
  EXPECT_THROW(MatrixEnv(data_, split_, truth_, config_, 1), CheckFailure);
}

}  // namespace
}  // namespace lerl
