#include "lerl/serve/new_items.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

#include "lerl/agents/registry.h"
#include "lerl/agents/slate_selector.h"
#include "lerl/base/file.h"
#include "lerl/base/rng.h"
#include "lerl/data/fetch.h"
#include "lerl/data/sources/movielens.h"
#include "lerl/planner/registry.h"
#include "lerl/serve/guest.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

ItemRecord Added(const std::string& id, const std::vector<std::string>& categories,
                 const std::string& title = "") {
  return {.id = id, .title = title, .categories = categories, .text = "", .added_us = 1};
}

// Three items: 0 of category a, 1 of a and b, 2 of b, with 4, 1 and 0 training rows, so that p is
// 2, 1, 0. Vectors are 10, 4 and 100, so m = 8.
std::shared_ptr<World> WorldByHand() {
  auto world = std::make_shared<World>();
  Dataset& dataset = world->dataset;
  dataset.behaviours = {"like"};
  dataset.categories = {"a", "b"};
  dataset.item_ids = {"0", "1", "2"};
  dataset.item_titles = {"", "", "Toy Story"};
  dataset.category_offsets = std::vector<int64_t>{0, 1, 3, 4};
  dataset.category_ids = std::vector<int32_t>{0, 0, 1, 1};
  dataset.user_ids = {"u", "guest"};
  dataset.user_offsets = std::vector<int64_t>{0, 5, 5};
  dataset.items = std::vector<int32_t>{0, 0, 0, 0, 1};
  dataset.times_ms = std::vector<int64_t>(5);
  dataset.responses = {std::vector<uint8_t>(5)};
  world->split.train_end = {5, 5};
  MfModel& model = world->factors.model;
  model.users = 2;
  model.items = 3;
  model.factors = 1;
  model.item_factors = {10, 4, 100};
  model.item_bias = {1, 1, 1};
  world->factors.width = 2;
  world->factors.vectors = {10, 1, 4, 1, 100, 1};
  world->unit_vectors.assign(3 * kItemVectorWidth, 0.25f);
  return world;
}

// Of b: (1 * 4 + 0 * 100 + 20 * 8) / (1 + 20) = 164 / 21; of a: (2 * 10 + 1 * 4 + 20 * 8) / 23 = 8.
TEST(NewItems, RowsAreThoseOfTheHeader) {
  const auto known = WorldByHand();
  const std::vector<ItemRecord> items = {Added("n", {"b"}), Added("m", {"b", "a", "b"}),
                                         Added("sequel", {"a"}, "toy story")};
  const ServedWorld served = WithStoredItems(known, items);
  const World& world = *served.world;
  CheckConsistent(world.dataset);
  EXPECT_EQ(world.dataset.num_items(), 6);
  EXPECT_EQ(world.dataset.item_ids[3], "n");
  EXPECT_THAT(world.dataset.CategoriesOf(4), testing::ElementsAre(0, 1));
  const MfModel& model = world.factors.model;
  EXPECT_EQ(model.items, 6);
  EXPECT_NEAR(model.item_factors[3], 164.0 / 21, 1e-5);
  EXPECT_NEAR(model.item_factors[4], (8 + 164.0 / 21) / 2, 1e-5);
  EXPECT_NEAR(model.item_factors[5], 100, 1e-4);  // a title that is the same says it all
  EXPECT_NEAR(model.item_bias[4], 1, 1e-6);
  EXPECT_NEAR(world.factors.vectors[6], 164.0 / 21, 1e-5);
  EXPECT_NEAR(world.unit_vectors[3 * kItemVectorWidth], 0.25, 1e-6);
  EXPECT_EQ(served.items.shown->first(), 3);
  EXPECT_EQ(known->dataset.num_items(), 3);
}

TEST(NewItems, WhatTheDataKnowIsTheirsAndWhatTheyCanNotPlaceIsLeftOut) {
  const auto known = WorldByHand();
  std::vector<ItemRecord> items = {Added("1", {"a"}), Added("strange", {"c"}),
                                   Added("half", {"c", "b"})};
  const ServedWorld served = WithStoredItems(known, items);
  EXPECT_THAT(served.world->dataset.item_ids, testing::ElementsAre("0", "1", "2", "half"));
  EXPECT_THAT(served.world->dataset.CategoriesOf(3), testing::ElementsAre(1));
  items.resize(2);
  EXPECT_EQ(WithStoredItems(known, items).world, known);
  EXPECT_EQ(WithStoredItems(known, {}).items.shown, nullptr);
}

TEST(NewItems, KeepsHowOftenItemsWereShownAndWhatIsWithdrawn) {
  std::vector<ItemRecord> items = {Added("n", {"b"}), Added("m", {"a"}), Added("2", {})};
  items[1].shown = 7;
  items[1].withdrawn_us = items[2].withdrawn_us = 5;
  const ServedWorld served = WithStoredItems(WorldByHand(), items);
  EXPECT_EQ(served.items.shown->Of(4), 7);
  EXPECT_THAT(served.items.withdrawn, testing::ElementsAre(0, 0, 1, 0, 1));
}

