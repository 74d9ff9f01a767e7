#include "lerl/planner/llm/named_files.h"

#include <gtest/gtest.h>

#include "lerl/base/file.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(NamedFiles, AreNoneWhereEverythingIsBuiltIn) { EXPECT_TRUE(NamedFiles({}).empty()); }

TEST(NamedFiles, ChangeWithWhatTheFilesHold) {
  const TestFolder folder;
  LlmPlannerConfig config;
  config.model = (folder.path() / "model.gguf").string();
  config.names_template = (folder.path() / "names.txt").string();
  config.prompt_dir = (folder.path() / "prompts").string();
  EXPECT_EQ(NamedFiles(config).at("model"), "absent");
  WriteFileWhole(config.model, "weights");
  WriteFileWhole(config.names_template, "Films: {categories}");
  std::filesystem::create_directory(config.prompt_dir);
  WriteFileWhole(folder.path() / "prompts/plan_system.txt", "You plan.");
  const auto before = NamedFiles(config);
  EXPECT_EQ(before.size(), 3u);
  for (const char* changed : {"model.gguf", "names.txt", "prompts/plan_system.txt"}) {
    const auto earlier = NamedFiles(config);
    WriteFileWhole(folder.path() / changed, "something else");
    EXPECT_NE(NamedFiles(config), earlier) << changed;
  }
}

}  // namespace
}  // namespace lerl
