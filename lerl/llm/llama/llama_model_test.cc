#include "lerl/llm/llama/llama_model.h"

#include <gmock/gmock.h>

#include <set>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/testing/data_files.h"
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

TEST(LlamaModel, NamesAreTheirFirstTokensUnlessTwoBeginAlike) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto model = LlamaModel::Load(path);
  const std::vector<std::string> names = {" Comedy", " Drama", " Science fact", " Science fiction"};
  EXPECT_THAT(model->NameLabels(names),
              ::testing::ElementsAre(" Comedy", " Drama", " Science fact", " Science fiction"));
  const std::vector<std::string> long_name = {" Comedy of errors", " Drama"};
  EXPECT_THAT(model->NameLabels(long_name), ::testing::ElementsAre(" Comedy", " Drama"));
}

// The Llama 2 vocabulary writes "Comedy" as " Comedy" where a text begins. Inside a text it does
// not, so labels and suffixes must be the tokens that follow a template.
TEST(LlamaModel, AVocabularyThatAddsASpaceAddsNoneInsideAText) {
  const std::filesystem::path path = CacheDir() / "models" / "vocab" / "ggml-vocab-llama-spm.gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "run `tools/setup.sh vocabulary`";
  const auto model = LlamaModel::LoadVocabulary(path);
  const std::vector<int32_t> whole = model->Tokenise("[/INST]A", /*begins=*/true);
  const std::vector<int32_t> before = model->Tokenise("[/INST]", /*begins=*/true);
  ASSERT_GT(whole.size(), before.size());
  EXPECT_EQ(whole.back(), model->LabelToken("A"));
  EXPECT_EQ(model->Piece(model->LabelToken("A")), "A");
  const std::string prompt = "Best next:", name = " Drama";
  std::vector<int32_t> parts = model->Tokenise(prompt, true);
  for (const int32_t token : model->Tokenise(name, false)) parts.push_back(token);
  EXPECT_EQ(parts, model->Tokenise(prompt + name, true));
}

TEST(LlamaModel, ThatIsCutOffAmongItsTensorsIsRefused) {
  LERL_NEED_DEFAULT_MODEL(path);
  const std::filesystem::path cut = ProcessFolder() / "cut_off.gguf";
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
