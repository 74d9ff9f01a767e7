#include "lerl/llm/llama/shipped_adapters.h"

#include <gmock/gmock.h>

#include "lerl/base/file.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/llm/llama/lora_adapter.h"
#include "lerl/llm/llama/model_file.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

TEST(ShippedAdapters, AreFilesOnFirstUseAndTheSameOnesAfterwards) {
  ASSERT_THAT(ShippedAdapters(), ::testing::Contains("ml-100k"));
  for (const std::string& name : ShippedAdapters()) {
    const fs::path path = ResolveAdapter(name);
    const auto written = fs::last_write_time(path);
    EXPECT_EQ(ResolveAdapter(name), path);
    EXPECT_EQ(fs::last_write_time(path), written);
    EXPECT_LE(fs::file_size(path), 5'000'000U);
    CheckModelFile(path);
  }
}

TEST(ShippedAdapters, AreOfTheDefaultModel) {
  if (!fs::exists(DefaultModelSource())) GTEST_SKIP() << "run `make setup`";
  const auto model = LlamaModel::Load(ResolveModel(""));
  for (const std::string& name : ShippedAdapters())
    EXPECT_NO_THROW(LoraAdapter(model, ResolveAdapter(name)));
}

TEST(ShippedAdapters, AnythingElseIsAPath) {
  EXPECT_EQ(ResolveAdapter(""), "");
  EXPECT_EQ(ResolveAdapter("runs/tuned/adapter.gguf"), "runs/tuned/adapter.gguf");
}

}  // namespace
}  // namespace lerl
