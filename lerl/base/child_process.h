#pragma once
// Programs that run in a process of their own, and what they print.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace lerl {

// The path of a program that lies beside this one, which need not be there.
std::filesystem::path ProgramBeside(const std::string& name);

// Files that a program gets in place of our own standard ones.
struct ChildStreams {
  int input = -1, output = -1, errors = -1;  // descriptors; -1: ours
};

// How a program runs beside this one.
struct ChildSettings {
  std::vector<std::string> environment = {};  // NAME=VALUE, in place of ours of that name
  bool own_group = false;                     // Ctrl-C at the terminal does not reach it
};

// Runs a program to its end and returns its exit status, 128 + n after a signal n. words[0] is its
// path, or a name that is looked for on PATH. Nothing where there is no such program. Throws
// Error(kIo) where it can't be started for another reason.
std::optional<int> ExitStatus(const std::vector<std::string>& words,
                              const ChildStreams& streams = {});

// A program that runs beside this one.
class RunningChild {
 public:
  // Throws Error(kIo) where it can't be started.
  explicit RunningChild(const std::vector<std::string>& words, const ChildStreams& streams = {},
                        const ChildSettings& settings = {});
  ~RunningChild();  // kills it
  RunningChild(const RunningChild&) = delete;
  RunningChild& operator=(const RunningChild&) = delete;

  int id() const { return id_; }  // of its process; 0 once its end is known
  // Its exit status, as ExitStatus says it, once it has ended; nothing while it runs.
  std::optional<int> Ended();
  void Send(int signal);  // nothing where it has ended
  // Sends it a signal and waits for its end; returns its exit status, as ExitStatus does.
  int End(int signal);
  int Wait();  // for its end, without one

 private:
  const std::vector<std::string> words_;
  int id_ = 0;                  // 0: it has ended
  std::optional<int> ended_{};  // what Ended has found
};

// The standard output of a program, piece by piece, while it runs; what it says on standard error
// goes to ours.
class ChildOutput {
 public:
  // Starts it. Throws Error(kIo) where it can't be started.
  explicit ChildOutput(const std::vector<std::string>& words);
  ~ChildOutput();  // stops it
  ChildOutput(const ChildOutput&) = delete;
  ChildOutput& operator=(const ChildOutput&) = delete;

  // Appends a piece of at least a byte and returns true, or returns false at the end. Throws
  // Error(kIo) where the program failed.
  bool Read(std::string& out);

 private:
  const std::vector<std::string> words_;
  int pipe_ = -1;
  std::optional<RunningChild> child_;
};

// From now on this process gets SIGTERM when the one that started it ends, where that runs the same
// program.
void EndWithParent();

// Runs a program and returns its standard output; what it says on standard error goes to ours. With
// `most` above 0, only about so many first bytes, after which the program is stopped. Throws
// Error(kIo) where it can't be started, or fails.
std::string OutputOf(const std::filesystem::path& program,
                     const std::vector<std::string>& arguments, size_t most = 0);

}  // namespace lerl
