// The header of a model file, as it is read before llama.cpp loads the model.

#include "lerl/base/error.h"
#include "lerl/llm/llama/model_file.h"
#include "tests/fuzz/scratch_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static lerl::ScratchFile file("model.gguf");
  file.Write(lerl::TextOf(data, size));
  try {
    lerl::CheckModelFile(file.path());
    lerl::CheckContext(file.path(), 2 * lerl::kUsualContext);
  } catch (const lerl::Error&) {
  }
  return 0;
}
