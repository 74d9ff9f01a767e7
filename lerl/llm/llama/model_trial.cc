#include "lerl/llm/llama/model_trial.h"

#include <fcntl.h>
#include <ggml.h>
#include <llama.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "lerl/base/error.h"
#include "lerl/base/file.h"
#include "lerl/base/log.h"
#include "lerl/base/printable.h"
#include "lerl/base/stop.h"
#include "lerl/llm/llama/llama_log.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

constexpr int kTrialContext = 64;  // tokens
constexpr int kRefused = 1, kAborted = 3;

int message_pipe = -1;  // of the child

void SayAndEnd(const char* message) {
  const char* name = std::strrchr(message, '/');  // the file of llama.cpp, without its folders
  const char* said = name == nullptr ? message : name + 1;
  if (write(message_pipe, said, std::strlen(said)) < 0) _exit(kAborted);
  _exit(kAborted);
}

// In the child: loads the model and computes one token.
int LoadAndCompute(const fs::path& path) {
  CaptureLlamaLog();
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  params.use_extra_bufts = false;  // weights stay where the file is mapped
  llama_model* model = llama_model_load_from_file(path.c_str(), params);
  if (model == nullptr) return kRefused;
  llama_context_params context_params = llama_context_default_params();
  context_params.n_ctx = kTrialContext;
  context_params.n_batch = kTrialContext;
  context_params.n_ubatch = kTrialContext;
  context_params.n_threads = 1;
  context_params.n_threads_batch = 1;
  llama_context* context = llama_init_from_model(model, context_params);
  if (context == nullptr) return kRefused;
  llama_token token = llama_vocab_bos(llama_model_get_vocab(model));
  if (token < 0) token = 0;
  return llama_decode(context, llama_batch_get_one(&token, 1)) == 0 ? 0 : kRefused;
}

[[noreturn]] void RunChild(const fs::path& path, int pipe_end) {
  message_pipe = pipe_end;
  for (const int signal : {SIGINT, SIGTERM}) std::signal(signal, SIG_DFL);
  const rlimit no_core = {0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    dup2(nowhere, descriptor);
  ggml_set_abort_callback(SayAndEnd);
  int code = kAborted;
  try {
    code = LoadAndCompute(path);
  } catch (...) {  // an exception that llama.cpp lets through
  }
  _exit(code);
}

std::string ReadAll(int descriptor) {
  std::string text;
  std::array<char, 512> buffer{};
  while (true) {
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<size_t>(count));
    if (count == 0 || (count < 0 && errno != EINTR)) return text;
  }
}

}  // namespace

void TryModel(const fs::path& path, const std::string& hash) {
  const fs::path mark = CacheDir() / "models" / "tried" / hash;
  std::error_code error;
  if (fs::exists(mark, error)) return;
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return;
  const pid_t child = fork();
  if (child == 0) RunChild(path, ends[1]);
  close(ends[1]);
  const std::string said = child < 0 ? "" : ReadAll(ends[0]);
  close(ends[0]);
  if (child < 0) return;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kRefused) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    try {
      WriteFileWhole(mark, "");
    } catch (const Error& unwritten) {
      LogWarning(std::string(unwritten.what()) + "; the model is tried again the next time");
    }
    return;
  }
  if (StopRequested()) return;
  const std::string how = WIFSIGNALED(status)
                              ? std::string("by signal: ") + strsignal(WTERMSIG(status))
                              : "by an assertion";
  throw Error(ErrorKind::kModel,
              path.string() + ": llama.cpp ends " + how + " when it loads this file" +
                  (said.empty() ? "" : " (" + Printable(said) + ")") +
                  "; it is damaged or wrongly converted: convert or fetch it again");
}

}  // namespace lerl
