#include "lerl/http/open_files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace lerl {
namespace {

TEST(OpenFiles, AreAsManyAsTheSystemAllows) {
  const int64_t most = RaiseOpenFiles();
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_GE(static_cast<int64_t>(limit.rlim_cur), most);
  EXPECT_EQ(RaiseOpenFiles(), most);
}

}  // namespace
}  // namespace lerl
