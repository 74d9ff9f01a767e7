#include "lerl/sim/evolving/cravings.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/math.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/sim/evolving/evolving_env.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

struct CravingWorld {
  Dataset data = MakeSyntheticDataset({});
  Split split = MakeSplit(data, {});
  EvolvingUsers users{data, split, {.factors = 4, .epochs = 2}};
  EnvConfig config;
  CravingWorld() {
    config.task = "evolving";
    config.slate_size = 4;
    config.evolving.craving = {.up = 3, .down = 2};
  }
  Cravings Make() const { return {data, split, config}; }
  std::unique_ptr<EvolvingEnv> Env(int slots = 1) const {
    return std::make_unique<EvolvingEnv>(data, split, users, config, slots, 1);
  }
};

TEST(Cravings, AddUpToOneOrTwoCategoriesAndTakeDownOffAnother) {
  CravingWorld world;
  const Cravings cravings = world.Make();
  int twos = 0;
  std::set<int32_t> seen;
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    const Craving craving = cravings.Draw(seed, 0);
    twos += craving.about.up.size() == 2;
    double sum = 0;
    for (const double v : craving.added) sum += v;
    EXPECT_EQ(sum, 3.0 * static_cast<double>(craving.about.up.size()) - 2);
    for (const int32_t c : craving.about.up) {
      EXPECT_EQ(craving.added[At(c)], 3);
      seen.insert(c);
    }
    EXPECT_EQ(craving.added[At(craving.about.down)], -2);
  }
  EXPECT_NEAR(twos, 300, 4 * std::sqrt(1000 * 0.3 * 0.7));
  EXPECT_EQ(std::ssize(seen), world.data.num_categories());
}

TEST(Cravings, AreAFunctionOfSeedAndVisit) {
  CravingWorld world;
  const Cravings cravings = world.Make(), again = world.Make();
  EXPECT_EQ(cravings.Draw(7, 0).added, again.Draw(7, 0).added);
  std::set<std::vector<double>> seen;
  for (int64_t visit = 0; visit < 6; ++visit) seen.insert(cravings.Draw(7, visit).added);
  EXPECT_GT(seen.size(), 3U);
}

TEST(Cravings, AreToldWithProbabilityQ) {
  CravingWorld world;
  world.config.evolving.craving.told = 0.25;
  const Cravings cravings = world.Make();
  int told = 0;
  for (uint64_t seed = 0; seed < 1000; ++seed)
    told += !cravings.Say(cravings.Draw(seed, 0), 0, seed, 0).text.empty();
  EXPECT_NEAR(told, 250, 4 * std::sqrt(1000 * 0.25 * 0.75));
}

TEST(Cravings, AreNamedWholeOrInPart) {
  CravingWorld world;
  world.config.evolving.craving.told = 0.8;
  const Cravings cravings = world.Make();
  int told = 0, whole = 0, asks = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const Craving craving = cravings.Draw(seed, 0);
    const auto [text, named] = cravings.Say(craving, 0, seed, 0);
    const bool up = !named.up.empty(), down = named.down >= 0;
    EXPECT_EQ(up || down, !text.empty());
    if (up) {
      EXPECT_EQ(named.up, craving.about.up);
    }
    if (down) {
      EXPECT_EQ(named.down, craving.about.down);
    }
    told += up || down, whole += up && down, asks += up && !down;
  }
  EXPECT_NEAR(told, 1600, 4 * std::sqrt(2000 * 0.8 * 0.2));
  EXPECT_NEAR(whole, 1600 * 0.7, 100);
  EXPECT_NEAR(asks, 1600 * 0.2, 70);
}

TEST(Cravings, AreSaidAnewByThoseWhoNearlyLeft) {
  CravingWorld world;
  world.config.evolving.craving.again = 1;
  const Cravings cravings = world.Make();
  const Craving craving = cravings.Draw(1, 0);
  EXPECT_EQ(cravings.SayAgain(craving, 0, 1, 0, 3, 0.24).text, "");
  EXPECT_NE(cravings.SayAgain(craving, 0, 1, 0, 3, 0.25).text, "");
  EXPECT_NE(cravings.SayAgain(craving, 0, 1, 0, 3, 0.5).text,
            cravings.SayAgain(craving, 0, 1, 0, 4, 0.5).text);
  world.config.evolving.craving.again = 0;
  EXPECT_EQ(world.Make().SayAgain(craving, 0, 1, 0, 3, 0.9).text, "");
}

