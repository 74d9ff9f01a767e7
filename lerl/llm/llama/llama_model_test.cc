#include "lerl/llm/llama/llama_model.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

TEST(LlamaModel, LabelsAreSingleTokensAndNoneIsAPrefixOfAnother) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto model = LlamaModel::Load(path);
  for (const int count : {2, 19, 52, 200}) {
    const std::vector<std::string> labels = model->Labels(count);
    ASSERT_EQ(labels.size(), At(count));
    std::set<int32_t> tokens;
    for (const std::string& label : labels) {
      EXPECT_TRUE(tokens.insert(model->LabelToken(label)).second) << label;
      for (const std::string& other : labels) {
        EXPECT_TRUE(&label == &other || !other.starts_with(label)) << label << " " << other;
      }
    }
  }
  EXPECT_EQ(model->Labels(3), (std::vector<std::string>{"A", "B", "C"}));
  EXPECT_TRUE(model->Labels(100000).empty());
}

TEST(LlamaModel, ThatIsCutOffAmongItsTensorsIsRefused) {
  LERL_NEED_DEFAULT_MODEL(path);
  const std::filesystem::path cut = std::filesystem::path(::testing::TempDir()) / "cut_off.gguf";
  {
    const MappedFile whole(path);
    WriteFileWhole(cut, whole.text().substr(0, 8 << 20));
  }
  try {
    LlamaModel::Load(cut);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("truncated"));
  }
  std::filesystem::remove(cut);
}

TEST(LlamaModel, IsSharedWhileAnybodyHoldsIt) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto one = LlamaModel::Load(path);
  EXPECT_EQ(one, LlamaModel::Load(path));
}

TEST(LlamaModel, WrapsMessagesInItsOwnChatTemplate) {
  LERL_NEED_DEFAULT_MODEL(path);
  const std::string text = LlamaModel::Load(path)->ApplyChatTemplate("Be brief.", "Hello");
  EXPECT_THAT(text,
              ::testing::AllOf(::testing::HasSubstr("Be brief."), ::testing::HasSubstr("Hello"),
                               ::testing::EndsWith("assistant\n")));
}

}  // namespace
}  // namespace lerl
