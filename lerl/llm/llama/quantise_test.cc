#include "lerl/llm/llama/quantise.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/embedded_model.h"

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

TEST(Quantise, TwoThreadsMayAskAtOnce) {
  if (!std::filesystem::exists(DefaultModelSource())) GTEST_SKIP() << "run `make setup`";
  const std::filesystem::path folder = ProcessFolder() / "lerl_quantise";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const std::filesystem::path source = folder / "model.gguf";
  std::filesystem::copy_file(DefaultModelSource(), source);
  std::vector<std::filesystem::path> got(2);
  std::vector<std::thread> threads;
  for (auto& path : got) threads.emplace_back([&] { path = FastModel(source); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(got[0], folder / "model.lerl-q4_0.gguf");
  EXPECT_EQ(got[1], got[0]);
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_NE(entry.path().extension(), ".tmp");
  std::filesystem::remove_all(folder);
}

TEST(Quantise, RefusesAMissingSource) { EXPECT_THROW(FastModel("/no/such.gguf"), Error); }

}  // namespace
}  // namespace lerl