// A small world with a guest, and the same one with two items more.
struct GrownWorld {
  explicit GrownWorld(const RunConfig& run) {
    std::shared_ptr<World> world = TinyWorld(run);
    guest = AddGuest(*world);
    known = world;
    const std::string category = world->dataset.categories[1];
    const std::vector<ItemRecord> items = {Added("n", {category}), Added("m", {category})};
    served = WithStoredItems(known, items);
  }
  int32_t guest = 0;
  std::shared_ptr<const World> known;
  ServedWorld served;
};

// Every agent that is no oracle, as it was stored before there were guests and new items, scores
// them and takes in an answer to them.
TEST(NewItems, AreServedByEveryAgentThatWasStoredBefore) {
  for (const AgentRow& row : AgentRows()) {
    if (row.oracle) continue;
    SCOPED_TRACE(row.name);
    RunConfig run = TinyRun();
    run.agent.name = row.name;
    TensorFile file;
    const auto trained_on = TinyWorld(run);
    MakeActors(*trained_on, run, 1).agent->Save(file);
    const GrownWorld grown(run);
    const World& world = *grown.served.world;
    const Actors actors = MakeActors(world, run, 1, {.truth = grown.known.get()});
    actors.agent->Load(file);
    actors.agent->Prepare(1);
    actors.agent->Start(0, grown.guest);
    const std::vector<uint8_t> plan(At(world.dataset.num_categories()), 1), none(plan.size(), 0);
    std::vector<float> scores(At(world.dataset.num_items())),
        actions(At(actors.agent->action_width()));
    const Observation seen{
        .user = grown.guest, .seed = 3, .budget_left = 1, .plan = plan, .dominant = none};
    actors.agent->Act({&seen, 1}, false, scores, actions);
    RequireFiniteScores(std::string(row.name), {&seen, 1}, scores);
    EXPECT_EQ(scores.size(), 62U);
    const std::vector<int32_t> items = {1, 60, 61};
    const std::vector<uint32_t> responses = {1, 0, 1};
    const Shown shown{.slot = 0, .items = items, .responses = responses};
    actors.agent->Observe({&shown, 1});
    actors.agent->Act({&seen, 1}, false, scores, actions);
    RequireFiniteScores(std::string(row.name), {&seen, 1}, scores);
  }
}

TEST(NewItems, ArePlannedForByEveryPlannerThatWasStoredBefore) {
  for (const PlannerRow& row : PlannerRows()) {
    if (row.oracle || row.asks_model) continue;
    SCOPED_TRACE(row.name);
    RunConfig run = TinyRun();
    run.planner.name = row.name;
    run.planner.student.teacher = "fatigue_aware";
    TensorFile file;
    const auto trained_on = TinyWorld(run);
    MakeActors(*trained_on, run, 1).plans->Save(file);
    const GrownWorld grown(run);
    const Actors actors = MakeActors(*grown.served.world, run, 1, {.truth = grown.known.get()});
    actors.plans->Load(file);
    actors.plans->Prepare(1);
    actors.plans->planner().BeginIteration(1, PlanMode::kEvaluation);
    actors.plans->Start(0, grown.guest, 7);
    const std::vector<int32_t> items = {1, 60, 61};
    actors.plans->Observe(0, items, std::vector<uint32_t>{1, 0, 1});
    const std::vector<uint8_t> dominant(At(grown.known->dataset.num_categories()), 0),
        excluded(62, 0);
    std::vector<SlotPlan> plans;
    const SlotInput input{0, 1, dominant, excluded};
    actors.plans->Plan({&input, 1}, PlanMode::kEvaluation, plans);
    EXPECT_GE(std::ranges::count(plans.at(0).plan, 1), 1);
  }
}

// A data set without some items and their rows.
Dataset Without(const Dataset& all, const std::set<int32_t>& held_out) {
  Dataset some;
  some.name = all.name;
  some.behaviours = all.behaviours;
  some.categories = all.categories;
  some.user_ids = all.user_ids;
  some.suggested_split = all.suggested_split;
  std::vector<int64_t> offsets = {0}, rows = {0}, times;
  std::vector<int32_t> categories, items, place(At(all.num_items()), -1);
  for (int32_t item = 0; item < all.num_items(); ++item) {
    if (held_out.contains(item)) continue;
    place[At(item)] = static_cast<int32_t>(some.num_items());
    some.item_ids.push_back(all.item_ids[At(item)]);
    some.item_titles.push_back(all.item_titles[At(item)]);
    const auto of = all.CategoriesOf(item);
    categories.insert(categories.end(), of.begin(), of.end());
    offsets.push_back(std::ssize(categories));
  }
  std::vector<uint8_t> likes;
  for (int64_t user = 0; user < all.num_users(); ++user) {
    for (int64_t row = all.RowsBegin(user); row < all.RowsEnd(user); ++row) {
      if (place[At(all.items[At(row)])] < 0) continue;
      items.push_back(place[At(all.items[At(row)])]);
      times.push_back(all.times_ms[At(row)]);
      likes.push_back(all.responses[0][At(row)]);
    }
    rows.push_back(std::ssize(items));
  }
  some.category_offsets = std::move(offsets);
  some.category_ids = std::move(categories);
  some.user_offsets = std::move(rows);
  some.items = std::move(items);
  some.times_ms = std::move(times);
  some.responses = {std::move(likes)};
  return some;
}

