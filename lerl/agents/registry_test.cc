// What every agent of the registry must do, whatever it is.

#include "lerl/agents/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "lerl/agents/learning/session_batch.h"
#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/testing/agent_settings.h"
#include "lerl/testing/small_agents.h"
#include "lerl/testing/small_sessions.h"

namespace lerl {
namespace {

constexpr int kSlate = SmallSessions::kSlate;

class AgentConformance : public ::testing::TestWithParam<std::string> {
 protected:
  AgentConformance() : config_(SmallAgent(GetParam())) {
    plan_.assign(At(small_.dataset.num_categories()), 1);
    dominant_.assign(plan_.size(), 0);
  }

  std::unique_ptr<Agent> Make(uint64_t seed = 3) const {
    return MakeAgent(config_, small_.Context(small_.factors, seed));
  }

  Observation Seen(int slot, int32_t user) const {
    return {.slot = slot,
            .step = 1,
            .user = user,
            .seed = 11,
            .budget_left = 0.5f,
            .plan = plan_,
            .dominant = dominant_};
  }

  // Starts two slots, shows one slate to each and returns the scores of a further step.
  std::vector<float> Play(Agent& agent, bool explore = false) const {
    agent.Prepare(4);
    agent.Start(0, 1);
    agent.Start(2, 5);
    const std::vector<int32_t> items = {1, 2, 3};
    const std::vector<uint32_t> responses = {1, 0, 1};
    const Shown shown[] = {{0, items, responses}, {2, items, responses}};
    agent.Observe(shown);
    return Act(agent, {Seen(0, 1), Seen(2, 5)}, explore);
  }

  std::vector<float> Act(Agent& agent, const std::vector<Observation>& seen, bool explore) const {
    std::vector<float> scores(seen.size() * At(small_.dataset.num_items()));
    std::vector<float> actions(seen.size() * At(agent.action_width()));
    agent.Act(seen, explore, scores, actions);
    return scores;
  }

  // Sessions that the agent itself plays, under plans that change.
  SessionLog Sessions(Agent& agent) const { return small_.Play(agent, 8, 5, /*explore=*/true); }

