#include "lerl/llm/llama/model_trial.h"

#include <gguf.h>
#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <memory>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/llm/llama/llama_model.h"
#include "lerl/llm/llama/model_file.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

std::string TrialMessageOf(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    return error.what();
  }
  return "accepted";
}

// Writes `source` with its header changed by `change`, or that header alone.
fs::path WriteChanged(const fs::path& source, const std::string& name,
                      const std::function<void(gguf_context*)>& change, bool alone = false) {
  const fs::path path = ProcessFolder() / name;
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> header(
      gguf_init_from_file(source.c_str(), {.no_alloc = true, .ctx = nullptr}), &gguf_free);
  const MappedFile whole(source);
  const std::string_view weights = whole.text().substr(gguf_get_data_offset(header.get()));
  change(header.get());
  EXPECT_TRUE(gguf_write_to_file(header.get(), path.c_str(), /*only_meta=*/true));
  if (!alone) std::ofstream(path, std::ios::binary | std::ios::app) << weights;
  return path;
}

fs::path WithATokenTwice(const fs::path& source) {
  return WriteChanged(source, "doubled_token.gguf", [](gguf_context* header) {
    const char* key = "tokenizer.ggml.tokens";
    const int64_t id = gguf_find_key(header, key);
    std::vector<std::string> tokens;
    for (size_t i = 0; i < gguf_get_arr_n(header, id); ++i)
      tokens.emplace_back(gguf_get_arr_str(header, id, i));
    tokens.at(300) = tokens.at(301);
    std::vector<const char*> pointers;
    for (const std::string& token : tokens) pointers.push_back(token.c_str());
    gguf_set_arr_str(header, key, pointers.data(), pointers.size());
  });
}

TEST(ModelTrial, AModelWithoutAContextIsNamedAndNotTheSetting) {
  LERL_NEED_DEFAULT_MODEL(path);
  const fs::path changed = WriteChanged(path, "no_context.gguf", [](gguf_context* header) {
    gguf_set_val_u32(header, "llama.context_length", 0);
  });
  EXPECT_THAT(TrialMessageOf([&] {
                const auto backend = MakeLlamaCppBackend({.model = changed, .context = 256});
                backend->ScoreLabels("Count:", std::vector<std::string>{" one"},
                                     std::vector<std::string>{"A", "B"});
              }),
              AllOf(HasSubstr("no_context.gguf"), HasSubstr("a context of 0 tokens"),
                    ::testing::Not(HasSubstr("planner.llm.context"))));
  fs::remove(changed);
}

TEST(ModelTrial, AModelWithoutNumbersIsSaidToBeDamaged) {
  LERL_NEED_DEFAULT_MODEL(path);
  const fs::path changed = WriteChanged(path, "no_numbers.gguf", [](gguf_context*) {});
  {
    const std::unique_ptr<gguf_context, decltype(&gguf_free)> header(
        gguf_init_from_file(changed.c_str(), {.no_alloc = true, .ctx = nullptr}), &gguf_free);
    const int64_t tensor = gguf_find_tensor(header.get(), "token_embd.weight");
    std::fstream file(changed, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(gguf_get_data_offset(header.get()) +
                                           gguf_get_tensor_offset(header.get(), tensor)));
    file << std::string(gguf_get_tensor_size(header.get(), tensor), '\xFF');
  }
  const auto backend = MakeLlamaCppBackend({.model = changed, .context = 256});
  EXPECT_EQ(backend->LatestFailure(), "");
  backend->ScoreLabels("Count:", std::vector<std::string>{" one"},
                       std::vector<std::string>{"A", "B"});
  EXPECT_THAT(backend->LatestFailure(), HasSubstr("its file is damaged; fetch it again"));
  fs::remove(changed);
}

TEST(ModelTrial, AModelWithADoubledTokenIsAnErrorAndEndsNothing) {
  LERL_NEED_DEFAULT_MODEL(path);
  const fs::path doubled = WithATokenTwice(path);
  for (int n = 0; n < 2; ++n) {  // it is tried each time
    const std::string message = TrialMessageOf([&] { LlamaModel::Load(doubled); });
    EXPECT_THAT(message, AllOf(HasSubstr(doubled.string()), HasSubstr("ends by"),
                               HasSubstr("fetch it again")));
    EXPECT_THAT(message, HasSubstr("token_to_id"));  // of the assertion
  }
  fs::remove(doubled);
}

TEST(ModelTrial, AModelThatPassedIsNotTriedAgain) {
  LERL_NEED_DEFAULT_MODEL(path);
  LlamaModel::Load(path);
  const fs::path mark =
      CacheDir() / "models" / "tried" / LlamaModel::LoadVocabulary(path)->fingerprint();
  EXPECT_TRUE(fs::exists(mark));
  TryModel("/no/such/file.gguf", mark.filename().string());
}

TEST(ModelTrial, AModelThatCannotBeLoadedSaysWhyAndWhatToDo) {
  LERL_NEED_DEFAULT_MODEL(path);
  const auto refused = [&](const std::string& name,
                           const std::function<void(gguf_context*)>& change, bool alone = false) {
    const fs::path file = WriteChanged(path, name, change, alone);
    const std::string message = TrialMessageOf([&] { LlamaModel::Load(file); });
    fs::remove(file);
    return message;
  };
  EXPECT_THAT(refused("unknown.gguf",
                      [](gguf_context* header) {
                        gguf_set_val_str(header, "general.architecture", "brainwave");
                      }),
              AllOf(HasSubstr("brainwave"), HasSubstr("LERL_LLAMA_DIR")));
  EXPECT_THAT(refused("model-00002-of-00003.gguf",
                      [](gguf_context* header) {
                        gguf_set_val_u16(header, "split.count", 3);
                        gguf_set_val_u16(header, "split.no", 1);
                      }),
              AllOf(HasSubstr("split"), HasSubstr("name the first")));
  EXPECT_THAT(refused(
                  "header_alone.gguf", [](gguf_context*) {}, /*alone=*/true),
              AllOf(HasSubstr("file bounds"), HasSubstr("truncated")));
  std::string version = ReadFile(path).substr(0, 1 << 16);
  for (const char number : {char{1}, char{9}}) {
    version[4] = number;
    const fs::path file = ProcessFolder() / "version.gguf";
    WriteFileWhole(file, version);
    EXPECT_THAT(TrialMessageOf([&] { LlamaModel::Load(file); }),
                HasSubstr("of another version of the format"));
  }
}

TEST(ModelTrial, AContextLargerThanTheModelsIsRefusedAtOnce) {
  LERL_NEED_DEFAULT_MODEL(path);
  EXPECT_EQ(TrialMessageOf([&] { CheckContext(path, 8192); }), "accepted");
  EXPECT_EQ(TrialMessageOf([&] { CheckContext(path, kUsualContext); }), "accepted");
  EXPECT_THAT(TrialMessageOf([&] { MakeLlamaCppBackend({.model = path, .context = 100000}); }),
              AllOf(HasSubstr("planner.llm.context is 100000"), HasSubstr("8192 tokens")));
}

}  // namespace
}  // namespace lerl
