#include "lerl/train/player.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/sim/env_config.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

const World& PlayerTestSharedWorld() {
  static const std::unique_ptr<World> world = TinyWorld(TinyRun());
  return *world;
}

std::vector<SessionSpec> Specs(size_t sessions) {
  const std::vector<int32_t>& users = PlayerTestSharedWorld().split.train_users;
  std::vector<SessionSpec> specs;
  for (size_t i = 0; i < sessions; ++i)
    specs.push_back({users[i % users.size()], DeriveSeed(9, "session", i)});
  return specs;
}

SessionLog Play(const RunConfig& config, std::span<const SessionSpec> specs, PlayOptions options) {
  Actors actors = MakeActors(PlayerTestSharedWorld(), config, /*seed=*/1);
  actors.plans->planner().BeginIteration(4, PlanMode::kTraining);
  return PlaySessions(PlayerTestSharedWorld().dataset, *actors.env, *actors.agent, *actors.plans,
                      specs, options);
}

TEST(Player, GivesTheSameSessionsAtAnyNumberOfSlots) {
  for (const char* planner : {"none", "random", "short_term", "round_robin", "fatigue_aware"}) {
    RunConfig config = TinyRun();
    config.planner.name = planner;
    config.train.slots = 1;
    const SessionLog one = Play(config, Specs(9), {.mode = PlanMode::kTraining});
    for (const int64_t slots : {2, 4, 16}) {
      config.train.slots = slots;
      const SessionLog log = Play(config, Specs(9), {.mode = PlanMode::kTraining});
      EXPECT_TRUE(SameSessions(log, one)) << planner << " " << slots;
    }
  }
}

TEST(Player, PlaysEverySessionToItsEnd) {
  const std::vector<SessionSpec> specs = Specs(11);
  const SessionLog log = Play(TinyRun(), specs, {.mode = PlanMode::kTraining});
  ASSERT_EQ(log.sessions, 11);
  for (size_t s = 0; s < specs.size(); ++s) {
    EXPECT_EQ(log.user[s], specs[s].user);
    EXPECT_EQ(log.seed[s], specs[s].seed);
    EXPECT_GT(log.length[s], 0);
    EXPECT_LE(log.length[s], log.max_steps);
    EXPECT_NE(log.terminated[s], log.truncated[s]);
  }
}

TEST(Player, LogsTheVisitsOfAUserAsOneSession) {
  RunConfig config = TinyRun();
  SetFields(config, {"env.task=cross_session", "env.cross_session.visits=3"});
  config.train.slots = 1;
  const SessionLog one = Play(config, Specs(5), {.mode = PlanMode::kTraining});
  config.train.slots = 4;
  EXPECT_TRUE(SameSessions(Play(config, Specs(5), {.mode = PlanMode::kTraining}), one));
  for (int64_t s = 0; s < one.sessions; ++s) {
    const auto last = static_cast<int64_t>(one.length[At(s)]) - 1;
    int visits = 0;
    for (int64_t t = 0; t <= last; ++t) visits += one.return_days[one.Cell(s, t)] > 0;
    EXPECT_EQ(visits, 3);
    EXPECT_GT(one.return_days[one.Cell(s, last)], 0);
    EXPECT_EQ(one.truncated[At(s)], 1);
    EXPECT_EQ(one.budget[one.Cell(s, 0)], 1);
  }
}

// ppo has scores of both signs, so items outside the plan come in where the mask is a product.
TEST(Player, ShowsItemsOutsideThePlanUnderTheProductMaskAlone) {
  const World& world = PlayerTestSharedWorld();
  RunConfig config = TinyRun();
  config.agent.name = "ppo";
  config.planner.name = "round_robin";
  config.planner.plan_size = 1;
  for (const bool product : {false, true}) {
    config.planner.published_mask = product;
    const SessionLog log = Play(config, Specs(12), {.mode = PlanMode::kValidation});
    int64_t outside = 0;
    for (int64_t s = 0; s < log.sessions; ++s) {
      for (int64_t t = 0; t < log.length[At(s)]; ++t) {
        const size_t cell = log.Cell(s, t), categories = At(world.dataset.num_categories());
        for (size_t k = 0; k < At(log.slate); ++k)
          outside += std::ranges::none_of(
              world.dataset.CategoriesOf(log.items[cell * At(log.slate) + k]),
              [&](int32_t c) { return log.plan[cell * categories + At(c)] != 0; });
      }
    }
    EXPECT_EQ(outside > 0, product) << outside;
  }
}

