#include "lerl/lm_tuning/lora_file.h"

#include <gguf.h>
#include <gtest/gtest.h>

#include <memory>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"

namespace lerl {
namespace {

TEST(LoraFile, HasTheKeysAndTensorsThatLlamaCppReads) {
  const std::filesystem::path path = ProcessFolder() / "made" / "adapter.gguf";
  WriteLoraFile(path, {.base_model = "Tiny", .description = "a test", .alpha = 16},
                {{"blk.0.attn_q.weight.lora_a", 2, 3, {1, 2, 3, 4, 5, 6}},
                 {"blk.0.attn_q.weight.lora_b", 4, 2, {1, 2, 3, 4, 5, 6, 7, 8}}});
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(
      gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}), gguf_free);
  ASSERT_NE(file, nullptr);
  const auto text = [&](const char* key) {
    return std::string(gguf_get_val_str(file.get(), gguf_find_key(file.get(), key)));
  };
  EXPECT_EQ(text("general.type"), "adapter");
  EXPECT_EQ(text("adapter.type"), "lora");
  EXPECT_EQ(text("general.architecture"), "llama");
  EXPECT_EQ(gguf_get_val_f32(file.get(), gguf_find_key(file.get(), "adapter.lora.alpha")), 16);
  const int64_t* extents =
      gguf_get_tensor_ne(file.get(), gguf_find_tensor(file.get(), "blk.0.attn_q.weight.lora_b"));
  EXPECT_EQ(extents[0], 2);
  EXPECT_EQ(extents[1], 4);
}

TEST(LoraFile, LeavesNothingWhereItCannotBeWritten) {
  const std::filesystem::path folder = ProcessFolder() / "adapter-is-a-folder.gguf";
  std::filesystem::create_directories(folder / "full");
  EXPECT_THROW(WriteLoraFile(folder, {.alpha = 1}, {}), Error);
  for (const auto& entry : std::filesystem::directory_iterator(ProcessFolder()))
    EXPECT_NE(entry.path().extension(), ".tmp") << entry.path();
}

}  // namespace
}  // namespace lerl
