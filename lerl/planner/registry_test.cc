// The registry, and what every planner in it must hold.

#include "lerl/planner/registry.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "lerl/base/error.h"
#include "lerl/base/index.h"
#include "lerl/base/registry.h"
#include "lerl/base/rng.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/llm/scripted_backend.h"
#include "lerl/nn/matrix_factorisation.h"
#include "lerl/planner/plan_policy.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/plan_requests.h"

namespace lerl {
namespace {

TEST(PlannerRegistry, NamesEachPlannerOnce) {
  std::set<std::string> names;
  for (const PlannerRow& row : PlannerRows()) {
    EXPECT_TRUE(names.emplace(row.name).second) << row.name;
    EXPECT_NE(row.what, "");
    EXPECT_NE(row.source, "");
  }
}

TEST(PlannerRegistry, NamesTheNearestOfAnUnknownPlanner) {
  const Dataset dataset = TinyDataset();
  const Split split = TinySplit();
  PlannerConfig config;
  config.name = "randon";
  try {
    MakePlanner(config, {.dataset = dataset, .split = split, .policy_model = kNoFactors});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("did you mean 'random'?"));
  }
}

TEST(PlannerRegistry, RefusesToPlanWithoutCategories) {
  Dataset dataset = TinyDataset();
  dataset.categories.clear();
  dataset.name = "bare";
  const Split split = TinySplit();
  const PlannerContext context = {.dataset = dataset, .split = split, .policy_model = kNoFactors};
  PlannerConfig config;
  EXPECT_NE(MakePlanner(config, context), nullptr);  // none
  config.name = "random";
  try {
    MakePlanner(config, context);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("bare has no categories"));
  }
}

// A path for the plan table of the running test, at which there is no file yet.
std::string NewTablePath() {
  std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::replace(name.begin(), name.end(), '/', '-');
  const auto folder = ProcessFolder() / ("registry-" + name);
  std::filesystem::remove_all(folder);
  return (folder / "table.safetensors").string();
}

TEST(PlannerRegistry, GivesTheSimulatorsTruthToOracleRowsOnly) {
  const Dataset dataset = TinyDataset();
  const Split split = TinySplit();
  const MfModel model = FitMf(std::vector<int32_t>{0, 1}, std::vector<int32_t>{0, 1},
                              std::vector<float>{1, 0}, 2, 10, {});
  const auto score = [](const std::string&, const std::string&, const std::string&) { return 0.0; };
  for (const PlannerRow& row : PlannerRows()) {
    int reads = 0;
    PlannerConfig config;
    config.name = row.name;
    config.llm.context = 1024;
    config.llm.table = NewTablePath();
    const auto read = [&reads](int, std::span<float>) { ++reads; };
    const auto planner = MakePlanner(config, {.dataset = dataset,
                                              .split = split,
                                              .policy_model = model,
                                              .backend = MakeScriptedBackend({.score = score}),
                                              .oracle = read,
                                              .craving = read});
    planner->BeginIteration(1, PlanMode::kTraining);
    RankOne(*planner, OwnedRequest(4));
    EXPECT_EQ(reads > 0, row.oracle) << row.name;
  }
}

// Each test runs once per row of the registry.
class Conformance : public ::testing::TestWithParam<std::string> {
 protected:
  Conformance() {
    model_.users = static_cast<int>(dataset_.num_users());
    model_.items = static_cast<int>(dataset_.num_items());
    model_.factors = 1;
    Rng rng(3, "factors");
    const auto fill = [&rng](std::vector<float>& values, int64_t count) {
      for (int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(rng.Normal()));
    };
    fill(model_.user_factors, model_.users);
    fill(model_.user_bias, model_.users);
    fill(model_.item_factors, model_.items);
    fill(model_.item_bias, model_.items);
    config_.name = GetParam();
    config_.llm.context = 1024;
    config_.llm.table = NewTablePath();
  }

  // A language model whose scores follow from the prompt alone.
  std::unique_ptr<Planner> Make() const {
    const auto score = [](const std::string& prefix, const std::string& suffix,
                          const std::string& label) {
      const uint64_t seed = prefix.size() * 31 + std::hash<std::string>{}(suffix + label) % 1000;
      return Rng(seed).Normal();
    };
    return MakePlanner(config_, {.dataset = dataset_,
                                 .split = split_,
                                 .policy_model = model_,
                                 .backend = MakeScriptedBackend({.score = score}),
                                 .oracle =
                                     [](int, std::span<float> rewards) {
                                       for (size_t c = 0; c < rewards.size(); ++c)
                                         rewards[c] = static_cast<float>(c * 5 % 7);
                                     },
                                 .craving = [](int, std::span<float> added) { added[2] = 1; }});
  }

  std::vector<OwnedRequest> Requests(int count) const {
    std::vector<OwnedRequest> requests;
    Rng rng(5, "requests");
    for (int i = 0; i < count; ++i) {
      OwnedRequest request(At(dataset_.num_categories()));
      request.slot = i;
      request.step = static_cast<int>(rng.Below(20));
      request.user = static_cast<int32_t>(rng.Below(static_cast<uint64_t>(dataset_.num_users())));
      request.seed = rng.Next();
      for (size_t c = 0; c < request.candidates.size(); ++c) {
        request.candidates[c] = rng.Bernoulli(0.7) ? 1 : 0;
        request.dominant[c] = rng.Bernoulli(0.1) ? 1 : 0;
        request.exposure[c] = static_cast<float>(rng.Uniform() * 2);
        request.shown[c] = static_cast<int32_t>(rng.Below(9));
        request.liked[c] = request.shown[c] / 2;
        request.last_liked_step[c] = static_cast<int32_t>(rng.Below(5)) - 1;
      }
      request.last_items = {0, 1, 2};
      request.last_responses = {1, 0, 1};
      requests.push_back(request);
    }
    return requests;
  }