TEST(Cravings, AreSaidByTestUsersInHeldOutPhrasingsAlone) {
  CravingWorld world;
  world.config.evolving.craving.titles = 0;
  world.config.evolving.craving.down = 0;
  world.config.evolving.craving.two = 0;
  const Cravings cravings = world.Make();
  const auto frames = [](PhrasingPart part) {
    const Phrasings bank = PartOf(BuiltInPhrasings(), part);
    return bank;
  };
  const auto said_by = [&](int32_t user, uint64_t seed, PhrasingPart part) {
    const Craving craving = cravings.Draw(seed, 0);
    const std::string text = cravings.Say(craving, user, seed, 0).text;
    const std::string& name = world.data.categories[At(craving.about.up.front())];
    for (const std::string& phrase : PhrasingsOf(frames(part), name).up)
      if (text.find(phrase.substr(1)) != std::string::npos) return true;
    return false;
  };
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_TRUE(said_by(world.split.train_users[0], seed, PhrasingPart::kLearning));
    EXPECT_TRUE(said_by(world.split.valid_users[0], seed, PhrasingPart::kLearning));
    EXPECT_TRUE(said_by(world.split.test_users[0], seed, PhrasingPart::kHeldOut));
  }
}

TEST(Cravings, NeedCategoriesWithItems) {
  CravingWorld world;
  world.config.slate_size = 100;
  try {
    world.Make();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), HasSubstr("smaller env.slate_size"));
  }
  world.config.evolving.craving = {};
  EXPECT_FALSE(world.Make().on());
}

TEST(Cravings, AddToTheLogitsOfTheItemsAndAreTold) {
  CravingWorld with, without;
  without.config.evolving.craving = {};
  const auto env = with.Env(), plain = without.Env();
  const int32_t user = with.split.train_users[0];
  env->Start(0, user, 5);
  plain->Start(0, user, 5);
  EXPECT_EQ(plain->Observe(0).wish, "");
  EXPECT_NE(env->Observe(0).wish, "");
  std::vector<float> added(At(with.data.num_categories()));
  env->OracleCraving(0, added);
  std::vector<float> rewards(At(with.data.num_items())), before(rewards.size());
  env->OracleRewards(0, rewards);
  plain->OracleRewards(0, before);
  for (int64_t item = 0; item < with.data.num_items(); ++item) {
    const auto of_item = with.data.CategoriesOf(item);
    double more = 0;
    for (const int32_t c : of_item) more += static_cast<double>(added[At(c)]);
    if (!of_item.empty()) more /= static_cast<double>(of_item.size());
    const auto logit = [](float p) { return LogOdds(static_cast<double>(p)); };
    EXPECT_NEAR(logit(rewards[At(item)]) - logit(before[At(item)]), more, 1e-3);
  }
  plain->OracleCraving(0, added);
  EXPECT_EQ(added, std::vector<float>(added.size(), 0));
}

TEST(Cravings, AreDrawnAnewForEachVisitWhateverWasShown) {
  CravingWorld world;
  world.config.evolving.visits = 3;
  world.config.evolving.max_steps = 2;
  const auto env = world.Env(2);
  const int32_t user = world.split.train_users[1];
  env->Start(0, user, 9);
  env->Start(1, user, 9);
  std::set<std::string> wishes;
  StepResult result;
  // The two see other slates and never say other things.
  for (int step = 0; step < 6 && env->Observe(0).active && env->Observe(1).active; ++step) {
    EXPECT_EQ(env->Observe(0).step, env->Observe(1).step);
    wishes.insert(std::string(env->Observe(0).wish));
    std::vector<int32_t> slates;
    for (const int slot : {0, 1}) {
      const auto excluded = env->Observe(slot).excluded;
      std::vector<int32_t> allowed;
      for (size_t i = 0; i < excluded.size(); ++i)
        if (excluded[i] == 0) allowed.push_back(static_cast<int32_t>(i));
      if (slot == 1) std::ranges::reverse(allowed);
      slates.insert(slates.end(), allowed.begin(), allowed.begin() + 4);
    }
    env->Step(slates, result);
    if (result.return_days[0] == 0 || result.return_days[1] == 0) continue;
    EXPECT_EQ(env->Observe(0).wish, env->Observe(1).wish);
  }
  EXPECT_GE(wishes.size(), 1U);
}

}  // namespace
}  // namespace lerl
