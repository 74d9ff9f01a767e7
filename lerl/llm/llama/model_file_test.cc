#include "lerl/llm/llama/model_file.h"

#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

using ::testing::HasSubstr;

std::filesystem::path Write(const std::string& name, const std::string& bytes) {
  const std::filesystem::path path = ProcessFolder() / name;
  WriteFileWhole(path, bytes);
  return path;
}

std::string ModelFileTestMessageOf(const std::filesystem::path& path) {
  try {
    LlamaModel::Load(path);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    return error.what();
  }
  return "";
}

TEST(ModelFile, ThatIsMissingIsNamedWithWhatToDo) {
  EXPECT_THAT(ModelFileTestMessageOf("/no/such/model.gguf"),
              AllOf(HasSubstr("/no/such/model.gguf"), HasSubstr("make setup")));
}

TEST(ModelFile, OfAnotherFormatIsRefused) {
  EXPECT_THAT(ModelFileTestMessageOf(Write("text.gguf", "not a model")),
              HasSubstr("not a GGUF file"));
  EXPECT_THAT(ModelFileTestMessageOf(Write("empty.gguf", "")), HasSubstr("not a GGUF file"));
}

TEST(ModelFile, ThatIsAPointerOfGitLfsIsToBePulled) {
  EXPECT_THAT(ModelFileTestMessageOf(Write("pointer.gguf",
                                           "version https://git-lfs.github.com/spec/v1\noid "
                                           "sha256:4d7a\nsize 12345\n")),
              AllOf(HasSubstr("git lfs pull"), ::testing::Not(HasSubstr("convert"))));
}

TEST(ModelFile, ThatIsTruncatedIsRefusedWithoutAWordOfLlama) {
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(ModelFileTestMessageOf(Write("short.gguf", "GGUF\3")), HasSubstr("truncated"));
  std::string header("GGUF\3\0\0\0", 8);
  header += std::string("\5\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 16);
  EXPECT_THAT(ModelFileTestMessageOf(Write("cut.gguf", header)), HasSubstr("truncated"));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace lerl
