#include "lerl/bench/generated_data.h"

#include <gtest/gtest.h>

#include "lerl/data/sources/kuairand.h"

namespace lerl {
namespace {

TEST(WriteKuaiRandPure, IsReadByTheLoaderAndItsFolderGoesAway) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    WriteKuaiRandPure(path, {.users = 20, .videos = 12, .rows = 400});
    const Dataset data = LoadKuaiRand("kuairand-pure", path, {});
    EXPECT_EQ(data.num_users(), 20);
    EXPECT_EQ(data.num_items(), 12);
    EXPECT_EQ(data.num_interactions(), 400);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace lerl
