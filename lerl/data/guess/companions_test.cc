#include "lerl/data/guess/companions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using testing::ElementsAre;

class CompanionsTest : public testing::Test {
 protected:
  CompanionsTest() {
    log_ = TakeSample(folder_.Write("ratings.csv", "userId,movieId,rating\n1,1,4\n1,2,3\n2,3,5\n"));
  }
  Companion Items() { return FindItemsFile(log_, *log_.Find("movieId")); }
  TestFolder folder_;
  FileSample log_;
};

TEST_F(CompanionsTest, TheFileOfItemsSpeaksOfTheirIdsAndTellsTheirCategories) {
  folder_.Write("links.csv", "movieId,imdbId\n1,11\n2,12\n3,13\n");
  folder_.Write("movies.csv", "movieId,title,genres\n1,A,x|y\n2,B,x\n3.0,C,y\n4,D,y\n");
  folder_.Write("tags.csv", "userId,movieId,tag\n1,1,a\n2,2,b\n");
  folder_.Write("notes.txt", "no table at all\n");
  const Companion items = Items();
  EXPECT_EQ(items.file, "movies.csv");
  EXPECT_EQ(items.id, "movieId");
  EXPECT_EQ(items.title, "title");
  EXPECT_THAT(items.categories, ElementsAre("genres"));
}

TEST_F(CompanionsTest, AFileOfItemsWithoutAHeaderGetsNames) {
  folder_.Write("movies.dat", "1::A one::x|y\n2::B two::x\n3::C three::x\n");
  const Companion items = Items();
  EXPECT_EQ(items.separator, "::");
  EXPECT_THAT(items.columns, ElementsAre("item_id", "title", "category"));
}

TEST_F(CompanionsTest, AFileThatSpeaksOfOthersIsNone) {
  folder_.Write("movies.csv", "movieId,title\n7,A\n8,B\n3,C\n");
  EXPECT_EQ(Items().file, "");
}

TEST_F(CompanionsTest, TheFileOfUsersIsFoundByItsName) {
  folder_.Write("users.csv", "userId,gender\n1,F\n2,M\n");
  const Companion users = FindUsersFile(log_, *log_.Find("userId"), "");
  EXPECT_EQ(users.file, "users.csv");
  EXPECT_THAT(users.features, ElementsAre("gender"));
}

}  // namespace
}  // namespace lerl
