#pragma once
// A process that writes into a store and is killed: what it was told that the store had taken is
// known afterwards. It is a copy of this program, so no other thread may run when it is made.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <set>
#include <sstream>
#include <string>

namespace lerl {

class WriterProcess {
 public:
  // Tells the parent of an event that the store has taken.
  using Acknowledge = std::function<void(const std::string& event)>;

  explicit WriterProcess(const std::function<void(const Acknowledge&)>& work) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    process_ = ::fork();
    if (process_ == 0) {
      ::close(ends[0]);
      Work(work, ends[1]);
    }
    ::close(ends[1]);
    end_ = ends[0];
  }
  ~WriterProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    ::close(end_);
  }
  WriterProcess(const WriterProcess&) = delete;
  WriterProcess& operator=(const WriterProcess&) = delete;

  // Waits for so many events, fewer where the process ends before.
  void WaitFor(size_t events) {
    while (std::count(text_.begin(), text_.end(), '\n') < static_cast<int64_t>(events) && Read()) {
    }
  }
  void Kill() { ::kill(process_, SIGKILL); }
  // All events up to the end of the process.
  std::set<std::string> Events() {
    while (Read()) {
    }
    std::set<std::string> events;
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) EXPECT_TRUE(events.insert(line).second);
    return events;
  }

 private:
  [[noreturn]] static void Work(const std::function<void(const Acknowledge&)>& work, int end) {
    try {
      work([end](const std::string& event) {
        const std::string line = event + "\n";
        if (::write(end, line.data(), line.size()) != std::ssize(line)) ::_exit(3);
      });
    } catch (...) {
      ::_exit(2);
    }
    ::_exit(0);
  }
  bool Read() {
    char block[4096];
    const ssize_t count = ::read(end_, block, sizeof block);
    if (count > 0) text_.append(block, static_cast<size_t>(count));
    return count > 0;
  }

  pid_t process_ = -1;
  int end_ = -1;
  std::string text_;
};

}  // namespace lerl
