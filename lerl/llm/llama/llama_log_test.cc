#include "lerl/llm/llama/llama_log.h"

#include <gtest/gtest.h>
#include <llama.h>

namespace lerl {
namespace {

TEST(LlamaLog, KeepsTheLastErrorAndPrintsNothing) {
  CaptureLlamaLog();
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(llama_model_load_from_file("/no/such.gguf", llama_model_default_params()), nullptr);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_NE(LastLlamaMessage(), "no reason given");
  EXPECT_EQ(LastLlamaMessage().find('\n'), std::string::npos);
}

}  // namespace
}  // namespace lerl
