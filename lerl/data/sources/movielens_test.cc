#include "lerl/data/sources/movielens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/data/fetch.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(MovieLens, AtomicFilesAndTheOfficialArchiveGiveTheSameData) {
  const Dataset atomic = LoadMovieLens100K("ml-100k", SampleFolder() / "ml-100k", {});
  const Dataset archive = LoadMovieLens100K("ml-100k", SampleFolder() / "ml-100k-archive", {});
  CheckConsistent(atomic);
  EXPECT_EQ(Fingerprint(atomic), Fingerprint(archive));
  EXPECT_EQ(atomic.num_users(), 6);
  EXPECT_EQ(atomic.num_interactions(), 60);
  EXPECT_THAT(atomic.behaviours, ElementsAre("like"));
  EXPECT_EQ(atomic.suggested_split, "user_order");
  EXPECT_THAT(atomic.categories, Contains("unknown"));
  EXPECT_EQ(atomic.item_titles[2], "Caf\xC3\xA9 Invented (1983)");
  EXPECT_THAT(CategoryNames(atomic, 11), ElementsAre("unknown"));
}

TEST(MovieLens, ALikeIsARatingOfFourOrMoreUnlessSetOtherwise) {
  const Dataset dataset = LoadMovieLens100K("ml-100k", SampleFolder() / "ml-100k", {});
  for (size_t row = 0; row < dataset.items.size(); ++row)
    EXPECT_EQ(dataset.responses[0][row], dataset.values[row] >= 4 ? 1 : 0);
  DataOptions strict;
  strict.like_rating = 5;
  const Dataset fewer = LoadMovieLens100K("ml-100k", SampleFolder() / "ml-100k", strict);
  EXPECT_LT(CountOf(fewer, 0), CountOf(dataset, 0));
}

TEST(MovieLens, OneMillionReadsLatin1Titles) {
  const Dataset dataset = LoadMovieLens1M("ml-1m", SampleFolder() / "ml-1m", {});
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.num_interactions(), 60);
  EXPECT_EQ(dataset.item_titles[2], "Caf\xC3\xA9 Invented (1983)");
  EXPECT_THAT(dataset.user_features[0].values, Contains("18"));
}

TEST(MovieLens, LaterReleasesHaveHalfStarsAndNoUsers) {
  const Dataset ten = LoadMovieLens10M("ml-10m", SampleFolder() / "ml-10m", {});
  CheckConsistent(ten);
  EXPECT_EQ(ten.num_interactions(), 60);
  EXPECT_TRUE(ten.user_features.empty());
  EXPECT_THAT(ten.values.span(), Contains(3.5F));
  const Dataset csv = LoadMovieLensCsv("ml-32m", SampleFolder() / "ml-32m", {});
  CheckConsistent(csv);
  EXPECT_EQ(csv.item_titles[0], "Invented, Film 1 (1981)");
  EXPECT_THAT(CategoryNames(csv, 0), testing::ElementsAre("Comedy", "Horror"));
  EXPECT_TRUE(csv.CategoriesOf(ItemOf(csv, "12")).empty());  // (no genres listed)
}

TEST(MovieLens, AWrongRatingIsNamedWithFileLineAndColumnOrDroppedAndCounted) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "ml-1m");
  const std::string good = ReadFile(folder.path() / "ratings.dat");
  folder.Write("ratings.dat", good + "1::2::9::880000000\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadMovieLens1M("ml-1m", folder.path(), {}); }),
              HasSubstr("ratings.dat:61:7: rating is '9'; a rating from 0.5 to 5 is expected"));
  DataOptions tolerant;
  tolerant.max_bad_share = .05;
  const Dataset dataset = LoadMovieLens1M("ml-1m", folder.path(), tolerant);
  EXPECT_EQ(dataset.num_interactions(), 60);
  EXPECT_EQ(DroppedFor(dataset, "wrong fields"), 1);
}

TEST(MovieLens, AMissingFileIsNamed) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "ml-1m");
  std::filesystem::remove(folder.path() / "movies.dat");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadMovieLens1M("ml-1m", folder.path(), {}); }),
              HasSubstr("movies.dat"));
}

TEST(MovieLens, AFlagBeyondTheListOfGenresIsAnError) {
  TestFolder folder;
  folder.CopyFrom(SampleFolder() / "ml-100k-archive");
  folder.Write("u.genre", "unknown|0\nAction|1\nComedy|2\nDrama|3\n");
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadMovieLens100K("ml-100k", folder.path(), {}); }),
              HasSubstr("u.item:1"));
}

// The published counts; the date range and likes were counted apart with a few lines of Python.
TEST(MovieLens, TheRealDataHaveTheirPublishedCounts) {
  const std::filesystem::path folder = CacheDir() / "datasets" / "ml-100k";
  if (!HasMovieLens100K(folder)) GTEST_SKIP() << "MovieLens-100K is not there; lerl fetch ml-100k";
  const Dataset dataset = LoadMovieLens100K("ml-100k", folder, {});
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.num_users(), 943);
  EXPECT_EQ(dataset.num_items(), 1682);
  EXPECT_EQ(dataset.num_interactions(), 100'000);
  EXPECT_EQ(dataset.num_categories(), 19);
  EXPECT_EQ(CountOf(dataset, 0), 55'375);
  EXPECT_EQ(dataset.item_titles[0], "Toy Story (1995)");
  EXPECT_THAT(CategoryNames(dataset, 0), ElementsAre("Animation", "Children's", "Comedy"));
}

}  // namespace
}  // namespace lerl
