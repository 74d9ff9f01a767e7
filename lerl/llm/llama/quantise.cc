#include "lerl/llm/llama/quantise.h"

#include <llama.h>
#include <unistd.h>

#include <mutex>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/llm/llama/llama_log.h"
#include "lerl/llm/llama/model_file.h"

namespace lerl {

namespace fs = std::filesystem;

fs::path FastModel(const fs::path& source) {
  CheckModelFile(source);
  static std::mutex one_at_a_time;  // for threads; each process has its own temporary file
  const std::lock_guard lock(one_at_a_time);
  const fs::path target = source.parent_path() / (source.stem().string() + ".lerl-q4_0.gguf");
  std::error_code error;
  if (fs::exists(target, error) &&
      fs::last_write_time(target, error) >= fs::last_write_time(source, error)) {
    return target;
  }
  if (access(source.parent_path().c_str(), W_OK) != 0) return source;

  LogInfo("model: writing a faster form of " + source.filename().string() + " (once)");
  CaptureLlamaLog();
  llama_model_quantize_params params = llama_model_quantize_default_params();
  params.ftype = LLAMA_FTYPE_MOSTLY_Q4_0;
  params.allow_requantize = true;
  params.nthread = 1;
  const fs::path temporary = target.string() + "." + std::to_string(getpid()) + ".tmp";
  if (llama_model_quantize(source.c_str(), temporary.c_str(), &params) != 0) {
    fs::remove(temporary, error);
    throw Error(ErrorKind::kModel, source.string() + ": the model can't be read (" +
                                       LastLlamaMessage() + "); fetch it again");
  }
  MoveIntoPlace(temporary, target);
  return target;
}

}  // namespace lerl
