#include "lerl/data/sources/vk_lsvd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/index.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

Dataset LoadVkSample(const DataOptions& options = {}) {
  return LoadVkLsvd("vk-lsvd", SampleFolder() / "vk-lsvd", options);
}

TEST(VkLsvd, ReadsTheWeeksInTheirOrder) {
  const Dataset dataset = LoadVkSample();
  CheckConsistent(dataset);
  EXPECT_THAT(dataset.behaviours, ElementsAre("long_view", "like", "share", "bookmark",
                                              "click_on_author", "open_comments", "dislike"));
  EXPECT_EQ(dataset.num_interactions(), 4 * 24);
  EXPECT_EQ(dataset.num_users(), 6);
  EXPECT_EQ(dataset.suggested_split, "global_cut");
  EXPECT_THAT(dataset.notes, Contains(std::string(kNoTimes)));
  std::vector<int64_t> times(dataset.times_ms.begin(), dataset.times_ms.end());
  std::ranges::sort(times);
  for (int64_t row = 0; row < 96; ++row) EXPECT_EQ(times[At(row)], row);
  ASSERT_EQ(dataset.files.size(), 4U + 2U);
  EXPECT_EQ(dataset.files[3].file, "week_26.parquet");
  EXPECT_EQ(dataset.files[3].records, 24);
  for (size_t f = 1; f < 7; ++f) EXPECT_GT(CountOf(dataset, f), 0) << f;
}

TEST(VkLsvd, AVideoWatchedForItsDurationIsALongView) {
  const Dataset dataset = LoadVkSample();
  for (size_t row = 0; row < 96; ++row)
    EXPECT_EQ(dataset.responses[0][row], dataset.values[row] >= 1 ? 1 : 0);
  EXPECT_GT(CountOf(dataset, 0), 0);
  EXPECT_LT(CountOf(dataset, 0), 96);
  DataOptions options;
  options.long_view_ratio = 0;
  EXPECT_EQ(CountOf(LoadVkSample(options), 0), 96);
}

TEST(VkLsvd, AuthorsAreTheCategoriesAndUsersHaveFeatures) {
  const Dataset dataset = LoadVkSample();
  EXPECT_THAT(CategoryNames(dataset, ItemOf(dataset, "902")), ElementsAre("51"));
  ASSERT_EQ(dataset.user_features.size(), 3U);
  EXPECT_EQ(dataset.user_features[0].name, "age");
  EXPECT_EQ(dataset.user_features[0].values[At(dataset.user_features[0].codes[2])], "33");
  ASSERT_EQ(dataset.item_features.size(), 1U);
  EXPECT_EQ(dataset.item_features[0].values[At(dataset.item_features[0].codes[0])], "under 15 s");
  EXPECT_EQ(DroppedFor(dataset, "videos of items_metadata"), 1);
  EXPECT_EQ(DroppedFor(dataset, "users of users_metadata"), 1);
}

TEST(VkLsvd, ASubsampleIsReadInPlaceOfAllInteractions) {
  DataOptions options;
  options.subsample = "ur0.01";
  EXPECT_EQ(LoadVkSample(options).num_interactions(), 24);
  options.subsample = "ur0.5";
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadVkSample(options); }),
              HasSubstr("subsamples/ur0.5/train: no file week_*.parquet is there"));
}

TEST(VkLsvd, AVideoWithoutADurationMakesAWrongRow) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "vk-lsvd");
  folder.Write("metadata/items_metadata.parquet",
               "item_id,author_id,duration\n901,50,9\n902,51,0\n");
  const auto load = [&](double share) {
    DataOptions options;
    options.max_bad_share = share;
    return LoadVkLsvd("vk-lsvd", folder.path(), options);
  };
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { load(0); }),
              HasSubstr("a video with a duration in items_metadata is expected"));
  const Dataset dataset = load(1);
  EXPECT_THAT(dataset.item_ids, ElementsAre("901"));
  EXPECT_EQ(DroppedFor(dataset, "wrong fields") + dataset.num_interactions(), 96);
}

}  // namespace
}  // namespace lerl
