#include "lerl/agents/agent_turn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "lerl/agents/items/item_factors.h"
#include "lerl/agents/learning/learning_agent.h"
#include "lerl/agents/registry.h"
#include "lerl/base/error.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/testing/small_agents.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;

// Scores item i of user u by u + i; its action is its user.
class Counting : public Agent {
 public:
  std::string name() const override { return "counting"; }
  int action_width() const override { return 1; }
  void Prepare(int) override {}
  void Start(int, int32_t) override {}
  void Act(std::span<const Observation> seen, bool explore, std::span<float> scores,
           std::span<float> actions) override {
    for (size_t n = 0; n < seen.size(); ++n) {
      const auto user = static_cast<float>(seen[n].user);
      for (size_t i = 0; i < 4; ++i) scores[n * 4 + i] = user + static_cast<float>(i);
      actions[n] = explore ? user : -user;
    }
    if (broken) scores.back() = std::numeric_limits<float>::quiet_NaN();
  }
  void Observe(std::span<const Shown>) override {}
  void Save(TensorFile&) const override {}
  void Load(const TensorFile&) override {}

  bool broken = false;
};

Dataset AgentTurnTestItems() {  // categories: {0}, {1}, {0}, {1}
  Dataset dataset;
  dataset.categories = {"a", "b"};
  dataset.item_ids = {"0", "1", "2", "3"};
  dataset.category_offsets = std::vector<int64_t>{0, 1, 2, 3, 4};
  dataset.category_ids = std::vector<int32_t>{0, 1, 0, 1};
  return dataset;
}

TEST(AgentTurn, ShowsEachSessionTheBestOfItsOwnPlanThatIsNotExcluded) {
  const Dataset dataset = AgentTurnTestItems();
  Counting agent;
  AgentTurn turn(dataset, agent);
  const std::vector<uint8_t> all = {1, 1}, first = {1, 0}, excluded = {0, 0, 0, 1};
  const std::vector<Observation> seen = {
      {.user = 5, .plan = all, .dominant = all, .excluded = excluded},
      {.user = 7, .plan = first, .dominant = all}};
  turn.Act(seen, true);
  std::vector<int32_t> slate(2);
  turn.Select(0, slate);
  EXPECT_THAT(slate, ElementsAre(2, 1));
  turn.Select(1, slate);
  EXPECT_THAT(slate, ElementsAre(2, 0));
  EXPECT_THAT(turn.action(1), ElementsAre(7));
  EXPECT_THAT(turn.scores(), ElementsAre(5, 6, 7, 8, 7, 8, 9, 10));
  turn.Act({&seen[1], 1}, false);
  EXPECT_THAT(turn.action(0), ElementsAre(-7));
  EXPECT_EQ(turn.scores().size(), 4u);
}

TEST(AgentTurn, LetsItemsOutsideThePlanScoreNothingUnderThePublishedMask) {
  const Dataset dataset = AgentTurnTestItems();
  Counting agent;
  AgentTurn turn(dataset, agent, {.published_mask = true});
  const std::vector<uint8_t> first = {1, 0};
  const Observation seen{.user = -1, .plan = first, .dominant = first};
  turn.Act({&seen, 1}, true);  // scores -1, 0, 1, 2, of which the second and the last become 0
  std::vector<int32_t> slate(3);
  turn.Select(0, slate);
  EXPECT_THAT(slate, ElementsAre(2, 1, 3));
}

TEST(AgentTurn, RefusesScoresThatAreNotFinite) {
  const Dataset dataset = AgentTurnTestItems();
  Counting agent;
  agent.broken = true;
  AgentTurn turn(dataset, agent);
  const std::vector<uint8_t> all = {1, 1};
  const Observation seen{.user = 5, .plan = all, .dominant = all};
  EXPECT_THROW(turn.Act({&seen, 1}, true), Error);
}

// Two users whose plans and exclusions differ, by an agent with a large catalogue.
void ExpectSlatesOfAllScores(Agent& agent, const Dataset& dataset) {
  ASSERT_NE(agent.item_index(), nullptr);
  std::vector<uint8_t> all(At(dataset.num_categories()), 1), one(all.size(), 0);
  one[2] = 1;
  std::vector<uint8_t> excluded(At(dataset.num_items()), 0);
  for (size_t i = 0; i < excluded.size(); i += 3) excluded[i] = 1;
  const std::vector<Observation> seen = {
      {.slot = 0, .user = 5, .seed = 1, .plan = all, .dominant = all, .excluded = excluded},
      {.slot = 1, .user = 7, .seed = 2, .plan = one, .dominant = all}};
  agent.Prepare(2);
  for (const Observation& of : seen) agent.Start(of.slot, of.user);
  AgentTurn scoring(dataset, agent), searching(dataset, agent, {.scores = false});
  scoring.Act(seen, true);
  searching.Act(seen, true);
  EXPECT_TRUE(searching.scores().empty());
  for (size_t i = 0; i < seen.size(); ++i) {
    std::vector<int32_t> scored(6), found(6);
    scoring.Select(i, scored);
    searching.Select(i, found);
    EXPECT_EQ(found, scored) << agent.name();
    EXPECT_TRUE(std::ranges::equal(searching.action(i), scoring.action(i)));
  }
}

TEST(AgentTurn, FindsInALargeCatalogueTheSlatesOfAllScores) {
  const Dataset dataset = MakeSyntheticDataset({.items = LearningAgent::kManyItems});
  const Split split = MakeSplit(dataset, {});
  const ItemFactors factors = FitItemFactors(dataset, split, {.epochs = 1});
  for (const char* name : {"ppo", "reinforce", "ddpg", "td3"}) {
    AgentConfig config;
    config.name = name;
    config.learner = TinyLearner();
    const auto agent =
        MakeAgent(config, {.dataset = dataset, .split = split, .factors = factors, .slate = 6});
    ExpectSlatesOfAllScores(*agent, dataset);
  }
}

TEST(AgentTurn, SearchesNoSmallCatalogue) {
  const Dataset dataset = MakeSyntheticDataset({});
  const Split split = MakeSplit(dataset, {});
  const ItemFactors factors = FitItemFactors(dataset, split, {.epochs = 1});
  AgentConfig config;
  config.learner = TinyLearner();
  const auto agent =
      MakeAgent(config, {.dataset = dataset, .split = split, .factors = factors, .slate = 6});
  EXPECT_EQ(agent->item_index(), nullptr);
}

}  // namespace
}  // namespace lerl
