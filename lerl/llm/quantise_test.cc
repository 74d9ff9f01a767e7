#include "lerl/llm/quantise.h"

#include <gtest/gtest.h>

#include "lerl/base/error.h"
#include "lerl/llm/llm_testing.h"

namespace lerl {
namespace {

TEST(Quantise, MakesTheFastFormOnceAndLeavesNothingElse) {
  LERL_NEED_DEFAULT_MODEL(path);
  if (path == DefaultModelSource()) GTEST_SKIP() << "the folder of models is not writable";
  EXPECT_EQ(path.filename(), "SmolLM2-135M-Instruct.Q4_1.lerl-q4_0.gguf");
  const auto written = std::filesystem::last_write_time(path);
  EXPECT_EQ(FastModel(DefaultModelSource()), path);
  EXPECT_EQ(std::filesystem::last_write_time(path), written);
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    EXPECT_NE(entry.path().extension(), ".tmp");
  }
}

TEST(Quantise, RefusesAMissingSource) { EXPECT_THROW(FastModel("/no/such.gguf"), Error); }

}  // namespace
}  // namespace lerl
