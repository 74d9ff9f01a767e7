#include "lerl/agents/playing/make_trained.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/testing/agent_settings.h"
#include "lerl/testing/small_sessions.h"

namespace lerl {
namespace {

struct PlayedCase {
  std::string agent;
  std::string encoder = "transformer";
  std::string tokens = "slate";
  std::string policy = "virtual_item";
};

std::vector<PlayedCase> AllPlayedCases() {
  std::vector<PlayedCase> cases;
  for (const std::string& name : TrainedAgentNames()) cases.push_back({.agent = name});
  for (const char* encoder : {"gru", "average", "caser"})
    cases.push_back({.agent = "ppo", .encoder = encoder});
  cases.push_back({.agent = "ppo", .tokens = "item"});
  for (const char* agent : {"ppo", "her4if"}) cases.push_back({.agent = agent, .policy = "items"});
  return cases;
}

std::optional<PlayedGroups> GroupsOf(const AgentConfig& config) {
  if (config.name != "her4if") return std::nullopt;
  const Her4ifConfig& of = config.her4if;
  return PlayedGroups{of.groups, of.popular_share, of.memory, of.floor};
}

class TrainedAgentTest : public ::testing::TestWithParam<PlayedCase> {
 protected:
  TrainedAgentTest() : config_(SmallAgent(GetParam().agent)) {
    config_.learner.state.encoder = GetParam().encoder;
    config_.learner.state.tokens = GetParam().tokens;
    config_.learner.policy.kind = GetParam().policy;
  }
  std::unique_ptr<Agent> Played() const {
    return MakeTrained(config_.name, small_.Context(small_.factors), config_.learner,
                       GroupsOf(config_));
  }
  // A few steps of learning, so that no weight is at its start.
  std::unique_ptr<Agent> Learned() const {
    auto agent = MakeAgent(config_, small_.Context(small_.factors));
    small_.Learned(*agent);
    return agent;
  }

  // The scores of a step after a slate that was answered, for two sessions.
  std::vector<float> Scores(Agent& agent) const {
    const std::vector<uint8_t> plan = {1, 0, 1, 1, 0}, dominant = {0, 1, 0, 0, 0};
    agent.Prepare(4);
    std::vector<Observation> seen;
    for (const int slot : {0, 2}) {
      agent.Start(slot, 1 + slot);
      seen.push_back({.slot = slot,
                      .step = 2,
                      .user = 1 + slot,
                      .budget_left = 0.5f,
                      .plan = plan,
                      .dominant = dominant});
    }
    const std::vector<int32_t> items = {1, 2, 3};
    const std::vector<uint32_t> responses = {1, 0, 1};
    const Shown shown[] = {{0, items, responses}, {2, items, responses}};
    for (int step = 0; step < 2; ++step) agent.Observe(shown);
    std::vector<float> scores(2 * At(small_.dataset.num_items()));
    std::vector<float> actions(2 * At(agent.action_width()));
    agent.Act(seen, /*explore=*/false, scores, actions);
    return scores;
  }

  const SmallSessions small_;
  AgentConfig config_;
};

TEST_P(TrainedAgentTest, ShowsWhatTheAgentShowsThatLearned) {
  const auto learned = Learned();
  TensorFile file;
  learned->Save(file);
  const auto played = Played();
  played->Load(file);
  EXPECT_EQ(played->action_width(), learned->action_width());
  const std::vector<float> expected = Scores(*learned), scores = Scores(*played);
  for (size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(scores[i], expected[i], 2e-4f * (1 + std::abs(expected[i]))) << "item " << i;
}

TEST_P(TrainedAgentTest, NamesAnArrayThatTheCheckpointLacks) {
  TensorFile file;
  Learned()->Save(file);
  file.arrays.erase("agent.encoder.embed.bias");
  try {
    Played()->Load(file);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kCheckpoint);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("agent.encoder.embed.bias"));
  }
}

TEST_P(TrainedAgentTest, NeitherExploresNorPlaysUntrained) {
  const auto played = Played();
  EXPECT_THROW(played->Prepare(1), Error);
  TensorFile file;
  Learned()->Save(file);
  played->Load(file);
  EXPECT_THROW(played->Act({}, /*explore=*/true, {}, {}), Error);
}

INSTANTIATE_TEST_SUITE_P(All, TrainedAgentTest, ::testing::ValuesIn(AllPlayedCases()),
                         [](const auto& info) {
                           const PlayedCase& played = info.param;
                           return played.agent + "_" + played.encoder + "_" + played.tokens + "_" +
                                  played.policy;
                         });

TEST(MakeTrained, KnowsEveryAgentThatLearnsByGradients) {
  for (const AgentRow& row : AgentRows()) {
    const SmallSessions small;
    const auto agent = MakeAgent(SmallAgent(std::string(row.name)), small.Context(small.factors));
    small.Learned(*agent, 1);
    const Names names = TrainedAgentNames();
    EXPECT_EQ(std::ranges::find(names, row.name) != names.end(), agent->gradient_steps() > 0)
        << row.name;
  }
}

}  // namespace
}  // namespace lerl