  static std::vector<Plan> RankAll(Planner& planner, const std::vector<OwnedRequest>& requests,
                                   PlanMode mode = PlanMode::kValidation) {
    std::vector<PlanRequest> views;
    for (const OwnedRequest& request : requests) views.push_back(request.View());
    return planner.Rank(views, mode);
  }

  const Dataset dataset_ = MakeSyntheticDataset({});
  const Split split_ = MakeSplit(dataset_, {});
  MfModel model_;
  PlannerConfig config_;
};

TEST_P(Conformance, RankingsHoldCandidatesOnlyAndEachOnce) {
  const auto planner = Make();
  EXPECT_EQ(planner->name(), GetParam());
  const std::vector<OwnedRequest> requests = Requests(60);
  const std::vector<Plan> plans = RankAll(*planner, requests);
  ASSERT_EQ(plans.size(), requests.size());
  for (size_t i = 0; i < plans.size(); ++i) {
    std::set<int16_t> seen;
    for (const int16_t category : plans[i].ranking) {
      EXPECT_TRUE(requests[i].candidates[At(category)]);
      EXPECT_TRUE(seen.insert(category).second);
    }
    const bool any =
        std::count(requests[i].candidates.begin(), requests[i].candidates.end(), 1) > 0;
    EXPECT_EQ(plans[i].ranking.empty(), !any);
    EXPECT_LE(plans[i].raw_first.size(), 3U);
  }
}

TEST_P(Conformance, TheSameSeedGivesTheSameRankingInAnySlotOrBatch) {
  const std::vector<OwnedRequest> requests = Requests(20);
  const auto planner = Make();
  const std::vector<Plan> batch = RankAll(*planner, requests, PlanMode::kEvaluation);
  for (size_t i = 0; i < requests.size(); ++i) {
    const auto fresh = Make();
    OwnedRequest request = requests[i];
    request.slot = 0;
    EXPECT_EQ(RankOne(*fresh, request, PlanMode::kEvaluation).ranking, batch[i].ranking);
  }
}

TEST_P(Conformance, IsWhatItsRowSays) {
  const PlannerRow& row = FindPlannerRow(GetParam());
  const auto planner = Make();
  EXPECT_EQ(planner->learns(), row.learns);
  EXPECT_EQ(planner->language_model() != nullptr, row.asks_model);
  EXPECT_EQ(planner->prior() != nullptr, row.weighs_prior);
  EXPECT_EQ(planner->teaching() != nullptr, row.has_teacher);
}

TEST_P(Conformance, SaveAndLoadGiveTheSameNextRankings) {
  const auto planner = Make();
  planner->BeginIteration(1, PlanMode::kTraining);
  RankAll(*planner, Requests(10));
  std::vector<OwnedSession> sessions;
  std::vector<EndedSession> ended;
  for (uint64_t seed = 0; seed < 8; ++seed) {
    sessions.emplace_back(std::vector<std::vector<int32_t>>{{0, 1}, {2, 3}},
                          std::vector<std::vector<uint32_t>>{{1, 0}, {1, 1}},
                          std::vector<float>{0.5, 1}, At(dataset_.num_categories()));
    sessions.back().seed = seed;
  }
  for (const OwnedSession& session : sessions) ended.push_back(session.View());
  planner->Reflect(ended);
  TensorFile file;
  planner->Save(file);
  const auto loaded = Make();
  loaded->Load(file);
  const std::vector<Plan> expected = RankAll(*planner, Requests(40));
  const std::vector<Plan> plans = RankAll(*loaded, Requests(40));
  for (size_t i = 0; i < plans.size(); ++i) {
    EXPECT_EQ(plans[i].ranking, expected[i].ranking);
    EXPECT_EQ(plans[i].origin, expected[i].origin);
  }
}

TEST_P(Conformance, PlansHoldASlateThroughoutASession) {
  PlanPolicy policy(dataset_, config_, Make(), 6);
  policy.Prepare(2);
  std::vector<uint8_t> excluded(At(dataset_.num_items()), 0);
  std::vector<uint8_t> dominant(At(dataset_.num_categories()), 0);
  policy.Start(1, 3, 99);
  std::vector<SlotPlan> plans;
  for (int step = 0; step < 20; ++step) {
    const SlotInput input = {.slot = 1, .step = step, .dominant = dominant, .excluded = excluded};
    policy.Plan({&input, 1}, PlanMode::kEvaluation, plans);
    std::vector<int32_t> slate;
    for (int32_t item = 0; item < dataset_.num_items() && slate.size() < 6; ++item) {
      const auto of_item = dataset_.CategoriesOf(item);
      const bool inside = std::any_of(of_item.begin(), of_item.end(), [&](int32_t category) {
        return plans[0].plan[At(category)] != 0;
      });
      if (inside && excluded[At(item)] == 0) slate.push_back(item);
    }
    ASSERT_EQ(slate.size(), 6U) << step;
    for (const int32_t item : slate) excluded[At(item)] = 1;
    policy.Observe(1, slate, std::vector<uint32_t>(6, 1));
    std::fill(dominant.begin(), dominant.end(), uint8_t{0});
    for (const int32_t category : dataset_.CategoriesOf(slate[0])) {
      dominant[At(category)] = 1;
    }
  }
  EXPECT_EQ(policy.counts().plans, 20);
}

std::vector<std::string> PlannerNames() { return RowNames(PlannerRows()); }

INSTANTIATE_TEST_SUITE_P(EveryPlanner, Conformance, ::testing::ValuesIn(PlannerNames()),
                         [](const auto& row) { return std::string(row.param); });

}  // namespace
}  // namespace lerl
