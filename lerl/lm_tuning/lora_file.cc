#include "lerl/lm_tuning/lora_file.h"

#include <ggml.h>
#include <gguf.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "lerl/base/check.h"
#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"

namespace lerl {

void WriteLoraFile(const std::filesystem::path& path, const LoraFileInfo& info,
                   const std::vector<LoraTensor>& tensors) {
  size_t bytes = size_t{1} << 20U;
  for (const LoraTensor& tensor : tensors)
    bytes += tensor.values.size() * sizeof(float) + ggml_tensor_overhead() + GGML_MEM_ALIGN;
  const std::unique_ptr<ggml_context, decltype(&ggml_free)> memory(
      ggml_init({.mem_size = bytes, .mem_buffer = nullptr, .no_alloc = false}), ggml_free);
  LERL_CHECK(memory != nullptr);
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_empty(), gguf_free);
  gguf_set_val_str(file.get(), "general.type", "adapter");
  gguf_set_val_str(file.get(), "general.architecture", "llama");
  gguf_set_val_str(file.get(), "general.base_model.0.name", info.base_model.c_str());
  gguf_set_val_str(file.get(), "general.description", info.description.c_str());
  gguf_set_val_str(file.get(), "adapter.type", "lora");
  gguf_set_val_f32(file.get(), "adapter.lora.alpha", static_cast<float>(info.alpha));
  for (const LoraTensor& tensor : tensors) {
    LERL_CHECK_EQ(std::ssize(tensor.values), tensor.rows * tensor.columns);
    ggml_tensor* made =
        ggml_new_tensor_2d(memory.get(), GGML_TYPE_F32, tensor.columns, tensor.rows);
    ggml_set_name(made, tensor.name.c_str());
    std::copy(tensor.values.begin(), tensor.values.end(), static_cast<float*>(made->data));
    gguf_add_tensor(file.get(), made);
  }
  if (path.has_parent_path()) RequireWritable(path.parent_path());
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
  const std::filesystem::path temporary = path.string() + "." + std::to_string(getpid()) + ".tmp";
  if (!gguf_write_to_file(file.get(), temporary.c_str(), /*only_meta=*/false)) {
    std::error_code error;
    std::filesystem::remove(temporary, error);
    throw Error(ErrorKind::kIo, path.string() + ": the adapter can't be written; is there room?");
  }
  MoveIntoPlace(temporary, path);
}

}  // namespace lerl
