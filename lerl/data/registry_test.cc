#include "lerl/data/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/data/split.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::HasSubstr;

// Conformance: what every registered loader must do, on sample files of its official schema.
class EveryDataset : public testing::TestWithParam<std::string> {
 protected:
  TestFolder cache_;
  ScopedVariable data_{"LERL_DATA_DIR", SampleFolder().string()};
  ScopedVariable cache_dir_{"LERL_CACHE_DIR", cache_.path().string()};
};

bool TellsOfUsers(const std::string& name) {
  return FindDatasetRow(name).files.find("user") != std::string_view::npos;
}

// Not generated.
bool HasFiles(const std::string& name) { return !FindDatasetRow(name).files.empty(); }

TEST_P(EveryDataset, LoadsConsistentlyAndCanBeSplit) {
  const Dataset dataset = LoadDataset(GetParam());
  CheckConsistent(dataset);
  EXPECT_EQ(dataset.name, GetParam());
  EXPECT_GT(dataset.num_categories(), 1);
  EXPECT_NE(dataset.user_features.empty(), TellsOfUsers(GetParam()));
  const Split split = MakeSplit(dataset, {.min_past = 2});
  EXPECT_FALSE(split.test_users.empty());
}

TEST_P(EveryDataset, LoadsTheSameFromItsPreparedCopy) {
  const Dataset first = LoadDataset(GetParam());
  EXPECT_EQ(std::filesystem::exists(cache_.path() / "prepared"), HasFiles(GetParam()));
  const Dataset second = LoadDataset(GetParam());
  EXPECT_EQ(Fingerprint(first), Fingerprint(second));
  DataOptions direct;
  direct.keep_prepared = false;
  EXPECT_EQ(Fingerprint(LoadDataset(GetParam(), direct)), Fingerprint(first));
  direct.memory_mb = 0.001;  // of 15 rows
  EXPECT_EQ(Fingerprint(LoadDataset(GetParam(), direct)), Fingerprint(first));
}

TEST_P(EveryDataset, IsAnErrorThatSaysWhatToDoWhereItIsMissing) {
  if (!HasFiles(GetParam())) return;
  TestFolder empty;
  const ScopedVariable nowhere("LERL_DATA_DIR", empty.path().string());
  const std::string error = ErrorOf(ErrorKind::kData, [&] { LoadDataset(GetParam()); });
  EXPECT_THAT(error, HasSubstr((cache_.path() / "datasets" / GetParam()).string()));
  EXPECT_THAT(error, HasSubstr("lerl fetch " + GetParam()));
  const DatasetRow& entry = FindDatasetRow(GetParam());
  if (!entry.fetchable) {
    EXPECT_THAT(error, HasSubstr(std::string(entry.licence)));
  }
  EXPECT_THAT(HowToGet(entry), HasSubstr(std::string(entry.source)));
}

TEST_P(EveryDataset, AnyFileCutShortIsAnErrorOrDropsRowsNeverACrash) {
  if (!HasFiles(GetParam())) return;
  for (const auto& file :
       std::filesystem::recursive_directory_iterator(SampleFolder() / GetParam())) {
    if (!file.is_regular_file()) continue;
    TestFolder copy;
    std::filesystem::copy(SampleFolder() / GetParam(), copy.path() / GetParam(),
                          std::filesystem::copy_options::recursive);
    const auto cut = copy.path() / GetParam() /
                     std::filesystem::relative(file.path(), SampleFolder() / GetParam());
    std::filesystem::resize_file(cut, std::filesystem::file_size(cut) / 3);
    const ScopedVariable here("LERL_DATA_DIR", copy.path().string());
    try {
      CheckConsistent(LoadDataset(GetParam()));
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr(cut.filename().string()));
    }
  }
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const DatasetRow& entry : DatasetRows()) names.emplace_back(entry.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Registry, EveryDataset, testing::ValuesIn(Names()), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Registry, AnUnknownNameNamesTheNearest) {
  EXPECT_THAT(ErrorOf(ErrorKind::kUsage, [] { LoadDataset("ml-100"); }),
              HasSubstr("did you mean 'ml-100k'?"));
}

TEST(Registry, APathToATomlFileIsAPersonsOwnData) {
  TestFolder cache;
  const ScopedVariable cache_dir("LERL_CACHE_DIR", cache.path().string());
  const std::string toml = (SampleFolder() / "shop/shop.toml").string();
  EXPECT_EQ(LoadDataset(toml).num_interactions(), 60);
  EXPECT_EQ(LoadDataset(toml).name, "shop");
}

TEST(Registry, TheMatrixOfADataSetThatHasNoneIsAnErrorThatSaysWhatToDo) {
  EXPECT_FALSE(HasDataMatrix("ml-100k"));
  EXPECT_THAT(ErrorOf(ErrorKind::kConfig, [] { LoadDataMatrix("ml-100k"); }),
              HasSubstr("ml-100k has no full matrix; set env.matrix.source"));
  EXPECT_EQ(LoadDataMatrix("coat-like").columns, 300);
}

}  // namespace
}  // namespace lerl
