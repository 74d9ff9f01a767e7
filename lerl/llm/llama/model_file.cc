#include "lerl/llm/llama/model_file.h"

#include <gguf.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/quantise.h"

namespace lerl {

namespace fs = std::filesystem;

void CheckModelFile(const fs::path& path) {
  constexpr size_t kHeaderBytes = 24;  // magic, version, counts of tensors and of settings
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    throw Error(ErrorKind::kModel,
                path.string() + ": there is no such model file; give a GGUF file as --model or " +
                    "planner.llm.model, or fetch the default one with `make setup`");
  }
  std::array<char, kHeaderBytes> header{};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), header.size());
  const auto read = At(file.gcount());
  if (read < 4 || std::memcmp(header.data(), "GGUF", 4) != 0) {
    throw Error(
        ErrorKind::kModel,
        path.string() + (std::string_view(header.data(), read).starts_with("version https")
                             ? ": this is a pointer of Git LFS in place of the model; "
                               "fetch the model itself by `git lfs pull`"
                             : ": this is not a GGUF file (it does not begin with "
                               "\"GGUF\"); convert the model to GGUF or name another file"));
  }
  if (read < kHeaderBytes) {
    throw Error(ErrorKind::kModel, path.string() + ": the model file is truncated (" +
                                       std::to_string(read) + " bytes); fetch it again");
  }
}

void CheckContext(const fs::path& path, int context) {
  if (context <= kUsualContext) return;
  CaptureLlamaLog();
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> header(
      gguf_init_from_file(path.c_str(), {.no_alloc = true, .ctx = nullptr}), &gguf_free);
  if (header == nullptr) return;  // it is refused where it is loaded
  const int64_t architecture = gguf_find_key(header.get(), "general.architecture");
  if (architecture < 0 || gguf_get_kv_type(header.get(), architecture) != GGUF_TYPE_STRING) return;
  const std::string key =
      std::string(gguf_get_val_str(header.get(), architecture)) + ".context_length";
  const int64_t length = gguf_find_key(header.get(), key.c_str());
  if (length < 0 || gguf_get_kv_type(header.get(), length) != GGUF_TYPE_UINT32) return;
  const uint32_t trained = gguf_get_val_u32(header.get(), length);
  if (static_cast<uint32_t>(context) <= trained) return;
  throw Error(ErrorKind::kModel, path.string() + ": planner.llm.context is " +
                                     std::to_string(context) + ", and the model was trained for " +
                                     std::to_string(trained) + " tokens; set it to " +
                                     std::to_string(std::max<uint32_t>(trained, kUsualContext)) +
                                     " or less");
}

std::string AdviceOnModel(const std::string& message) {
  const auto says = [&](const char* words) { return message.find(words) != std::string::npos; };
  if (says("split"))
    return "it is one of several files: name the first, ...-00001-of-0000N.gguf, with the others "
           "beside it under their own names";
  if (says("unknown model architecture"))
    return "this llama.cpp does not know the model's architecture: name a newer llama.cpp by "
           "LERL_LLAMA_DIR (docs/models.md), serve the model by an endpoint, or name another file";
  if (says("version"))
    return "the file is of another version of the format: convert the model again";
  if (says("not within the file bounds") || says("failed to read") || says("exceeds remaining"))
    return "the file is truncated or damaged: fetch it again";
  return "it is damaged, or of a kind that this llama.cpp does not know: fetch it again or name "
         "another file";
}

fs::path DefaultModelSource() { return CacheDir() / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"; }

fs::path ResolveModel(const std::string& setting) {
  if (!setting.empty()) return setting;
  return FastModel(DefaultModelSource());
}

}  // namespace lerl