// Mean and standard error of values of users.
struct OverUsers {
  explicit OverUsers(const std::vector<double>& values) {
    for (const double value : values) mean += value / static_cast<double>(values.size());
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const auto n = static_cast<double>(values.size());
    error = std::sqrt(squares / (n - 1) / n);
  }
  double low() const { return mean - 1.96 * error; }
  double mean = 0, error = 0;
};

// How well scores [items] order what a user liked before what the user rated otherwise.
double AreaUnderCurve(const std::vector<double>& liked, const std::vector<double>& others) {
  double above = 0;
  for (const double a : liked)
    for (const double b : others) above += a > b ? 1 : a == b ? 0.5 : 0;
  return above / static_cast<double>(liked.size() * others.size());
}

// Thirty items of MovieLens-100K with 30 rows at least are taken out of the data, five times over,
// and come as new ones. Of each user's rows of them, those liked are to be scored above the others:
// better than by chance, and better than by how well their categories are liked by all.
TEST(NewItems, OfMovieLensAreOrderedAsUsersLikeThem) {
  const std::filesystem::path folder = CacheDir() / "datasets" / "ml-100k";
  if (!HasMovieLens100K(folder)) GTEST_SKIP() << "MovieLens-100K is not there; lerl fetch ml-100k";
  const Dataset all = LoadMovieLens100K("ml-100k", folder, {});
  std::vector<int64_t> rows_of(At(all.num_items()), 0);
  for (const int32_t item : all.items) ++rows_of[At(item)];
  std::vector<int32_t> frequent;
  for (int32_t item = 0; item < all.num_items(); ++item)
    if (rows_of[At(item)] >= 30 && !all.CategoriesOf(item).empty()) frequent.push_back(item);
  std::vector<double> areas, by_category, gains;
  for (uint64_t draw = 0; draw < 5; ++draw) {
    Rng rng(1, "held-out items", draw);
    rng.Shuffle(std::span(frequent));
    const std::set<int32_t> held_out(frequent.begin(), frequent.begin() + 30);
    // 1. The world without them, and they as new items.
    auto known = std::make_shared<World>();
    known->dataset = Without(all, held_out);
    CheckConsistent(known->dataset);
    known->split = MakeSplit(known->dataset, {});
    known->factors = FitItemFactors(known->dataset, known->split, {});
    std::vector<ItemRecord> items;
    std::map<int32_t, int32_t> index;
    for (const int32_t item : held_out) {
      index[item] = static_cast<int32_t>(known->dataset.num_items() + std::ssize(items));
      items.push_back(
          Added(all.item_ids[At(item)], CategoryNames(all, item), all.item_titles[At(item)]));
    }
    const ServedWorld served = WithStoredItems(known, items);
    // 2. What categories are liked by all: the mean share of likes of their rows.
    std::vector<double> likes(At(all.num_categories()), 0), rows(likes.size(), 0);
    for (int64_t row = 0; row < known->dataset.num_interactions(); ++row)
      for (const int32_t c : known->dataset.CategoriesOf(known->dataset.items[At(row)])) {
        likes[At(c)] += known->dataset.responses[0][At(row)];
        rows[At(c)] += 1;
      }
    const auto popularity = [&](int32_t item) {
      double sum = 0;
      for (const int32_t c : all.CategoriesOf(item)) sum += likes[At(c)] / rows[At(c)];
      return sum / static_cast<double>(all.CategoriesOf(item).size());
    };
    // 3. Each user's order of them.
    for (int32_t user = 0; user < all.num_users(); ++user) {
      std::vector<double> scores[2], categories[2];
      for (int64_t row = all.RowsBegin(user); row < all.RowsEnd(user); ++row) {
        const int32_t item = all.items[At(row)];
        if (!held_out.contains(item)) continue;
        const int kind = all.responses[0][At(row)];
        scores[kind].push_back(
            static_cast<double>(served.world->factors.model.Logit(user, index[item])));
        categories[kind].push_back(popularity(item));
      }
      if (scores[0].empty() || scores[1].empty()) continue;
      areas.push_back(AreaUnderCurve(scores[1], scores[0]));
      by_category.push_back(AreaUnderCurve(categories[1], categories[0]));
      gains.push_back(areas.back() - by_category.back());
    }
  }
  const OverUsers area(areas), category(by_category), gain(gains);
  std::cout << "AUC " << area.mean << " +- " << 1.96 * area.error << " over " << areas.size()
            << " users, by categories " << category.mean << ", gain " << gain.mean << " +- "
            << 1.96 * gain.error << "\n";
  EXPECT_GT(area.low(), 0.55);
  EXPECT_GT(gain.low(), 0);
}

}  // namespace
}  // namespace lerl
