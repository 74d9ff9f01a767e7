#include "lerl/train/policy_knowledge.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/testing/small_world.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

// The CSV with the ratings of the items that are new turned round.
void TurnRatings(const std::filesystem::path& csv, const Dataset& dataset,
                 const std::vector<uint8_t>& new_items) {
  std::istringstream lines(ReadFile(csv));
  std::string turned, line;
  for (int64_t row = 0; std::getline(lines, line); ++row) {
    const size_t item = line.find(',') + 1, rating = line.find(',', line.find(',', item) + 1) + 1;
    const int64_t of = ItemOf(dataset, line.substr(item, line.find(',', item) - item));
    if (row > 0 && new_items[At(of)] != 0) line[rating] = line[rating] == '5' ? '1' : '5';
    turned += line + "\n";
  }
  WriteFileWhole(csv, turned);
}

TEST(PolicyKnowledge, IsTheSameWhateverTheLogSaysOfNewItems) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  SetFields(config, {"split.new_items=0.3", "agent.item_features=neighbours"});
  const auto world = LoadWorld(config);
  const std::vector<uint8_t> new_items = world->split.new_items;
  EXPECT_EQ(std::count(new_items.begin(), new_items.end(), 1), 18);
  for (const int32_t item : world->dataset.items) EXPECT_EQ(new_items[At(item)], 0);
  EXPECT_TRUE(world->truth->split.new_items.empty());
  EXPECT_GT(world->truth->dataset.num_interactions(), world->dataset.num_interactions());
  // Policies know the same whatever the rows of new items say.
  TurnRatings(folder.path() / "tiny.csv", world->dataset, new_items);
  const auto turned = LoadWorld(config);
  EXPECT_NE(turned->fingerprint, world->fingerprint);
  EXPECT_EQ(Fingerprint(turned->dataset), Fingerprint(world->dataset));
  EXPECT_EQ(turned->split.new_items, new_items);
  EXPECT_EQ(turned->split.train_end, world->split.train_end);
  EXPECT_EQ(turned->factors.vectors, world->factors.vectors);
  EXPECT_EQ(turned->factors.model.user_factors, world->factors.model.user_factors);
  EXPECT_EQ(turned->factors.model.item_bias, world->factors.model.item_bias);
}

TEST(PolicyKnowledge, CutsTheHistoriesOfWhomItKeepsNewItemsFrom) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  SetFields(config, {"split.new_items=0.3", "split.known_rows=2"});
  const auto world = LoadWorld(config);
  const int32_t user = world->split.valid_users[0];
  EXPECT_EQ(world->split.train_end[At(user)], world->dataset.RowsBegin(user) + 2);
  EXPECT_FALSE(world->split.new_items.empty());
}

TEST(PolicyKnowledge, SaysWhatItLacksForNewItemsBeforeItFits) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  const auto message = [&](ErrorKind kind, const std::vector<std::string>& sets) {
    return ErrorOf(kind, [&] {
      RunConfig changed = config;
      SetFields(changed, sets);
      LoadWorld(changed);
    });
  };
  EXPECT_THAT(message(ErrorKind::kConfig, {"split.new_items=0.99"}), HasSubstr("env.slate_size"));
  EXPECT_THAT(message(ErrorKind::kConfig, {"split.new_category=Poetry"}),
              HasSubstr("has no category 'Poetry'"));
  EXPECT_THAT(message(ErrorKind::kConfig, {"split.new_items=1"}), HasSubstr("split.new_items"));
  EXPECT_THAT(message(ErrorKind::kModel, {"agent.item_features=text"}),
              HasSubstr("tools/setup.sh embeddings"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "cache" / "factors"));
}

TEST(PolicyKnowledge, HasActorsPractiseWithKnownItemsAlone) {
  const TestFolder folder;
  const ScopedVariable cache("LERL_CACHE_DIR", (folder.path() / "cache").string());
  RunConfig config = TinyRun();
  config.data.name = WriteTinyCsv(folder).string();
  SetFields(config, {"split.new_items=0.3", "env.exclude_history=false"});
  const auto world = LoadWorld(config);
  const auto shown = [&](bool shows_new_items) {
    const Actors actors = MakeActors(*world, config, 1, {.shows_new_items = shows_new_items});
    actors.env->Start(0, world->split.train_users[0], 1);
    return actors.env->Observe(0).items_left;
  };
  EXPECT_EQ(shown(true), 60);
  EXPECT_EQ(shown(false), 42);
}

}  // namespace
}  // namespace lerl
