#include "lerl/llm/llama/lora_adapter.h"

#include <ggml.h>
#include <gguf.h>
#include <gmock/gmock.h>

#include <cmath>
#include <memory>
#include <vector>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/rng.h"
#include "lerl/llm/llama/llama_cpp_backend.h"
#include "lerl/testing/data_files.h"
#include "lerl/testing/embedded_model.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// An adapter of rank 2 for the query matrix of SmolLM2's first layer, 576 by 576, whose A and B are
// normal with the given deviation.
struct Adapter {
  double deviation = 0;
  const char* architecture = "llama";
  int width = 576;
};

fs::path WriteAdapter(const std::string& name, const Adapter& adapter) {
  const fs::path path = ProcessFolder() / name;
  std::unique_ptr<ggml_context, decltype(&ggml_free)> tensors(
      ggml_init({.mem_size = size_t{1} << 20U, .mem_buffer = nullptr, .no_alloc = false}),
      ggml_free);
  std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_empty(), gguf_free);
  gguf_set_val_str(file.get(), "general.type", "adapter");
  gguf_set_val_str(file.get(), "general.architecture", adapter.architecture);
  gguf_set_val_str(file.get(), "adapter.type", "lora");
  gguf_set_val_f32(file.get(), "adapter.lora.alpha", 2);
  Rng rng(1, "adapter");
  const auto add = [&](const char* tensor_name, int64_t columns, int64_t rows) {
    ggml_tensor* tensor = ggml_new_tensor_2d(tensors.get(), GGML_TYPE_F32, columns, rows);
    ggml_set_name(tensor, tensor_name);
    auto* values = static_cast<float*>(tensor->data);
    for (int64_t i = 0; i < columns * rows; ++i)
      values[i] = static_cast<float>(adapter.deviation * rng.Normal());
    gguf_add_tensor(file.get(), tensor);
  };
  add("blk.0.attn_q.weight.lora_a", adapter.width, 2);
  add("blk.0.attn_q.weight.lora_b", 2, 576);
  EXPECT_TRUE(gguf_write_to_file(file.get(), path.c_str(), /*only_meta=*/false));
  return path;
}

struct Asked {
  std::vector<float> scores;
  std::string fingerprint, name;
};
Asked Ask(const fs::path& model, const fs::path& lora, double scale = 1) {
  const auto backend = MakeLlamaCppBackend(
      {.model = model, .context = 256, .batch = 2, .lora = lora, .lora_scale = scale});
  const std::vector<std::string> suffixes = {"The sky is: ", "A leaf is: "};
  return {backend->ScoreLabels("A is red. B is green.\n", suffixes, backend->Labels(2)),
          backend->fingerprint(), backend->name()};
}

double Distance(const Asked& a, const Asked& b) {
  double sum = 0;
  for (size_t i = 0; i < a.scores.size(); ++i) sum += std::abs(a.scores[i] - b.scores[i]);
  return sum;
}

TEST(LoraAdapter, OfZerosChangesNothingAndAnotherDoes) {
  LERL_NEED_DEFAULT_MODEL(path);
  const fs::path zeros = WriteAdapter("zeros.gguf", {.deviation = 0});
  const fs::path other = WriteAdapter("other.gguf", {.deviation = 0.3});
  const Asked plain = Ask(path, "");
  EXPECT_NEAR(Distance(Ask(path, zeros), plain), 0, 1e-5);
  EXPECT_GT(Distance(Ask(path, other), plain), 1e-2);
  EXPECT_NEAR(Distance(Ask(path, other, 0), plain), 0, 1e-5);
}

TEST(LoraAdapter, IsPartOfWhatTiesACacheToTheModel) {
  LERL_NEED_DEFAULT_MODEL(path);
  const fs::path zeros = WriteAdapter("zeros.gguf", {.deviation = 0});
  const Asked plain = Ask(path, ""), with = Ask(path, zeros), weaker = Ask(path, zeros, 0.5);
  EXPECT_NE(plain.fingerprint, with.fingerprint);
  EXPECT_NE(weaker.fingerprint, with.fingerprint);
  EXPECT_THAT(with.name, HasSubstr("zeros.gguf"));
}

std::string LoraAdapterTestMessageOf(const fs::path& model, const fs::path& lora) {
  try {
    Ask(model, lora);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    return error.what();
  }
  return "accepted";
}

TEST(LoraAdapter, ThatDoesNotFitIsRefusedWithItsReason) {
  LERL_NEED_DEFAULT_MODEL(path);
  EXPECT_THAT(LoraAdapterTestMessageOf(path, "/no/such.gguf"),
              AllOf(HasSubstr("/no/such.gguf"), HasSubstr("planner.llm.lora")));
  const fs::path text = ProcessFolder() / "text.gguf";
  WriteFileWhole(text, "an essay on adapters");
  EXPECT_THAT(LoraAdapterTestMessageOf(path, text), HasSubstr("not a GGUF file"));
  EXPECT_THAT(
      LoraAdapterTestMessageOf(path, WriteAdapter("gemma.gguf", {.architecture = "gemma3"})),
      HasSubstr("arch mismatch"));
  EXPECT_THAT(LoraAdapterTestMessageOf(path, WriteAdapter("wide.gguf", {.width = 64})),
              HasSubstr("incorrect shape"));
  EXPECT_THAT(LoraAdapterTestMessageOf(path, path), HasSubstr("no LoRA adapter"));
}

TEST(GpuLayers, AreRefusedWithoutAGpu) {
  LERL_NEED_DEFAULT_MODEL(path);
  try {
    MakeLlamaCppBackend({.model = path, .context = 256, .gpu_layers = 99});
    GTEST_SKIP() << "this llama.cpp was built for a GPU";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("planner.llm.gpu_layers is 99"));
  }
}

}  // namespace
}  // namespace lerl
