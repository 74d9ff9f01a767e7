#include "lerl/llm/llama/model_file.h"

#include <array>
#include <cstring>
#include <fstream>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/index.h"
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
    throw Error(ErrorKind::kModel,
                path.string() + ": this is not a GGUF file (it does not begin with \"GGUF\"); " +
                    "convert the model to GGUF or name another file");
  }
  if (read < kHeaderBytes) {
    throw Error(ErrorKind::kModel, path.string() + ": the model file is truncated (" +
                                       std::to_string(read) + " bytes); fetch it again");
  }
}

fs::path DefaultModelSource() { return CacheDir() / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"; }

fs::path ResolveModel(const std::string& setting) {
  if (!setting.empty()) return setting;
  return FastModel(DefaultModelSource());
}

}  // namespace lerl
