#include "lerl/lm_tuning/llama_file.h"

#include <ggml.h>
#include <gguf.h>
#include <gmock/gmock.h>

#include "lerl/base/error.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A file with no more than an architecture, and 2 x 32 weights whose row r holds r + 1.
std::filesystem::path WriteTinyGguf(const std::string& architecture, ggml_type type) {
  const std::filesystem::path path = ProcessFolder() / (architecture + ".gguf");
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> memory(
      ggml_init({.mem_size = size_t{1} << 16U, .mem_buffer = nullptr, .no_alloc = false}),
      ggml_free);
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_empty(), gguf_free);
  gguf_set_val_str(file.get(), "general.architecture", architecture.c_str());
  gguf_set_val_str(file.get(), "general.name", "Tiny");
  for (const char* key : {"block_count", "attention.head_count"})
    gguf_set_val_u32(file.get(), ("llama." + std::string(key)).c_str(), 1);
  for (const char* key : {"embedding_length", "feed_forward_length"})
    gguf_set_val_u32(file.get(), ("llama." + std::string(key)).c_str(), 32);
  ggml_tensor* tensor = ggml_new_tensor_2d(memory.get(), type, 32, 2);
  ggml_set_name(tensor, "token_embd.weight");
  std::vector<float> values(64, 1);
  std::fill(values.begin() + 32, values.end(), 2);
  ggml_quantize_chunk(type, values.data(), tensor->data, 0, 2, 32, nullptr);
  gguf_add_tensor(file.get(), tensor);
  EXPECT_TRUE(gguf_write_to_file(file.get(), path.c_str(), /*only_meta=*/false));
  return path;
}

TEST(LlamaFile, TurnsQuantisedWeightsBackIntoFloats) {
  for (const ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_Q8_0}) {
    const LlamaFile file(WriteTinyGguf("llama", type));
    EXPECT_EQ(file.shape().vocabulary, 2);
    EXPECT_EQ(file.shape().kv_heads, 1);
    EXPECT_EQ(file.model_name(), "Tiny");
    const std::vector<float> rows = file.ReadRows("token_embd.weight", {1, 0, 1}, 32);
    EXPECT_NEAR(rows[0], 2, 1e-2);
    EXPECT_NEAR(rows[32], 1, 1e-2);
    EXPECT_NEAR(rows[95], 2, 1e-2);
    EXPECT_THROW(file.Read("token_embd.weight", 3, 32), Error);
    EXPECT_THROW(file.Read("output_norm.weight", 1, 32), Error);
  }
}

TEST(LlamaFile, NamesAnArchitectureThatTheTunerDoesNotKnowAndThoseItKnows) {
  try {
    LlamaFile file(WriteTinyGguf("gemma3", GGML_TYPE_F32));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'gemma3'"), HasSubstr("it knows llama")));
  }
}

TEST(LlamaFile, HasTheShapeOfTheDefaultModel) {
  LERL_NEED_DEFAULT_MODEL(path);
  const LlamaFile file(path);
  const LlamaShape& shape = file.shape();
  EXPECT_THAT((std::vector<int64_t>{shape.layers, shape.width, shape.hidden, shape.heads,
                                    shape.kv_heads, shape.head_width, shape.vocabulary}),
              ElementsAre(30, 576, 1536, 9, 3, 64, 49152));
  EXPECT_EQ(shape.layer_parameters(), 2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536);
}

}  // namespace
}  // namespace lerl