  const SmallSessions small_;
  const AgentConfig config_;
  std::vector<uint8_t> plan_, dominant_;
};

TEST_P(AgentConformance, SameSeedSameScores) {
  const auto a = Make(), b = Make();
  EXPECT_EQ(Play(*a, true), Play(*b, true));
}

TEST_P(AgentConformance, ScoresAreFinite) {
  const auto agent = Make();
  for (const float score : Play(*agent, true)) ASSERT_TRUE(std::isfinite(score));
}

TEST_P(AgentConformance, ABatchOfOneEqualsTheRowOfABatch) {
  const auto agent = Make();
  const std::vector<float> batch = Play(*agent);
  const std::vector<float> single = Act(*agent, {Seen(2, 5)}, false);
  for (size_t i = 0; i < single.size(); ++i)
    EXPECT_NEAR(batch[single.size() + i], single[i], 1e-4f);
}

TEST_P(AgentConformance, ARestartedSlotForgetsTheEarlierSession) {
  const auto agent = Make();
  Play(*agent);
  agent->Start(2, 5);
  const std::vector<float> again = Act(*agent, {Seen(2, 5)}, false);
  const auto fresh = Make();
  fresh->Prepare(4);
  fresh->Start(2, 5);
  EXPECT_EQ(again, Act(*fresh, {Seen(2, 5)}, false));
}

TEST_P(AgentConformance, LearnsWithFiniteLossesAndOnlyIfItSaysSo) {
  const auto agent = Make();
  EXPECT_EQ(agent->learns(), FindAgentRow(GetParam()).learns);
  if (!agent->learns()) return;
  for (const auto& [name, value] : agent->WarmStart()) EXPECT_TRUE(std::isfinite(value)) << name;
  const std::vector<float> before = Play(*agent);
  for (const auto& [name, value] : agent->Update(Sessions(*agent)))
    EXPECT_TRUE(std::isfinite(value)) << name;
  EXPECT_NE(before, Play(*agent));
}

TEST_P(AgentConformance, LoadsWhatItSavedAndGoesOnAlike) {
  const auto agent = Make();
  const SessionLog sessions = Sessions(*agent);
  if (agent->learns()) {
    agent->WarmStart();
    agent->Update(sessions);
  }
  TensorFile file;
  agent->Save(file);
  const auto other = Make(/*seed=*/99);
  other->Load(file);
  EXPECT_EQ(Play(*agent, true), Play(*other, true));
  if (!agent->learns()) return;
  agent->Update(sessions);
  other->Update(sessions);
  EXPECT_EQ(Play(*agent, true), Play(*other, true));
}

// The sessions of these tests are what learning meets: every slate is inside its plan, outside the
// user's past and what the session has shown, and no plan holds everything.
TEST_P(AgentConformance, LearnsFromSlatesInsidePlansThatLeaveItemsOut) {
  const auto agent = Make();
  const SessionLog log = Sessions(*agent);
  const torch::Tensor allowed = AllowedItems(small_.dataset, small_.split, log, log.max_steps);
  for (int64_t s = 0; s < log.sessions; ++s) {
    for (int64_t t = 0; t < log.length[At(s)]; ++t) {
      const int64_t count = allowed[s][t].sum().item<int64_t>();
      EXPECT_GE(count, kSlate);
      EXPECT_LT(count, small_.dataset.num_items());
      for (int k = 0; k < kSlate; ++k)
        EXPECT_TRUE(allowed[s][t][log.items[log.Cell(s, t) * kSlate + At(k)]].item<bool>());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Registry, AgentConformance, ::testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const AgentRow& row : AgentRows()) names.emplace_back(row.name);
                           return names;
                         }()),
                         [](const auto& info) { return info.param; });

TEST(AgentRegistry, GivesTheSimulatorsTruthToOracleRowsOnly) {
  const Dataset dataset = MakeSyntheticDataset({});
  const Split split = MakeSplit(dataset, {});
  const ItemFactors factors = FitItemFactors(dataset, split, {.epochs = 1});
  for (const AgentRow& row : AgentRows()) {
    int reads = 0;
    AgentConfig config;
    config.name = std::string(row.name);
    config.learner = TinyLearner();
    const auto agent = MakeAgent(config, {.dataset = dataset,
                                          .split = split,
                                          .factors = factors,
                                          .slate = kSlate,
                                          .oracle = [&reads](int, std::span<float>) { ++reads; }});
    agent->Prepare(1);
    agent->Start(0, 0);
    const std::vector<uint8_t> plan(At(dataset.num_categories()), 1);
    Observation seen;
    seen.plan = seen.dominant = plan;
    std::vector<float> scores(At(dataset.num_items()));
    std::vector<float> actions(At(agent->action_width()));
    agent->Act({&seen, 1}, true, scores, actions);
    EXPECT_EQ(reads > 0, row.oracle) << row.name;
  }
}

TEST(AgentRegistry, RefusesAPolicyThatAnAgentCannotPlay) {
  const Dataset dataset = MakeSyntheticDataset({});
  const Split split = MakeSplit(dataset, {});
  const ItemFactors factors = FitItemFactors(dataset, split, {.epochs = 1});
  const AgentContext context = {.dataset = dataset, .split = split, .factors = factors};
  AgentConfig config;
  config.learner.policy.kind = "items";
  for (const AgentRow& row : AgentRows()) {
    config.name = std::string(row.name);
    try {
      MakeAgent(config, context);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig);
      EXPECT_THAT(error.what(), ::testing::HasSubstr("'" + config.name + "'"));
      EXPECT_THAT(error.what(), ::testing::HasSubstr("ppo"));
      continue;
    }
    EXPECT_NE(row.name, "ddpg");
    EXPECT_NE(row.name, "dqn");
  }
}

TEST(AgentRegistry, NamesTheNearestAgent) {
  try {
    FindAgentRow("pppo");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("did you mean 'ppo'"));
  }
}

}  // namespace
}  // namespace lerl