TEST(DrawSessions, GivesUsersOfTheListAndASeedToEachAndGoesOnWithTheStream) {
  const std::vector<int32_t> users = {3, 5, 8};
  Rng rng(1, "draw"), same(1, "draw");
  const std::vector<SessionSpec> first = DrawSessions(users, 40, rng);
  std::set<int32_t> drawn;
  std::set<uint64_t> seeds;
  for (const SessionSpec& spec : first) {
    EXPECT_EQ(spec.user, users[same.Below(3)]);
    EXPECT_EQ(spec.seed, same.Next());
    drawn.insert(spec.user);
    seeds.insert(spec.seed);
  }
  EXPECT_EQ(drawn, (std::set<int32_t>{3, 5, 8}));
  EXPECT_EQ(seeds.size(), 40U);
  EXPECT_NE(DrawSessions(users, 1, rng)[0].seed, first[0].seed);
}

TEST(Player, OfNoSessionsGivesAnEmptyLog) { EXPECT_EQ(Play(TinyRun(), {}, {}).sessions, 0); }

TEST(Player, ShowsNothingOutsideThePlanNothingSeenAndNothingTwice) {
  const World& world = PlayerTestSharedWorld();
  const SessionLog log = Play(TinyRun(), Specs(12), {.mode = PlanMode::kTraining});
  for (int64_t s = 0; s < log.sessions; ++s) {
    const int32_t user = log.user[At(s)];
    std::set<int32_t> banned;
    for (const int64_t row : PastRows(world.dataset, world.split, user))
      banned.insert(world.dataset.items[At(row)]);
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const size_t cell = log.Cell(s, t);
      for (size_t k = 0; k < static_cast<size_t>(log.slate); ++k) {
        const int32_t item = log.items[cell * static_cast<size_t>(log.slate) + k];
        EXPECT_TRUE(banned.insert(item).second) << "session " << s << " step " << t;
        bool planned = false;
        for (const int32_t c : world.dataset.CategoriesOf(item))
          planned |= log.plan[cell * static_cast<size_t>(log.categories) + At(c)] != 0;
        EXPECT_TRUE(planned) << "session " << s << " step " << t << " item " << item;
      }
    }
  }
}

// Shows the logged slates to the environment again and compares everything that it says.
TEST(Player, LogsWhatTheEnvironmentSays) {
  const SessionLog log = Play(TinyRun(), Specs(7), {.mode = PlanMode::kTraining});
  RunConfig alone = TinyRun();
  alone.train.slots = 1;
  const Actors actors = MakeActors(PlayerTestSharedWorld(), alone, 1);
  Env& env = *actors.env;
  const auto k = static_cast<size_t>(log.slate), c = static_cast<size_t>(log.categories);
  StepResult result;
  for (int64_t s = 0; s < log.sessions; ++s) {
    const auto row = At(s);
    env.Start(0, log.user[row], log.seed[row]);
    for (int64_t t = 0; t < log.length[row]; ++t) {
      ASSERT_TRUE(env.Observe(0).active);
      const size_t cell = log.Cell(s, t);
      EXPECT_EQ(log.budget[cell], env.Observe(0).budget_left);
      EXPECT_TRUE(std::ranges::equal(env.Observe(0).dominant,
                                     std::span(log.dominant).subspan(cell * c, c)));
      env.Step(std::span(log.items).subspan(cell * k, k), result);
      EXPECT_TRUE(
          std::ranges::equal(result.responses, std::span(log.responses).subspan(cell * k, k)));
      EXPECT_EQ(log.reward[cell], result.rewards[0]);
      EXPECT_EQ(log.expected[cell], result.expected[0]);
    }
    EXPECT_FALSE(env.Observe(0).active);
    EXPECT_EQ(log.budget_after[row], env.Observe(0).budget_left);
    EXPECT_EQ(log.terminated[row], result.terminated[0]);
    EXPECT_EQ(log.truncated[row], result.truncated[0]);
  }
}

TEST(Player, LeavesStepsAfterTheEndAtZero) {
  const SessionLog log = Play(TinyRun(), Specs(7), {.mode = PlanMode::kTraining});
  for (int64_t s = 0; s < log.sessions; ++s)
    for (int64_t t = log.length[At(s)]; t < log.max_steps; ++t) {
      EXPECT_EQ(log.expected[log.Cell(s, t)], 0);
      EXPECT_EQ(log.items[log.Cell(s, t) * static_cast<size_t>(log.slate)], 0);
    }
}

