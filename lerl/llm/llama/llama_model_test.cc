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

// The file of a vocabulary, which has no tensors, with a chat template in its metadata.
std::filesystem::path WithChatTemplate(const std::filesystem::path& vocabulary,
                                       const std::string& chat_template, const std::string& name) {
  const auto number = [](uint64_t value, size_t bytes) {
    std::string text;
    for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
    return text;
  };
  constexpr size_t kEntries = 16, kHeader = 24;  // where their number stands, and the first begins
  constexpr char kKey[] = "tokenizer.chat_template";
  const MappedFile file(vocabulary);
  std::string bytes(file.text());
  bytes[kEntries] = static_cast<char>(bytes[kEntries] + 1);
  bytes.insert(kHeader, number(std::size(kKey) - 1, 8) + kKey + number(/*a string*/ 8, 4) +
                            number(chat_template.size(), 8) + chat_template);
  const std::filesystem::path path = ProcessFolder() / name;
  WriteFileWhole(path, bytes);
  return path;
}

TEST(LlamaModel, AChatTemplateThatTheLibraryDoesNotKnowIsNamed) {
  const std::filesystem::path path = CacheDir() / "models" / "vocab" / "ggml-vocab-llama-spm.gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "run `tools/setup.sh vocabulary`";
  ::testing::internal::CaptureStderr();
  const auto odd =
      LlamaModel::LoadVocabulary(WithChatTemplate(path, "{{ 'Odd: \"' + messages }}", "odd.gguf"));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, ::testing::HasSubstr("odd.gguf: llama.cpp does not know the model's chat "
                                        "template (it begins with \"{{ 'Odd: \\\"' +"));
  EXPECT_THAT(log, ::testing::HasSubstr("planner.llm.mode to names"));
  EXPECT_EQ(odd->ApplyChatTemplate("a", "b"), "a\n\nb\n\n");
  ::testing::internal::CaptureStderr();
  const auto known = LlamaModel::LoadVocabulary(
      WithChatTemplate(path, "{% for m in messages %}<|im_start|>{{ m }}{% endfor %}", "own.gguf"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_THAT(known->ApplyChatTemplate("a", "b"), ::testing::HasSubstr("<|im_start|>user\nb"));
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
