#include "lerl/data/fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(Fetch, PinsTheSameArchiveAsTheSetUp) {
  const std::string pins = ReadFile("tools/downloads.txt");
  EXPECT_THAT(pins, testing::HasSubstr("recbole " + std::string(kRecboleVersion) + " " +
                                       std::string(kRecboleSha256)));
}

TEST(Fetch, AllThreePartsMustBeThere) {
  TestFolder folder;
  folder.Write("ml-100k.inter", "");
  folder.Write("ml-100k.item", "");
  EXPECT_FALSE(HasMovieLens100K(folder.path()));
  folder.Write("ml-100k.user", "");
  EXPECT_TRUE(HasMovieLens100K(folder.path()));
}

TEST(Fetch, AFailedDownloadLeavesNothingBehind) {
  TestFolder folder;
  const ScopedVariable no_programs("PATH", folder.path().string());
  EXPECT_THAT(ErrorOf(ErrorKind::kIo, [&] { FetchMovieLens100K(folder.path() / "d/ml-100k"); }),
              testing::HasSubstr("could not be fetched"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "d"));
}

}  // namespace
}  // namespace lerl