TEST(Player, ExploresByTheSeedOfTheSession) {
  RunConfig config = TinyRun();
  config.planner.name = "none";
  const int32_t user = PlayerTestSharedWorld().split.train_users[0];
  const std::vector<SessionSpec> specs = {{user, 1}, {user, 2}, {user, 1}};
  const SessionLog log = Play(config, specs, {.mode = PlanMode::kTraining});
  const auto first_action = [&](const SessionLog& of, int64_t session) {
    const auto width = At(of.action_width);
    const auto at = of.action.begin() + static_cast<std::ptrdiff_t>(of.Cell(session, 0) * width);
    return std::vector<float>(at, at + static_cast<std::ptrdiff_t>(width));
  };
  // Rows of a batch may differ in their last bits, by how a processor goes through it.
  const auto same = [](const std::vector<float>& a) {
    return testing::Pointwise(testing::FloatNear(1e-5f), a);
  };
  EXPECT_THAT(first_action(log, 1), testing::Not(same(first_action(log, 0))));
  EXPECT_THAT(first_action(log, 2), same(first_action(log, 0)));
  const SessionLog plain = Play(config, specs, {.mode = PlanMode::kValidation});
  EXPECT_THAT(first_action(plain, 1), same(first_action(plain, 0)));
}

TEST(Player, ReordersSlatesWithoutChangingWhatTheyHold) {
  RunConfig config = TinyRun();
  config.agent.name = "popularity";
  config.planner.name = "none";
  SetFields(config, {"env.rules=lerl_slots"});
  const SessionLog plain = Play(config, Specs(12), {});
  const SessionLog reordered = Play(config, Specs(12), {.reorder = true});
  int64_t plain_steps = 0, reordered_steps = 0;
  for (int64_t s = 0; s < plain.sessions; ++s) {
    plain_steps += plain.length[At(s)];
    reordered_steps += reordered.length[At(s)];
    const int32_t both = std::min(plain.length[At(s)], reordered.length[At(s)]);
    for (int64_t t = 0; t < both; ++t) {
      const auto slate_of = [&](const SessionLog& log) {
        const auto at = log.items.begin() + static_cast<std::ptrdiff_t>(log.Cell(s, t)) * log.slate;
        return std::multiset<int32_t>(at, at + log.slate);
      };
      EXPECT_EQ(slate_of(plain), slate_of(reordered));
    }
  }
  EXPECT_GT(reordered_steps, plain_steps);
}

// Scores by item alone; remembers what the player told it.
class RecordingAgent : public Agent {
 public:
  std::string name() const override { return "recording"; }
  void Prepare(int slots) override { running_.assign(At(slots), 0); }
  void Start(int slot, int32_t user) override {
    started.push_back(user);
    running_[At(slot)] = 1;
  }
  void Act(std::span<const Observation> observations, bool, std::span<float> scores,
           std::span<float>) override {
    side_by_side.push_back(observations.size());
    const size_t items = scores.size() / observations.size();
    for (size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>((i % items) * 7 % 31);
    for (const Observation& seen : observations) EXPECT_EQ(running_[At(seen.slot)], 1);
  }
  void Observe(std::span<const Shown> shown) override { observed += shown.size(); }
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}

  std::vector<int32_t> started;
  std::vector<size_t> side_by_side;
  size_t observed = 0;

 private:
  std::vector<int> running_;
};

TEST(Player, GivesALeaversPlaceToTheNextSession) {
  RunConfig config = TinyRun();
  config.train.slots = 3;
  Actors actors = MakeActors(PlayerTestSharedWorld(), config, 1);
  RecordingAgent agent;
  const std::vector<SessionSpec> specs = Specs(8);
  const SessionLog log =
      PlaySessions(PlayerTestSharedWorld().dataset, *actors.env, agent, *actors.plans, specs, {});
  std::vector<int32_t> users;
  size_t steps = 0;
  for (const SessionSpec& spec : specs) users.push_back(spec.user);
  for (const int32_t length : log.length) steps += At(length);
  EXPECT_EQ(agent.started, users);
  // All places are taken until the list is empty.
  EXPECT_TRUE(std::is_sorted(agent.side_by_side.rbegin(), agent.side_by_side.rend()));
  EXPECT_EQ(agent.side_by_side.front(), 3);
  size_t acted = 0;
  for (const size_t count : agent.side_by_side) acted += count;
  EXPECT_EQ(acted, steps);
  // The last slate of a session changes nothing any more.
  EXPECT_EQ(agent.observed, steps - specs.size());
}

}  // namespace
}  // namespace lerl
