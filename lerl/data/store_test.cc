#include "lerl/data/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/data/sources/synthetic.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::HasSubstr;

Dataset Sample() {
  Dataset dataset = MakeSyntheticDataset({.behaviours = 3});
  dataset.dropped.push_back({"rows with wrong fields", 4});
  dataset.suggested_split = "global_cut";
  dataset.files = {{"log.csv", 9, 1, 2, 5}};
  dataset.notes = {"like: 5%"};
  std::vector<float> prices(dataset.item_ids.size());
  for (size_t i = 0; i < prices.size(); ++i) prices[i] = static_cast<float>(i);
  dataset.prices = std::move(prices);
  return dataset;
}

TEST(Store, GivesBackWhatWasSaved) {
  TestFolder folder;
  const Dataset dataset = Sample();
  SavePrepared(folder.path() / "a.lerl", dataset, "stamp");
  const std::optional<Dataset> loaded = LoadPrepared(folder.path() / "a.lerl", "stamp");
  ASSERT_TRUE(loaded);
  CheckConsistent(*loaded);
  EXPECT_EQ(Fingerprint(*loaded), Fingerprint(dataset));
  EXPECT_EQ(loaded->name, dataset.name);
  EXPECT_EQ(loaded->suggested_split, "global_cut");
  ASSERT_EQ(loaded->dropped.size(), 1u);
  EXPECT_EQ(loaded->dropped[0].rows, 4);
  ASSERT_EQ(loaded->files.size(), 1u);
  EXPECT_EQ(loaded->files[0].file, "log.csv");
  EXPECT_EQ(loaded->files[0].records, 5);
  EXPECT_EQ(loaded->notes, dataset.notes);
  EXPECT_EQ(loaded->prices[7], 7);
}

TEST(Store, AnotherStampOrNoFileGivesNothing) {
  TestFolder folder;
  SavePrepared(folder.path() / "a.lerl", Sample(), "stamp");
  EXPECT_FALSE(LoadPrepared(folder.path() / "a.lerl", "other"));
  EXPECT_FALSE(LoadPrepared(folder.path() / "b.lerl", "stamp"));
}

// Every byte counts (all of the prefix and each seventh behind it are tried): any flipped one,
// header or column, is an error, never a wrong data set. (Bytes between sections are padding that
// nobody reads; the version is checked by another test.)
TEST(Store, ADamagedByteAnywhereIsFound) {
  TestFolder folder;
  const Dataset dataset =
      MakeSyntheticDataset({.users = 2, .items = 3, .categories = 2, .rows_per_user = 3});
  SavePrepared(folder.path() / "a.lerl", dataset, "stamp");
  const std::string good = ReadFile(folder.path() / "a.lerl");
  int found = 0;
  for (size_t place = 0; place < good.size(); place += place < 24 ? 1 : 7) {
    if (place >= 8 && place < 12) continue;  // the version
    std::string bad = good;
    bad[place] = static_cast<char>(bad[place] ^ 1);
    folder.Write("bad.lerl", bad);
    try {
      const std::optional<Dataset> loaded = LoadPrepared(folder.path() / "bad.lerl", "stamp");
      ASSERT_TRUE(loaded);
      EXPECT_EQ(good[place], 0) << "byte " << place;  // padding
      EXPECT_EQ(Fingerprint(*loaded), Fingerprint(dataset)) << "byte " << place;
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("damaged"));
      ++found;
    }
  }
  EXPECT_GT(found, static_cast<int>(good.size()) / 7 / 3);
}

TEST(Store, ATruncatedAndAForeignFileAreFoundAndAnotherVersionIsBuiltAgain) {
  TestFolder folder;
  SavePrepared(folder.path() / "a.lerl", Sample(), "stamp");
  const std::string good = ReadFile(folder.path() / "a.lerl");
  for (const size_t length : {size_t{0}, size_t{10}, size_t{200}, good.size() - 100}) {
    const auto cut = folder.Write("cut.lerl", good.substr(0, length));
    EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadPrepared(cut, "stamp"); }), HasSubstr("cut"));
  }
  const auto foreign = folder.Write("foreign.lerl", std::string(1000, 'x'));
  EXPECT_THAT(ErrorOf(ErrorKind::kData, [&] { LoadPrepared(foreign, "stamp"); }),
              HasSubstr("another file"));
  std::string newer = good;
  newer[8] = 99;
  EXPECT_FALSE(LoadPrepared(folder.Write("newer.lerl", newer), "stamp"));
}

TEST(Store, ReadsTheSourceOnceAndAgainAfterDamageOrChange) {
  TestFolder folder;
  const auto path = folder.path() / "prepared/a.lerl";
  int reads = 0;
  const auto load = [&reads] { return ++reads, Sample(); };
  const std::string fingerprint = Fingerprint(LoadThroughStore(path, "stamp", load));
  EXPECT_EQ(Fingerprint(LoadThroughStore(path, "stamp", load)), fingerprint);
  EXPECT_EQ(reads, 1);
  folder.Write("prepared/a.lerl", ReadFile(path).substr(0, 3000));
  EXPECT_EQ(Fingerprint(LoadThroughStore(path, "stamp", load)), fingerprint);
  EXPECT_EQ(reads, 2);
  LoadThroughStore(path, "changed", load);
  EXPECT_EQ(reads, 3);
}

TEST(Store, AColumnOutlivesTheDataSetItCameFrom) {
  TestFolder folder;
  SavePrepared(folder.path() / "a.lerl", Sample(), "stamp");
  const Column<int32_t> items = LoadPrepared(folder.path() / "a.lerl", "stamp")->items;
  EXPECT_EQ(items[17], Sample().items[17]);
}

TEST(Store, TheStampFollowsNamesSizesTimesAndSettings) {
  TestFolder folder;
  const auto file = folder.Write("a.csv", "1");
  const std::string stamp = SourceStamp({folder.path()}, "s");
  EXPECT_EQ(SourceStamp({folder.path()}, "s"), stamp);
  EXPECT_NE(SourceStamp({folder.path()}, "t"), stamp);
  std::filesystem::last_write_time(
      file, std::filesystem::last_write_time(file) + std::chrono::seconds(1));
  EXPECT_NE(SourceStamp({folder.path()}, "s"), stamp);
}

}  // namespace
}  // namespace lerl
