#include "lerl/base/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "lerl/base/error.h"

namespace lerl {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void FailChild(const std::vector<std::string>& words, const std::string& what) {
  std::string command = words[0];
  for (size_t i = 1; i < words.size(); ++i) command.append(" ").append(words[i]);
  throw Error(ErrorKind::kIo, command + ": " + what);
}

// Our environment with some of its variables replaced.
std::vector<std::string> EnvironmentWith(const std::vector<std::string>& variables) {
  std::vector<std::string> all = variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string own = *entry, name = own.substr(0, own.find('=') + 1);
    if (std::ranges::none_of(variables, [&](const auto& v) { return v.starts_with(name); }))
      all.push_back(own);
  }
  return all;
}

std::vector<char*> PointersTo(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.data()));
  pointers.push_back(nullptr);
  return pointers;
}

// The number of the error that kept the program from being started, or 0.
int Start(const std::vector<std::string>& words, const ChildStreams& streams, pid_t& child,
          const ChildSettings& settings = {}) {
  const std::vector<std::string> environment = EnvironmentWith(settings.environment);
  const std::vector<char*> arguments = PointersTo(words), variables = PointersTo(environment);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  if (settings.own_group) {  // its own, of its number
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
  }
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const auto give = [&](int ours, int theirs) {
    if (ours >= 0) posix_spawn_file_actions_adddup2(&files, ours, theirs);
  };
  give(streams.input, STDIN_FILENO);
  give(streams.output, STDOUT_FILENO);
  give(streams.errors, STDERR_FILENO);
  const int error =
      posix_spawnp(&child, arguments[0], &files, &attributes, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return error;
}

std::string NotStarted(int error) {
  return std::string("cannot be started: ") + std::strerror(error);
}

int StatusOf(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int WaitFor(pid_t child, const std::vector<std::string>& words) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) FailChild(words, std::strerror(errno));
  return StatusOf(status);
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

}  // namespace

fs::path ProgramBeside(const std::string& name) {
  return fs::read_symlink("/proc/self/exe").replace_filename(name);
}

std::optional<int> ExitStatus(const std::vector<std::string>& words, const ChildStreams& streams) {
  pid_t child = 0;
  const int error = Start(words, streams, child);
  if (error == ENOENT || error == ENOTDIR) return std::nullopt;
  if (error != 0) FailChild(words, NotStarted(error));
  return WaitFor(child, words);
}

RunningChild::RunningChild(const std::vector<std::string>& words, const ChildStreams& streams,
                           const ChildSettings& settings)
    : words_(words) {
  const int error = Start(words, streams, id_, settings);
  if (error != 0) FailChild(words, NotStarted(error));
}

RunningChild::~RunningChild() {
  if (id_ != 0) End(SIGKILL);
}

std::optional<int> RunningChild::Ended() {
  int status = 0;
  if (id_ != 0 && ::waitpid(id_, &status, WNOHANG) == id_) {
    id_ = 0;
    ended_ = StatusOf(status);
  }
  return ended_;
}

void RunningChild::Send(int signal) {
  if (id_ != 0) ::kill(id_, signal);
}

int RunningChild::End(int signal) {
  if (ended_) return *ended_;
  ::kill(id_, signal);
  return WaitFor(std::exchange(id_, 0), words_);
}

int RunningChild::Wait() { return WaitFor(std::exchange(id_, 0), words_); }

ChildOutput::ChildOutput(const std::vector<std::string>& words) : words_(words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) FailChild(words, std::strerror(errno));
  pipe_ = ends[0];
  try {
    child_.emplace(words, ChildStreams{.output = ends[1]});
  } catch (...) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
}

ChildOutput::~ChildOutput() {
  child_.reset();
  ::close(pipe_);
}

bool ChildOutput::Read(std::string& out) {
  std::array<char, 1 << 16> buffer;
  while (child_) {
    const ssize_t count = ::read(pipe_, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count > 0) {
      out.append(buffer.data(), static_cast<size_t>(count));
      return true;
    }
    const int status = child_->Wait();
    child_.reset();
    if (status != 0) FailChild(words_, "failed; run it by hand to see why");
  }
  return false;
}

void EndWithParent() {
  const pid_t parent = ::getppid();
  std::error_code unknown;
  const fs::path theirs = fs::read_symlink("/proc/" + std::to_string(parent) + "/exe", unknown);
  if (unknown || theirs != fs::read_symlink("/proc/self/exe")) return;
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::raise(SIGTERM);  // it has ended meanwhile
}

std::string OutputOf(const fs::path& program, const std::vector<std::string>& arguments,
                     size_t most) {
  std::vector<std::string> words = {program.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) FailChild(words, std::strerror(errno));
  pid_t child = 0;
  const int error = Start(words, {.output = ends[1]}, child);
  ::close(ends[1]);
  std::string out = error == 0 ? ReadPipe(ends[0], most) : "";
  ::close(ends[0]);
  if (error != 0) FailChild(words, NotStarted(error));
  const bool enough = most > 0 && out.size() >= most;
  if (enough) ::kill(child, SIGKILL);
  const int status = WaitFor(child, words);
  if (!enough && status != 0) FailChild(words, "failed; run it by hand to see why");
  return out;
}

}  // namespace lerl
