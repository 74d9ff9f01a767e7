#include "lerl/base/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "lerl/base/error.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void FailChild(const fs::path& program, const std::vector<std::string>& arguments,
                            const std::string& what) {
  std::string command = program.string();
  for (const std::string& argument : arguments) command.append(" ").append(argument);
  throw Error(ErrorKind::kIo, command + ": " + what);
}

// What comes out of a pipe until its end, or until there are `most` bytes of it.
std::string ReadPipe(int pipe, size_t most) {
  std::string out;
  std::array<char, 1 << 16> buffer{};
  while (most == 0 || out.size() < most) {
    const ssize_t count = ::read(pipe, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    out.append(buffer.data(), static_cast<size_t>(count));
  }
  return out;
}

// Starts the program with its standard output in a pipe, and returns the end to read from.
int Start(const fs::path& program, const std::vector<std::string>& arguments, pid_t& child) {
  std::vector<char*> words = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.data()));
  words.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) FailChild(program, arguments, std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const int error =
      posix_spawn(&child, program.c_str(), &actions, nullptr, words.data(), ::environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error == 0) return ends[0];
  ::close(ends[0]);
  FailChild(program, arguments, std::string("cannot be started: ") + std::strerror(error));
}

}  // namespace

fs::path ProgramBeside(const std::string& name) {
  return fs::read_symlink("/proc/self/exe").replace_filename(name);
}

std::string OutputOf(const fs::path& program, const std::vector<std::string>& arguments,
                     size_t most) {
  pid_t child = 0;
  const int pipe = Start(program, arguments, child);
  std::string out = ReadPipe(pipe, most);
  ::close(pipe);
  const bool enough = most > 0 && out.size() >= most;
  if (enough) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) FailChild(program, arguments, std::strerror(errno));
  if (!enough && status != 0) FailChild(program, arguments, "failed; run it by hand to see why");
  return out;
}

}  // namespace lerl
