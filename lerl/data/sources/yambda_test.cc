#include "lerl/data/sources/yambda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/registry.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Dataset LoadYambdaSample(const std::string& size, const DataOptions& options = {}) {
  return LoadYambda("yambda-" + size, SampleFolder() / ("yambda-" + size), options);
}

TEST(Yambda, MakesInteractionsOfTheEventsOfAUserWithATrack) {
  const Dataset dataset = LoadYambdaSample("50m");
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.behaviours, ElementsAre("listen", "like", "dislike"));
  EXPECT_EQ(dataset.num_users(), 8);
  EXPECT_EQ(dataset.num_interactions(), 72);  // 9 listens each; likes and dislikes join them
  EXPECT_EQ(dataset.suggested_split, "global_cut");
  EXPECT_GT(CountOf(dataset, 1), 0);
  EXPECT_GT(CountOf(dataset, 2), 0);
  for (size_t row = 0; row < 72; ++row) {
    EXPECT_EQ(dataset.responses[0][row], dataset.values[row] >= 0.5F ? 1 : 0);
    if (dataset.responses[1][row] != 0) {
      EXPECT_GE(dataset.values[row], 0.97F);
    }
    if (dataset.responses[2][row] != 0) {
      EXPECT_EQ(dataset.values[row], 0.03F);
    }
    EXPECT_EQ(dataset.times_ms[row] % 5000, 0);
  }
  EXPECT_EQ(DroppedFor(dataset, "unlike"), 2);
  EXPECT_THAT(dataset.notes, Contains(HasSubstr("events are 72 interactions")));
}

TEST(Yambda, ReadsTheSameFromRowsOfUsersAndFromAFileForEachKindOfEvent) {
  const std::string fingerprint = Fingerprint(LoadYambdaSample("50m"));
  EXPECT_EQ(Fingerprint(LoadYambdaSample("500m")), fingerprint);
  EXPECT_EQ(Fingerprint(LoadYambdaSample("5b")), fingerprint);
}

TEST(Yambda, KeepsTheSourceOfAnInteractionAndReadsOneAloneWhereAsked) {
  const Dataset all = LoadYambdaSample("50m");
  ASSERT_EQ(all.organic.size(), 72U);
  const int64_t organic = std::ranges::count(all.organic, uint8_t{1});
  EXPECT_GT(organic, 20);
  EXPECT_LT(organic, 60);
  DataOptions options;
  options.exposure = "organic";
  const Dataset own = LoadYambdaSample("50m", options);
  EXPECT_EQ(own.num_interactions(), organic);
  EXPECT_EQ(std::ranges::count(own.organic, uint8_t{1}), organic);
  EXPECT_GE(DroppedFor(own, "data.exposure"), 72 - organic);
  options.exposure = "recommended";
  EXPECT_EQ(LoadYambdaSample("50m", options).num_interactions(), 72 - organic);
}

TEST(Yambda, TheShareThatCountsAsAListenCanBeSet) {
  DataOptions options;
  options.listen_percent = 100;
  const Dataset dataset = LoadYambdaSample("50m", options);
  for (size_t row = 0; row < 72; ++row)
    EXPECT_EQ(dataset.responses[0][row], dataset.values[row] >= 1 ? 1 : 0);
}

TEST(Yambda, ArtistsAreTheCategoriesWhereTheirFileIsThere) {
  const Dataset dataset = LoadYambdaSample("50m");
  EXPECT_THAT(CategoryNames(dataset, ItemOf(dataset, "1000")), ElementsAre("7", "9"));
  EXPECT_EQ(DroppedFor(dataset, "artist_item_mapping"), 1);
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "yambda-50m");
  std::filesystem::remove(folder.path() / "artist_item_mapping.parquet");
  EXPECT_EQ(LoadYambda("yambda-50m", folder.path(), {}).num_categories(), 0);
}

TEST(Yambda, AMissingFileIsNamed) {
  TestFolder folder;
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadYambda("yambda-50m", folder.path(), {}); }),
              HasSubstr("flat/50m/multi_event.parquet: the file is missing"));
}

TEST(Yambda, AWrongEventIsAWrongRowAndNamesItsPlace) {
  TestFolder folder;
  folder.Write("multi_event.parquet",
               "uid,timestamp,item_id,is_organic,event_type,played_ratio_pct\n"
               "1,5,7,1,listen,80\n1,10,8,2,listen,80\n1,15,8,0,hum,80\n1,20,8,0,listen,\n");
  DataOptions options;
  const auto load = [&] { return LoadYambda("yambda-50m", folder.path(), options); };
  EXPECT_THAT(ErrorOf(ErrorKind::kData, load),
              HasSubstr("multi_event.parquet:3:8: is_organic is '2'; 0 or 1 is expected"));
  options.max_bad_share = 0.8;
  const Dataset dataset = load();
  EXPECT_EQ(dataset.num_interactions(), 1);
  EXPECT_EQ(DroppedFor(dataset, "wrong fields"), 3);
}

}  // namespace
}  // namespace lerl
