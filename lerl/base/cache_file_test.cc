#include "lerl/base/cache_file.h"

#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/base/hash.h"

namespace lerl {
namespace {

TEST(CacheFile, IsNamedByWhatItDependsOn) {
  EXPECT_EQ(CacheFile("models", "own/shop", "a key"),
            CacheDir() / "models" / ("own-shop-" + HashText("a key") + ".safetensors"));
  EXPECT_EQ(CacheFile("prepared", "shop", "", ".lerl").extension(), ".lerl");
  EXPECT_NE(CacheFile("models", "shop", "one"), CacheFile("models", "shop", "two"));
}

}  // namespace
}  // namespace lerl
